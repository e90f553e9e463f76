-- Documents whose article is missing, or would come out otherwise now: seen at a lesser path or time than it was derived with,
-- or with a date that was in the future and is no more.
WITH seen AS (
    SELECT document_id, min(source_path) AS source_path, min(modified_at) AS modified_at
    FROM raw.sightings
    GROUP BY document_id
)
SELECT documents.document_id, documents.raw_file, seen.source_path, seen.modified_at
FROM raw.documents AS documents
JOIN seen ON seen.document_id = documents.document_id
LEFT JOIN staging.articles AS articles ON articles.article_id = documents.document_id
WHERE articles.article_id IS NULL
    OR articles.source_path <> seen.source_path
    OR articles.modified_at <> seen.modified_at
    OR articles.review_on <= $horizon
ORDER BY documents.raw_file, documents.document_id;
