-- What stands around a fingerprint: with it most pairs that share one stock phrase alone need not be compared.
-- 4294967295 says that nothing is known of it: such a pair is compared.
ALTER TABLE reuse.postings ADD COLUMN context UINTEGER DEFAULT 4294967295;
COMMENT ON COLUMN reuse.postings.context IS 'Two bits of each of the seven words before it and after it; 4294967295: unknown.';
