-- Changes that the marts do not bear out: what was added or changed is there, on that day; what was withdrawn is not.
SELECT told.subject, told.id, told.change, told.day, present.day AS day_in_marts
FROM changes AS told
LEFT JOIN (
    SELECT 'article' AS subject, article_id AS id, published_on AS day FROM articles
    UNION ALL
    SELECT 'story' AS subject, story_id AS id, first_published_on AS day FROM stories
) AS present ON present.subject = told.subject AND present.id = told.id
WHERE CASE
        WHEN told.change = 'withdrawn' THEN present.id IS NOT NULL
        ELSE present.id IS NULL OR present.day <> told.day
    END
