INSERT INTO outlet_flows BY NAME
SELECT
    coalesce(r.source_outlet, '(unknown)') AS source_outlet,
    coalesce(r.outlet, '(unknown)') AS reposting_outlet,
    count(*) FILTER (WHERE r.kind = 'copy') AS copies,
    count(*) FILTER (WHERE r.kind = 'repost') AS reposts,
    count(*) FILTER (WHERE r.kind = 'excerpt') AS excerpts,
    count(*) FILTER (WHERE r.kind = 'quote') AS quotes,
    count(*) FILTER (WHERE r.kind = 'translation') AS translations,
    median(r.lag_days) AS median_lag_days
FROM reuse AS r
GROUP BY ALL
ORDER BY source_outlet, reposting_outlet;
