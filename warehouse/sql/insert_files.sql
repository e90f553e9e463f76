-- A file that is unchanged keeps what was said of it when it came; one that was refused before keeps the time of that.
INSERT OR REPLACE INTO meta.files BY NAME
SELECT
    $landing AS landing,
    stored.source_path,
    stored.entry_path,
    stored.document_id,
    stored.size,
    CASE
        WHEN stored.disposition = 'unchanged' THEN coalesce(nullif(known.disposition, 'quarantined'), 'duplicate')
        ELSE stored.disposition
    END AS disposition,
    stored.reason,
    stored.detail,
    CASE
        WHEN known.document_id IS NOT DISTINCT FROM stored.document_id THEN coalesce(known.landed_at, $landed_at)
        ELSE $landed_at
    END AS landed_at,
    $run_id AS run_id
FROM stored
LEFT JOIN meta.files AS known ON known.landing = $landing AND known.source_path = stored.source_path;
