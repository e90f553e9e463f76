-- Share of articles whose day is only the file's time.
SELECT avg(CASE WHEN published_on_source = 'modified' THEN 1.0 ELSE 0.0 END) AS observed,
    $max_guessed_date_share AS at_most
FROM articles
