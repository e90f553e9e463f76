-- Articles that are dated after the night that publishes them.
SELECT article_id, source_path, published_on, published_on_source FROM articles WHERE published_on > $logical_date
