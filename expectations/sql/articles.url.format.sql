-- Addresses that a reader cannot follow: no http(s) scheme, no host, or white space inside.
SELECT article_id, source_path, url FROM articles WHERE NOT (lower(url) SIMILAR TO 'https?://\S+')
