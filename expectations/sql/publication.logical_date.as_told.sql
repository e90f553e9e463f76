-- A publication of another night than the one it was audited for.
SELECT version, run_id, logical_date FROM publication WHERE logical_date <> $logical_date
