-- Days between the newest article and the night that publishes it.
SELECT date_diff('day', max(published_on), $logical_date) AS observed, $freshness_days AS at_most FROM articles
