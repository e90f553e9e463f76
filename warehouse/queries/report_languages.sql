-- Articles by day and language over the $window days up to $day; languages beyond the $top largest of them count as NULL (the rest).
WITH window_rows AS (
    FROM daily_languages WHERE day > $day - $window AND day <= $day
),
ranked AS (
    SELECT language, row_number() OVER (ORDER BY sum(articles) DESC, language) AS place
    FROM window_rows
    GROUP BY language
    HAVING sum(articles) > 0
)
SELECT
    w.day,
    CASE WHEN r.place <= $top THEN w.language END AS name,
    CAST(sum(w.articles) AS BIGINT) AS articles,
    CAST(sum(w.first_prints) AS BIGINT) AS first_prints,
    CAST(sum(w.reposts) AS BIGINT) AS reposts,
    CAST(sum(w.words) AS BIGINT) AS words
FROM window_rows AS w
JOIN ranked AS r USING (language)
GROUP BY ALL
ORDER BY w.day, min(r.place);
