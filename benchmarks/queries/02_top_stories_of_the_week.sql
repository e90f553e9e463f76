-- The stories that were printed most in the last week, with who printed each first.
SELECT s.title, s.language, s.first_outlet, s.first_published_on, count(*) AS articles_of_the_week, s.article_count, s.outlet_count
FROM articles AS a
JOIN stories AS s ON s.story_id = a.story_id
WHERE a.published_on > (SELECT max(day) FROM daily_languages) - 7
    AND s.last_published_on > (SELECT max(day) FROM daily_languages) - 7
GROUP BY s.story_id, s.title, s.language, s.first_outlet, s.first_published_on, s.article_count, s.outlet_count
ORDER BY articles_of_the_week DESC, s.story_id
LIMIT 20;
