INSERT INTO stories BY NAME
SELECT
    a.story_id,
    min(a.published_on) AS first_published_on,
    max(a.published_on) AS last_published_on,
    max(a.outlet) FILTER (WHERE a.is_first_print) AS first_outlet,
    max(a.title) FILTER (WHERE a.is_first_print) AS title,
    max(a.language) FILTER (WHERE a.is_first_print) AS language,
    count(*) AS article_count,
    count(DISTINCT a.outlet) AS outlet_count,
    max(a.published_on) - min(a.published_on) + 1 AS days
FROM articles AS a
GROUP BY a.story_id
ORDER BY first_published_on, a.story_id;
