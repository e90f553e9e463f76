-- Every day that has articles, with its state: stale where another version of code, profiles or settings derived any of them.
SELECT
    published_on AS day,
    count(*) AS articles,
    count(*) FILTER (WHERE derived_by <> $derived_by) AS stale
FROM staging.articles
GROUP BY published_on
ORDER BY published_on;
