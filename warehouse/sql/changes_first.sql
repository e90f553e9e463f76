-- The first version: everything is new.
INSERT INTO changes BY NAME
SELECT 'article' AS subject, article_id AS id, 'added' AS change, published_on AS day FROM articles
UNION ALL
SELECT 'story', story_id, 'added', first_published_on FROM stories
ORDER BY subject, id;
