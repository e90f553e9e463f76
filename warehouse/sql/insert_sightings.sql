-- Within a batch a document may be seen at one path once only; over runs the least time is kept.
INSERT INTO raw.sightings BY NAME
SELECT document_id, source_path, min(modified_at) AS modified_at, $landed_at AS landed_at, $run_id AS run_id
FROM stored
WHERE disposition <> 'quarantined'
GROUP BY document_id, source_path
ON CONFLICT (document_id, source_path) DO UPDATE SET modified_at = least(sightings.modified_at, excluded.modified_at);
