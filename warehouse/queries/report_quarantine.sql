-- Refused files by reason, with the first $most of each; `files` counts all of the reason.
SELECT reason, source_path, detail, bytes, landed_at, count(*) OVER (PARTITION BY reason) AS files
FROM quarantine
QUALIFY row_number() OVER (PARTITION BY reason ORDER BY landed_at DESC, source_path) <= $most
ORDER BY files DESC, reason, landed_at DESC, source_path;
