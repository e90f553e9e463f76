-- Days of the articles that belong to another story than before, or to one for the first time (view `members_rows`).
SELECT DISTINCT articles.published_on AS day
FROM members_rows
JOIN staging.articles AS articles ON articles.article_id = members_rows.article_id
LEFT JOIN reuse.members AS old ON old.article_id = members_rows.article_id
WHERE old.story_id IS DISTINCT FROM members_rows.story_id;
