-- Articles that are dated after the night that published them.
SELECT article_id, source_path, published_on, published_on_source
FROM articles
WHERE published_on > (SELECT max(logical_date) FROM publication)
