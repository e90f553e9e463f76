INSERT INTO quarantine BY NAME
SELECT
    f.source_path,
    f.document_id,
    f.reason,
    coalesce(f.detail, f.reason) AS detail,
    f.size AS bytes,
    min(f.landed_at) AS landed_at
FROM warehouse.meta.files AS f
WHERE f.disposition = 'quarantined'
GROUP BY ALL
ORDER BY f.source_path, f.document_id;
