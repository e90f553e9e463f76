-- The runs that began the same backfill, newest first, with how they ended: those since the last that ended well are its attempts.
SELECT run_id, outcome
FROM meta.runs
WHERE kind = 'backfill' AND parameters = $parameters AND code_version = $code_version AND config_fingerprint = $config
ORDER BY started_at DESC, run_id;
