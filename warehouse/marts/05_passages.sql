INSERT INTO passages BY NAME
SELECT
    p.article_id,
    p.source_article_id,
    p.article_start,
    p.article_end,
    p.source_start,
    p.source_end,
    p.words
FROM warehouse.reuse.passages AS p
ORDER BY p.article_id, p.source_article_id, p.article_start, p.source_start;
