-- Addresses that a reader cannot follow: no http(s) scheme, no host, or white space inside.
SELECT article_id, source_path, url
FROM articles
WHERE NOT (
    (lower(url) LIKE 'http://_%' OR lower(url) LIKE 'https://_%')
    AND translate(url, ' ' || chr(9) || chr(10) || chr(13), '') = url
)
