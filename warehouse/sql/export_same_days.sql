-- Days of which the mart $mart has the same rows here and in an earlier version (catalog earlier). A hash of the day leaves out when
-- the articles were landed, which an export tells.
SELECT here.day
FROM internal.day_hashes AS here
JOIN earlier.internal.day_hashes AS there ON there.mart = here.mart AND there.day = here.day
WHERE here.mart = $mart AND there.rows = here.rows AND there.hash = here.hash
EXCEPT
SELECT published_on
FROM (
    SELECT article_id, published_on, landed_at FROM articles
    EXCEPT
    SELECT article_id, published_on, landed_at FROM earlier.articles
)
WHERE $mart = 'articles';
