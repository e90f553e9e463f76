-- A story is its first print and what is counted over the others; most stories have none, and nothing is counted for them.
INSERT INTO stories BY NAME
WITH counted AS (
    SELECT
        story_id,
        max(published_on) AS last_published_on,
        count(*) AS article_count,
        count(DISTINCT outlet) AS outlet_count
    FROM articles
    WHERE story_id IN (SELECT story_id FROM articles WHERE NOT is_first_print)
    GROUP BY story_id
)
SELECT
    a.story_id,
    a.published_on AS first_published_on,
    coalesce(c.last_published_on, a.published_on) AS last_published_on,
    a.outlet AS first_outlet,
    a.title,
    a.language,
    coalesce(c.article_count, 1) AS article_count,
    coalesce(c.outlet_count, CASE WHEN a.outlet IS NULL THEN 0 ELSE 1 END) AS outlet_count,
    coalesce(c.last_published_on, a.published_on) - a.published_on + 1 AS days
FROM articles AS a
LEFT JOIN counted AS c ON c.story_id = a.story_id
WHERE a.is_first_print
ORDER BY first_published_on, a.story_id;
