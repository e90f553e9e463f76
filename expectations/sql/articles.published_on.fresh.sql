-- Days between the newest article and the night that it belongs to.
SELECT
    date_diff('day', max(published_on), (SELECT max(logical_date) FROM publication)) AS observed,
    $freshness_days AS at_most
FROM articles
