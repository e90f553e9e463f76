-- Copies and reposts that lead out of their story.
SELECT edge.article_id, article.story_id, edge.source_article_id, source.story_id AS source_story_id, edge.kind
FROM reuse AS edge
JOIN articles AS article ON article.article_id = edge.article_id
JOIN articles AS source ON source.article_id = edge.source_article_id
WHERE edge.kind IN ($story_kinds) AND article.story_id <> source.story_id
