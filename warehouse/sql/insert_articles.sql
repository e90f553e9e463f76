INSERT INTO staging.articles BY NAME
SELECT
    * EXCLUDE (languages),
    $derived_by AS derived_by,
    $run_id AS derived_run
FROM derived;
