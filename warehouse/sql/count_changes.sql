SELECT CASE subject WHEN 'story' THEN 'stories' ELSE 'articles' END || ' ' || change AS what, count(*) AS rows
FROM changes
GROUP BY ALL;
