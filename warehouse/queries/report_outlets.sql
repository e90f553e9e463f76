-- Articles by day and outlet over the $window days up to $day; outlets beyond the $top largest of them count as NULL (the rest).
WITH window_rows AS (
    FROM daily_outlets WHERE day > $day - $window AND day <= $day
),
ranked AS (
    SELECT outlet, row_number() OVER (ORDER BY sum(articles) DESC, outlet) AS place
    FROM window_rows
    GROUP BY outlet
    HAVING sum(articles) > 0
)
SELECT
    w.day,
    CASE WHEN r.place <= $top THEN w.outlet END AS name,
    CAST(sum(w.articles) AS BIGINT) AS articles,
    CAST(sum(w.first_prints) AS BIGINT) AS first_prints,
    CAST(sum(w.reposts) AS BIGINT) AS reposts,
    CAST(sum(w.words) AS BIGINT) AS words
FROM window_rows AS w
JOIN ranked AS r USING (outlet)
GROUP BY ALL
ORDER BY w.day, min(r.place);
