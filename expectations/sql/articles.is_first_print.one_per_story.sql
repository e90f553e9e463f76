-- Stories that have no first print, or several.
SELECT story_id, sum(CASE WHEN is_first_print THEN 1 ELSE 0 END) AS first_prints, count(*) AS articles
FROM articles
GROUP BY story_id
HAVING sum(CASE WHEN is_first_print THEN 1 ELSE 0 END) <> 1
