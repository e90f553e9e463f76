-- The articles that others quoted, excerpted or translated most in the last ninety days. The lag tells the day of the source: articles
-- stand in the order of days, so that looking there spares a look at all of them.
WITH taken AS (
    SELECT
        r.source_article_id,
        a.published_on - CAST(r.lag_days AS INTEGER) AS source_day,
        count(*) AS taken,
        count(DISTINCT a.outlet) AS outlets,
        max(r.share_of_source) AS most
    FROM reuse AS r
    JOIN articles AS a ON a.article_id = r.article_id
    WHERE r.kind IN ('excerpt', 'quote', 'translation') AND a.published_on > (SELECT max(day) FROM daily_languages) - 90
    GROUP BY ALL
    ORDER BY taken DESC, r.source_article_id
    LIMIT 20
)
SELECT source.title, source.outlet, source.published_on, taken.taken, taken.outlets, taken.most
FROM taken
JOIN articles AS source ON source.article_id = taken.source_article_id AND source.published_on = taken.source_day
ORDER BY taken.taken DESC, source.article_id;
