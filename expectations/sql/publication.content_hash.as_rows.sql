-- Days whose count, or whose hash, is not that of their rows: the content hash rests on what is noted of the days.
-- Counts are compared for all days, hashes for eight that follow one another, the next eight with the next version: neighbours are
-- read without their texts being looked for everywhere.
WITH counted AS (
    SELECT 'articles' AS mart, published_on AS day, count(*) AS n FROM articles GROUP BY published_on
    UNION ALL
    SELECT 'article_languages', published_on, count(*) FROM article_languages GROUP BY published_on
    UNION ALL
    SELECT 'reuse', published_on, count(*) FROM reuse GROUP BY published_on
    UNION ALL
    SELECT 'passages', published_on, count(*) FROM passages GROUP BY published_on
),
places AS (
    SELECT day, row_number() OVER (ORDER BY day) - 1 AS place, count(*) OVER () AS days
    FROM (SELECT DISTINCT day FROM counted) AS known
),
chosen AS (
    SELECT places.day
    FROM places
    CROSS JOIN (SELECT coalesce(max(TRY_CAST(version AS BIGINT)), 0) AS number FROM publication) AS version
    WHERE places.place // 8 = version.number % ((places.days + 7) // 8)
),
hashed AS (
    SELECT 'articles' AS mart, published_on AS day, bit_xor(md5_number(CAST(to_json(r) AS VARCHAR))) AS hash
    FROM (SELECT * EXCLUDE (landed_at) REPLACE (md5(text) AS text) FROM articles WHERE published_on IN (SELECT day FROM chosen)) AS r
    GROUP BY published_on
    UNION ALL
    SELECT 'article_languages', published_on, bit_xor(md5_number(CAST(to_json(r) AS VARCHAR)))
    FROM (FROM article_languages WHERE published_on IN (SELECT day FROM chosen)) AS r
    GROUP BY published_on
    UNION ALL
    SELECT 'reuse', published_on, bit_xor(md5_number(CAST(to_json(r) AS VARCHAR)))
    FROM (FROM reuse WHERE published_on IN (SELECT day FROM chosen)) AS r
    GROUP BY published_on
    UNION ALL
    SELECT 'passages', published_on, bit_xor(md5_number(CAST(to_json(r) AS VARCHAR)))
    FROM (FROM passages WHERE published_on IN (SELECT day FROM chosen)) AS r
    GROUP BY published_on
)
SELECT
    coalesce(noted.mart, counted.mart) AS mart,
    coalesce(noted.day, counted.day) AS day,
    noted.rows AS noted_rows,
    counted.n AS counted_rows,
    noted.hash AS noted_hash,
    hashed.hash AS counted_hash
FROM internal.day_hashes AS noted
FULL JOIN counted ON counted.mart = noted.mart AND counted.day = noted.day
LEFT JOIN hashed ON hashed.mart = noted.mart AND hashed.day = noted.day
WHERE noted.mart IS NULL OR counted.mart IS NULL OR noted.rows <> counted.n OR noted.hash <> hashed.hash
