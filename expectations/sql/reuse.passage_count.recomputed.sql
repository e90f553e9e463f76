-- Edges whose number of passages, or whose longest one, differs from the passages themselves.
SELECT edge.article_id, edge.source_article_id, edge.kind,
    edge.passage_count, coalesce(counted.passage_count, 0) AS counted_passages,
    edge.longest_passage_words, coalesce(counted.longest, 0) AS counted_longest
FROM reuse AS edge
LEFT JOIN (
    SELECT article_id, source_article_id, count(*) AS passage_count, max(words) AS longest
    FROM passages
    GROUP BY article_id, source_article_id
) AS counted ON counted.article_id = edge.article_id AND counted.source_article_id = edge.source_article_id
WHERE edge.passage_count <> coalesce(counted.passage_count, 0)
    OR edge.longest_passage_words <> coalesce(counted.longest, 0)
