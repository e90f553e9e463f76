-- What is not told is NULL, never an empty or blank string.
SELECT article_id, source_path, title, byline, outlet, origin, url
FROM articles
WHERE trim(title) = '' OR trim(byline) = '' OR trim(outlet) = '' OR trim(origin) = '' OR trim(url) = ''
