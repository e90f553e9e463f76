-- Who printed the stories of $stories (a list of story_id), in order: their own articles (kind NULL for the first print, else copy
-- or repost), and the articles of other stories that took from them (excerpt, quote, translation). At most $most a story;
-- `entries` says how many there are, `title` is the headline or how the text begins.
WITH own AS (
    SELECT a.story_id, a.article_id, any_value(r.kind ORDER BY r.lag_days, r.source_article_id) AS kind
    FROM articles AS a
    LEFT JOIN (
        SELECT r.*
        FROM reuse AS r
        JOIN articles AS s ON s.article_id = r.source_article_id
        JOIN articles AS t ON t.article_id = r.article_id AND t.story_id = s.story_id
        WHERE s.story_id IN (SELECT unnest($stories))
    ) AS r ON r.article_id = a.article_id
    WHERE a.story_id IN (SELECT unnest($stories))
    GROUP BY ALL
),
takers AS (
    SELECT s.story_id, r.article_id, any_value(r.kind ORDER BY r.lag_days, r.source_article_id) AS kind
    FROM reuse AS r
    JOIN articles AS s ON s.article_id = r.source_article_id
    JOIN articles AS t ON t.article_id = r.article_id AND t.story_id <> s.story_id
    WHERE s.story_id IN (SELECT unnest($stories))
    GROUP BY ALL
)
SELECT
    e.story_id,
    e.article_id,
    CASE WHEN e.article_id <> e.story_id THEN e.kind END AS kind,
    a.published_on,
    a.outlet,
    a.language,
    coalesce(a.title, left(a.text, 90) || '…') AS title,
    a.source_path,
    count(*) OVER (PARTITION BY e.story_id) AS entries
FROM (FROM own UNION ALL FROM takers) AS e
JOIN articles AS a ON a.article_id = e.article_id
QUALIFY row_number() OVER (
    PARTITION BY e.story_id ORDER BY e.article_id <> e.story_id, a.published_on, a.published_at NULLS LAST, a.article_id
) <= $most
ORDER BY e.story_id, e.article_id <> e.story_id, a.published_on, a.published_at NULLS LAST, a.article_id;
