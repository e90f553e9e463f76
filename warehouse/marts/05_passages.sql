-- The days of the later article that are to be written (temp.dirty).
INSERT INTO passages BY NAME
SELECT
    p.article_id,
    p.source_article_id,
    p.article_start,
    p.article_end,
    p.source_start,
    p.source_end,
    p.words,
    a.published_on,
    a.outlet,
    s.published_on AS source_published_on,
    s.outlet AS source_outlet
FROM warehouse.reuse.passages AS p
JOIN warehouse.staging.articles AS a ON a.article_id = p.article_id
JOIN warehouse.staging.articles AS s ON s.article_id = p.source_article_id
WHERE a.published_on IN (SELECT day FROM temp.dirty)
ORDER BY a.published_on, p.article_id, p.source_article_id, p.article_start, p.source_start;
