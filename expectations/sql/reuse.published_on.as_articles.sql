-- Edges whose days or outlets are not those of their articles.
SELECT edge.article_id, edge.published_on, article.published_on AS article_published_on, edge.outlet, article.outlet AS article_outlet,
    edge.source_article_id, edge.source_published_on, source.published_on AS own_published_on, edge.source_outlet, source.outlet AS own_outlet
FROM reuse AS edge
JOIN articles AS article ON article.article_id = edge.article_id
JOIN articles AS source ON source.article_id = edge.source_article_id
WHERE edge.published_on <> article.published_on
    OR edge.outlet IS DISTINCT FROM article.outlet
    OR edge.source_published_on <> source.published_on
    OR edge.source_outlet IS DISTINCT FROM source.outlet
