-- Passages of an edge that begin before the one before them ends.
SELECT article_id, source_article_id, article_start, previous_end
FROM (
    SELECT article_id, source_article_id, article_start,
        lag(article_end) OVER (PARTITION BY article_id, source_article_id ORDER BY article_start) AS previous_end
    FROM passages
) AS ordered
WHERE article_start < previous_end
