-- Days whose figures differ from those counted from articles; a day without articles has zeros.
WITH counted AS (
    SELECT
        published_on AS day,
        coalesce($of, '(unknown)') AS $dimension,
        count(*) AS articles,
        sum(CASE WHEN is_first_print THEN 1 ELSE 0 END) AS first_prints,
        sum(CASE WHEN is_first_print THEN 0 ELSE 1 END) AS reposts,
        sum(word_count) AS words
    FROM articles
    GROUP BY published_on, coalesce($of, '(unknown)')
)
SELECT
    coalesce(daily.day, counted.day) AS day,
    coalesce(daily.$dimension, counted.$dimension) AS $dimension,
    daily.articles, counted.articles AS counted_articles,
    daily.first_prints, counted.first_prints AS counted_first_prints,
    daily.reposts, counted.reposts AS counted_reposts,
    daily.words, counted.words AS counted_words
FROM $table AS daily
FULL JOIN counted ON daily.day = counted.day AND daily.$dimension = counted.$dimension
WHERE daily.day IS NULL
    OR daily.articles <> coalesce(counted.articles, 0)
    OR daily.first_prints <> coalesce(counted.first_prints, 0)
    OR daily.reposts <> coalesce(counted.reposts, 0)
    OR daily.words <> coalesce(counted.words, 0)
