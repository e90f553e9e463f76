-- The articles that others quoted, excerpted or translated most in the last ninety days. An edge tells the day of its source: articles
-- stand in the order of days, so that looking there spares a look at all of them.
WITH taken AS (
    SELECT
        r.source_article_id,
        r.source_published_on,
        count(*) AS taken,
        count(DISTINCT r.outlet) AS outlets,
        max(r.share_of_source) AS most
    FROM reuse AS r
    WHERE r.kind IN ('excerpt', 'quote', 'translation') AND r.published_on > (SELECT max(day) FROM daily_languages) - 90
    GROUP BY ALL
    ORDER BY taken DESC, r.source_article_id
    LIMIT 20
)
SELECT source.title, source.outlet, source.published_on, taken.taken, taken.outlets, taken.most
FROM taken
JOIN articles AS source ON source.article_id = taken.source_article_id AND source.published_on = taken.source_published_on
ORDER BY taken.taken DESC, source.article_id;
