-- Edges whose shares are not those of the words of their passages; passages may overlap in the source, not in the article.
SELECT edge.article_id, edge.source_article_id, edge.kind,
    edge.share_of_article, counted.words / CAST(article.word_count AS DOUBLE) AS counted_share_of_article,
    edge.share_of_source, counted.words / CAST(source.word_count AS DOUBLE) AS counted_share_of_source
FROM reuse AS edge
JOIN (
    SELECT article_id, source_article_id, sum(words) AS words FROM passages GROUP BY article_id, source_article_id
) AS counted ON counted.article_id = edge.article_id AND counted.source_article_id = edge.source_article_id
JOIN articles AS article ON article.article_id = edge.article_id
JOIN articles AS source ON source.article_id = edge.source_article_id
WHERE edge.kind <> 'translation'
    AND (
        abs(edge.share_of_article * article.word_count - counted.words) > $max_share_deviation * article.word_count
        OR edge.share_of_source * source.word_count - counted.words > $max_share_deviation * source.word_count
    )
