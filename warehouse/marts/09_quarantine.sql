-- A file may be refused in two landing zones, or twice, for different reasons: the least is told.
INSERT INTO quarantine BY NAME
SELECT
    refused.source_path,
    refused.document_id,
    refused.told.reason AS reason,
    coalesce(refused.told.detail, refused.told.reason) AS detail,
    refused.told.size AS bytes,
    refused.landed_at
FROM (
    SELECT
        f.source_path,
        f.document_id,
        min({'reason': f.reason, 'detail': f.detail, 'size': f.size}) AS told,
        min(f.landed_at) AS landed_at
    FROM warehouse.meta.files AS f
    WHERE f.disposition = 'quarantined'
    GROUP BY f.source_path, f.document_id
) AS refused
ORDER BY refused.source_path, refused.document_id;
