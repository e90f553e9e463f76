-- Files of less than no bytes, and files whose bytes were read and whose size is not told.
SELECT source_path, document_id, reason, bytes
FROM quarantine
WHERE bytes < 0 OR (bytes IS NULL AND document_id IS NOT NULL)
