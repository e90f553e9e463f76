-- A row for every day of the marts and every outlet of the marts: charts have no holes.
INSERT INTO daily_outlets BY NAME
WITH counted AS (
    SELECT
        a.published_on AS day,
        coalesce(a.outlet, '(unknown)') AS outlet,
        count(*) AS articles,
        count(*) FILTER (WHERE a.is_first_print) AS first_prints,
        sum(a.word_count) AS words
    FROM articles AS a
    GROUP BY ALL
),
days AS (
    SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day FROM counted
),
outlets AS (
    SELECT DISTINCT outlet FROM counted
)
SELECT
    days.day,
    outlets.outlet,
    coalesce(counted.articles, 0) AS articles,
    coalesce(counted.first_prints, 0) AS first_prints,
    coalesce(counted.articles - counted.first_prints, 0) AS reposts,
    coalesce(counted.words, 0) AS words
FROM days
CROSS JOIN outlets
LEFT JOIN counted ON counted.day = days.day AND counted.outlet = outlets.outlet
ORDER BY days.day, outlets.outlet;
