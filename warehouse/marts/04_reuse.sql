INSERT INTO reuse BY NAME
SELECT
    e.article_id,
    e.source_article_id,
    e.kind,
    e.share_of_article,
    e.share_of_source,
    e.passage_count,
    e.longest_passage_words,
    e.lag_days
FROM warehouse.reuse.edges AS e
ORDER BY e.article_id, e.source_article_id;
