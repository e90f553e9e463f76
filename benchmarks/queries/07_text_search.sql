-- A phrase in any letter case, in the texts of the last month.
SELECT a.article_id, a.published_on, a.outlet, a.title, a.is_first_print
FROM articles AS a
WHERE a.published_on > (SELECT max(day) FROM daily_languages) - 31 AND a.text ILIKE '%президент%'
ORDER BY a.published_on DESC, a.article_id
LIMIT 100;
