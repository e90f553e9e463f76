-- A row for $day and for each of the seven days before it that the marts reach back to, zeros included, oldest first.
WITH days AS (
    SELECT CAST(unnest(generate_series(greatest($day - 7, $first_day), $day, INTERVAL 1 DAY)) AS DATE) AS day
),
printed AS (
    SELECT
        published_on AS day,
        count(*) AS articles,
        count(*) FILTER (WHERE is_first_print) AS first_prints,
        count(DISTINCT outlet) AS outlets,
        sum(word_count) AS words
    FROM articles
    WHERE published_on BETWEEN $day - 7 AND $day
    GROUP BY ALL
),
taken AS (
    SELECT
        published_on AS day,
        count(*) FILTER (WHERE kind = 'excerpt') AS excerpts,
        count(*) FILTER (WHERE kind = 'quote') AS quotes,
        count(*) FILTER (WHERE kind = 'translation') AS translations
    FROM reuse
    WHERE published_on BETWEEN $day - 7 AND $day
    GROUP BY ALL
)
SELECT
    days.day,
    coalesce(printed.articles, 0) AS articles,
    coalesce(printed.first_prints, 0) AS first_prints,
    coalesce(printed.articles - printed.first_prints, 0) AS reposts,
    coalesce(taken.excerpts, 0) AS excerpts,
    coalesce(taken.quotes, 0) AS quotes,
    coalesce(taken.translations, 0) AS translations,
    coalesce(printed.outlets, 0) AS outlets,
    CAST(coalesce(printed.words, 0) AS BIGINT) AS words
FROM days
LEFT JOIN printed ON printed.day = days.day
LEFT JOIN taken ON taken.day = days.day
ORDER BY days.day;
