-- Days of what the articles of view `derived` take the place of: their own, and those of the articles that took from one of them
-- whose day or outlet becomes another, for an edge tells both.
SELECT published_on AS day
FROM staging.articles
WHERE article_id IN (SELECT article_id FROM derived)
UNION
SELECT takers.published_on
FROM derived
JOIN staging.articles AS articles ON articles.article_id = derived.article_id
JOIN reuse.edges AS edges ON edges.source_article_id = derived.article_id
JOIN staging.articles AS takers ON takers.article_id = edges.article_id
WHERE articles.published_on <> derived.published_on OR articles.outlet IS DISTINCT FROM derived.outlet;
