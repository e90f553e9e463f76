-- Articles that no chain of copies and reposts ties to the first print of their story.
WITH RECURSIVE ties AS (
    SELECT article_id AS one, source_article_id AS other FROM reuse WHERE kind IN ($story_kinds)
    UNION ALL
    SELECT source_article_id, article_id FROM reuse WHERE kind IN ($story_kinds)
),
reached AS (
    SELECT story_id, story_id AS article_id FROM stories WHERE article_count > 1
    UNION
    SELECT reached.story_id, ties.other FROM reached JOIN ties ON ties.one = reached.article_id
)
SELECT article.article_id, article.source_path, article.story_id
FROM articles AS article
LEFT JOIN reached ON reached.article_id = article.article_id AND reached.story_id = article.story_id
WHERE article.article_id <> article.story_id AND reached.article_id IS NULL
