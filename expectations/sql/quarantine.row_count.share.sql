-- Share of the files that are refused; a takedown is no failure to read.
SELECT
    refused.n / CAST(refused.n + loaded.n AS DOUBLE) AS observed,
    $max_quarantine_share AS at_most
FROM (SELECT count(*) AS n FROM quarantine WHERE reason <> 'withdrawn') AS refused
CROSS JOIN (SELECT count(*) AS n FROM articles) AS loaded
WHERE refused.n + loaded.n > 0
