-- Edges whose lag is not the days between the two publications, or whose source is the later one.
SELECT article_id, published_on, source_article_id, source_published_on, kind, lag_days
FROM reuse
WHERE lag_days <> date_diff('day', source_published_on, published_on) OR published_on < source_published_on
