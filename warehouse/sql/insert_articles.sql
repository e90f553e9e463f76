INSERT INTO staging.articles BY NAME
SELECT
    * EXCLUDE (languages),
    $derived_by AS derived_by
FROM derived;
