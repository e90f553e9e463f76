-- What becomes of each row of a batch of read files (view `batch`, with its place in the landing's order as `place`).
-- A document's first file in that order is loaded, every other one of the same bytes is a duplicate. What was loaded once stays so,
-- whatever other limits or a later reader say of the same bytes.
SELECT
    batch.place,
    CASE
        WHEN (batch.reason IS NOT NULL AND documents.document_id IS NULL) OR tombstones.document_id IS NOT NULL THEN 'quarantined'
        WHEN sightings.document_id IS NOT NULL THEN 'unchanged'
        WHEN documents.document_id IS NOT NULL THEN 'duplicate'
        WHEN row_number() OVER (PARTITION BY batch.document_id, batch.reason IS NULL ORDER BY batch.place) > 1 THEN 'duplicate'
        ELSE 'loaded'
    END AS disposition,
    CASE WHEN batch.reason IS NULL AND tombstones.document_id IS NOT NULL THEN tombstones.reason END AS withdrawn
FROM batch
LEFT JOIN meta.tombstones AS tombstones ON tombstones.document_id = batch.document_id
LEFT JOIN raw.documents AS documents ON documents.document_id = batch.document_id
LEFT JOIN raw.sightings AS sightings
    ON sightings.document_id = batch.document_id AND sightings.source_path = batch.source_path
ORDER BY batch.place;
