-- The entries of a landing zone that need not be opened again, with how many files stand in each and how many are refused.
SELECT
    entries.entry_path,
    entries.size,
    entries.modified_ns,
    count(files.source_path) AS files,
    count(files.source_path) FILTER (WHERE files.disposition = 'quarantined') AS quarantined
FROM meta.entries AS entries
LEFT JOIN meta.files AS files ON files.landing = entries.landing AND files.entry_path = entries.entry_path
WHERE entries.landing = $landing
GROUP BY ALL;
