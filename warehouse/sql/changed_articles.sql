-- Articles of view `derived` that are new or differ from what is there in anything that the search for reuse looks at.
SELECT derived.article_id
FROM derived
LEFT JOIN staging.articles AS articles ON articles.article_id = derived.article_id
WHERE articles.article_id IS NULL
    OR articles.text IS DISTINCT FROM derived.text
    OR articles.published_on IS DISTINCT FROM derived.published_on
    OR articles.published_at IS DISTINCT FROM derived.published_at
    OR articles.outlet IS DISTINCT FROM derived.outlet
    OR articles.origin IS DISTINCT FROM derived.origin
    OR articles.url IS DISTINCT FROM derived.url
    OR articles.language IS DISTINCT FROM derived.language;
