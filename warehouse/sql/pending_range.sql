-- Documents of the days [start, end) that the policy names, and what every run derives (pending.sql); `why` says which it is.
-- What an earlier attempt at the same backfill has done (runs $resumed) is left out.
WITH seen AS (
    SELECT document_id, min(source_path) AS source_path, min(modified_at) AS modified_at
    FROM raw.sightings
    GROUP BY document_id
),
judged AS (
    SELECT
        documents.document_id,
        documents.raw_file,
        seen.source_path,
        seen.modified_at,
        articles.published_on,
        CASE
            WHEN failures.document_id IS NOT NULL THEN 'failed'
            WHEN articles.article_id IS NULL THEN 'missing'
            WHEN articles.source_path <> seen.source_path OR articles.modified_at <> seen.modified_at THEN 'seen elsewhere'
            WHEN articles.review_on <= $horizon THEN 'date no longer in the future'
            WHEN articles.published_on < $start OR articles.published_on >= $end THEN NULL
            WHEN list_contains($resumed, articles.derived_run) THEN NULL
            WHEN $policy IN ('all', 'stale') AND articles.derived_by <> $derived_by THEN 'stale'
            WHEN $policy = 'all' THEN 'asked for'
        END AS why
    FROM raw.documents AS documents
    JOIN seen ON seen.document_id = documents.document_id
    LEFT JOIN staging.articles AS articles ON articles.article_id = documents.document_id
    LEFT JOIN meta.failures AS failures ON failures.document_id = documents.document_id
)
SELECT document_id, raw_file, source_path, modified_at, published_on, why
FROM judged
WHERE why IS NOT NULL
ORDER BY published_on NULLS FIRST, raw_file, document_id;
