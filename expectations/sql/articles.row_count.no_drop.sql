-- Share of the articles of the served version that are gone and were not withdrawn.
SELECT
    CASE
        WHEN $previous_articles = 0 THEN 0
        ELSE ($previous_articles - $withdrawn - count(*)) / CAST($previous_articles AS DOUBLE)
    END AS observed,
    $max_article_drop AS at_most
FROM articles
