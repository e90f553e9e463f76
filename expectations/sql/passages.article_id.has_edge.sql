-- Passages of no edge.
SELECT passage.article_id, passage.source_article_id, passage.article_start, passage.article_end
FROM passages AS passage
LEFT JOIN reuse AS edge
    ON edge.article_id = passage.article_id AND edge.source_article_id = passage.source_article_id
WHERE edge.article_id IS NULL
