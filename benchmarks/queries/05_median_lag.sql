-- How long it takes until an article is taken: median and ninth decile of the lag by kind and month of the last year.
SELECT
    CAST(date_trunc('month', r.published_on) AS DATE) AS month, -- a DATE in DuckDB 1.4, a TIMESTAMP in 1.5
    r.kind,
    count(*) AS edges,
    median(r.lag_days) AS median_lag_days,
    quantile_cont(r.lag_days, 0.9) AS ninth_decile_days
FROM reuse AS r
WHERE r.published_on > (SELECT max(day) FROM daily_languages) - 365
GROUP BY ALL
ORDER BY month, r.kind;
