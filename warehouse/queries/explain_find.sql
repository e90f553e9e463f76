-- Articles that $reference names: the path, the address, or the beginning of the article_id (at least $least of its letters).
-- At most $most of them; an exact path or id comes first.
SELECT article_id, source_path, title
FROM articles
WHERE
    source_path = $reference
    OR url = $reference
    OR (length($reference) >= $least AND starts_with(article_id, lower($reference)))
ORDER BY source_path <> $reference, url IS DISTINCT FROM $reference, article_id
LIMIT $most;
