-- The days of the later article that are to be written (temp.dirty).
INSERT INTO reuse BY NAME
SELECT
    e.article_id,
    e.source_article_id,
    e.kind,
    e.share_of_article,
    e.share_of_source,
    e.passage_count,
    e.longest_passage_words,
    e.lag_days,
    a.published_on,
    a.outlet,
    s.published_on AS source_published_on,
    s.outlet AS source_outlet
FROM warehouse.reuse.edges AS e
JOIN warehouse.staging.articles AS a ON a.article_id = e.article_id
JOIN warehouse.staging.articles AS s ON s.article_id = e.source_article_id
WHERE a.published_on IN (SELECT day FROM temp.dirty)
ORDER BY a.published_on, e.article_id, e.source_article_id;
