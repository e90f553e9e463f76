-- The days that are to be written (temp.dirty).
INSERT INTO article_languages BY NAME
SELECT l.article_id, a.published_on, a.outlet, l.language, l.script, l.share
FROM warehouse.staging.article_languages AS l
JOIN warehouse.staging.articles AS a ON a.article_id = l.article_id
WHERE a.published_on IN (SELECT day FROM temp.dirty)
ORDER BY a.published_on, l.article_id, l.share DESC, l.language, l.script;
