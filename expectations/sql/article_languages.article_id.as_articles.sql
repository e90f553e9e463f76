-- Rows of no article, or whose day or outlet is not their article's.
SELECT part.article_id, part.language, part.published_on, article.published_on AS article_published_on,
    part.outlet, article.outlet AS article_outlet
FROM article_languages AS part
LEFT JOIN articles AS article ON article.article_id = part.article_id
WHERE article.article_id IS NULL
    OR part.published_on <> article.published_on
    OR part.outlet IS DISTINCT FROM article.outlet
