-- The next articles that the search for reuse has to take up, as they are now.
SELECT
    articles.article_id,
    articles.text,
    articles.published_on,
    articles.published_at,
    articles.outlet,
    articles.origin,
    articles.url,
    articles.language
FROM staging.articles AS articles
JOIN chosen ON chosen.article_id = articles.article_id
ORDER BY articles.article_id;
