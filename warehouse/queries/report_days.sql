-- Articles by day and name over the $window days up to $day; the names are languages ($of = 'language') or outlets ($of = 'outlet'),
-- those beyond the $top largest of them count as NULL (the rest).
WITH window_rows AS (
    SELECT day, name, articles
    FROM (
        SELECT day, language AS name, articles FROM daily_languages WHERE $of = 'language'
        UNION ALL
        SELECT day, outlet AS name, articles FROM daily_outlets WHERE $of = 'outlet'
    ) AS both_marts
    WHERE day > $day - $window AND day <= $day
),
ranked AS (
    SELECT name, row_number() OVER (ORDER BY sum(articles) DESC, name) AS place
    FROM window_rows
    GROUP BY name
    HAVING sum(articles) > 0
)
SELECT
    w.day,
    CASE WHEN r.place <= $top THEN w.name END AS name,
    CAST(sum(w.articles) AS BIGINT) AS articles
FROM window_rows AS w
JOIN ranked AS r USING (name)
GROUP BY ALL
ORDER BY w.day, min(r.place);
