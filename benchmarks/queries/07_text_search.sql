-- A word in any letter case, in the texts of the last three days. Not ILIKE: beyond ASCII it takes four times as long.
SELECT a.article_id, a.published_on, a.outlet, a.title, a.is_first_print
FROM articles AS a
WHERE a.published_on > (SELECT max(day) FROM daily_languages) - 3 AND regexp_matches(a.text, 'президент', 'i')
ORDER BY a.published_on DESC, a.article_id
LIMIT 100;
