-- The edges of $article, what it took first, then who took from it; with $other (or NULL: all), only those between the two.
-- At most $most; `edges` says how many there are.
SELECT r.*, count(*) OVER () AS edges
FROM reuse AS r
WHERE
    (r.article_id = $article AND ($other IS NULL OR r.source_article_id = $other))
    OR (r.source_article_id = $article AND ($other IS NULL OR r.article_id = $other))
ORDER BY r.article_id <> $article, r.lag_days, r.article_id, r.source_article_id
LIMIT $most;
