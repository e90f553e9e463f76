-- The passages of one edge, in the article's order.
SELECT article_start, article_end, source_start, source_end, words
FROM passages
WHERE article_id = $article AND source_article_id = $source
ORDER BY article_start, source_start;
