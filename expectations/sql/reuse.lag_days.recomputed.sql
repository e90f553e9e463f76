-- Edges whose lag is not the days between the two publications, or whose source is the later one.
SELECT edge.article_id, article.published_on, edge.source_article_id,
    source.published_on AS source_published_on, edge.kind, edge.lag_days
FROM reuse AS edge
JOIN articles AS article ON article.article_id = edge.article_id
JOIN articles AS source ON source.article_id = edge.source_article_id
WHERE edge.lag_days <> date_diff('day', source.published_on, article.published_on)
    OR article.published_on < source.published_on
