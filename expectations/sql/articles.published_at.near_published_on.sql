-- A time in UTC falls on the day of its time zone, or on a neighbour of it.
SELECT article_id, source_path, published_on, published_at
FROM articles
WHERE date_diff('day', published_on, CAST(published_at AS DATE)) NOT BETWEEN -1 AND 1
