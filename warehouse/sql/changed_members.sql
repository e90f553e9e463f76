-- Days of the articles that belong to another story than before, or to one for the first time (view `members`).
SELECT DISTINCT articles.published_on AS day
FROM members
JOIN staging.articles AS articles ON articles.article_id = members.article_id
LEFT JOIN reuse.members AS old ON old.article_id = members.article_id
WHERE old.story_id IS DISTINCT FROM members.story_id;
