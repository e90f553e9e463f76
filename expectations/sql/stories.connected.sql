-- Articles that no chain of copies and reposts ties to the first print of their story.
-- Most articles need no chain to be followed: one that takes from the first print, or from an article of an earlier day, is tied to
-- it if that article is. Only stories with an article that does neither (its edges are of its own day, or only lead to it) are walked.
WITH RECURSIVE edges AS MATERIALIZED (
    SELECT edge.article_id, edge.source_article_id, edge.lag_days, article.story_id
    FROM reuse AS edge
    JOIN articles AS article ON article.article_id = edge.article_id
    WHERE edge.kind IN ($story_kinds)
),
doubtful AS MATERIALIZED (
    SELECT DISTINCT article.story_id
    FROM articles AS article
    LEFT JOIN (
        SELECT DISTINCT article_id FROM edges WHERE source_article_id = story_id OR lag_days > 0
    ) AS edge ON edge.article_id = article.article_id
    WHERE article.article_id <> article.story_id AND edge.article_id IS NULL
),
ties AS MATERIALIZED (
    SELECT edge.article_id AS one, edge.source_article_id AS other
    FROM edges AS edge JOIN doubtful ON doubtful.story_id = edge.story_id
    UNION ALL
    SELECT edge.source_article_id AS one, edge.article_id AS other
    FROM edges AS edge JOIN doubtful ON doubtful.story_id = edge.story_id
),
reached AS (
    SELECT story_id, story_id AS article_id FROM doubtful
    UNION
    SELECT reached.story_id, ties.other FROM reached JOIN ties ON ties.one = reached.article_id
)
SELECT article.article_id, article.source_path, article.story_id
FROM articles AS article
JOIN doubtful ON doubtful.story_id = article.story_id
LEFT JOIN reached ON reached.article_id = article.article_id AND reached.story_id = article.story_id
WHERE reached.article_id IS NULL
