-- Edges whose article, or whose source, is no article.
SELECT edge.article_id, article.article_id IS NOT NULL AS article_exists,
    edge.source_article_id, source.article_id IS NOT NULL AS source_exists, edge.kind
FROM reuse AS edge
LEFT JOIN articles AS article ON article.article_id = edge.article_id
LEFT JOIN articles AS source ON source.article_id = edge.source_article_id
WHERE article.article_id IS NULL OR source.article_id IS NULL
