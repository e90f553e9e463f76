-- What was refused, by reason: how many files, how many bytes, when last, and one of them to look at.
SELECT q.reason, count(*) AS files, sum(q.bytes) AS bytes, max(q.landed_at) AS last_landed_at, min(q.source_path) AS example
FROM quarantine AS q
GROUP BY q.reason
ORDER BY files DESC, q.reason;
