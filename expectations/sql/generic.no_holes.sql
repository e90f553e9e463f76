-- The daily mart has a row for each day from the first to the last of articles: per $dimension, the days it has and should have.
SELECT daily.$dimension, daily.days, span.days AS days_owed, daily.first_day, daily.last_day
FROM (
    SELECT $dimension, count(*) AS days, min(day) AS first_day, max(day) AS last_day FROM $table GROUP BY $dimension
) AS daily
CROSS JOIN (
    SELECT
        min(published_on) AS first_day,
        max(published_on) AS last_day,
        date_diff('day', min(published_on), max(published_on)) + 1 AS days
    FROM articles
) AS span
WHERE daily.days <> span.days OR daily.first_day <> span.first_day OR daily.last_day <> span.last_day
