-- The timeline of the greatest story of the last month: who printed it when, and from whom each took it.
WITH story AS (
    SELECT s.story_id, s.first_published_on, s.last_published_on
    FROM stories AS s
    WHERE s.last_published_on > (SELECT max(day) FROM daily_languages) - 31
    ORDER BY s.article_count DESC, s.story_id
    LIMIT 1
)
SELECT a.published_on, a.published_at, a.outlet, a.title, a.is_first_print, r.kind, r.source_outlet, r.lag_days
FROM story
JOIN articles AS a ON a.story_id = story.story_id AND a.published_on BETWEEN story.first_published_on AND story.last_published_on
LEFT JOIN reuse AS r ON r.article_id = a.article_id AND r.published_on = a.published_on AND r.kind IN ('copy', 'repost')
ORDER BY a.published_on, a.published_at, a.article_id, r.source_article_id;
