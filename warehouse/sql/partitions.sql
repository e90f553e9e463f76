-- Every day that has articles, with its state: failed where an article of it could not be derived anew, else stale where another
-- version of code, profiles or settings derived any of them, else fresh. Documents that have no article and so no day come
-- with a NULL day: failed, or missing.
WITH days AS (
    SELECT
        articles.published_on AS day,
        count(*) AS articles,
        count(*) FILTER (WHERE articles.derived_by <> $derived_by) AS stale,
        count(failures.document_id) AS failed,
        0 AS missing,
        min(failures.error) AS error
    FROM staging.articles AS articles
    LEFT JOIN meta.failures AS failures ON failures.document_id = articles.article_id
    GROUP BY articles.published_on
    UNION ALL
    SELECT
        NULL AS day,
        0 AS articles,
        0 AS stale,
        count(failures.document_id) AS failed,
        count(*) - count(failures.document_id) AS missing,
        min(failures.error) AS error
    FROM raw.documents AS documents
    ANTI JOIN staging.articles AS articles ON articles.article_id = documents.document_id
    LEFT JOIN meta.failures AS failures ON failures.document_id = documents.document_id
    HAVING count(*) > 0
)
SELECT
    day,
    CASE WHEN failed > 0 THEN 'failed' WHEN missing > 0 THEN 'missing' WHEN stale > 0 THEN 'stale' ELSE 'fresh' END AS state,
    articles,
    stale,
    failed,
    missing,
    error
FROM days
ORDER BY day NULLS FIRST;
