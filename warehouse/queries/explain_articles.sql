-- The articles of $articles (a list of article_id), with what their stories say.
SELECT
    a.article_id,
    a.source_path,
    a.published_on,
    a.published_at,
    a.published_on_source,
    a.language,
    a.title,
    a.byline,
    a.outlet,
    a.origin,
    a.url,
    a.word_count,
    a.text,
    a.story_id,
    a.is_first_print,
    s.article_count AS story_articles,
    s.outlet_count AS story_outlets,
    s.first_published_on AS story_first_published_on,
    s.first_outlet AS story_first_outlet
FROM articles AS a
JOIN stories AS s ON s.story_id = a.story_id
WHERE a.article_id IN (SELECT unnest($articles))
ORDER BY a.article_id;
