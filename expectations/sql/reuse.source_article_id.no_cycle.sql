-- Pairs that took from one another.
SELECT edge.article_id, edge.source_article_id, edge.kind, back.kind AS kind_back
FROM reuse AS edge
JOIN reuse AS back ON back.article_id = edge.source_article_id AND back.source_article_id = edge.article_id
WHERE edge.article_id < edge.source_article_id
