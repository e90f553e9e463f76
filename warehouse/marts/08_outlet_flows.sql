INSERT INTO outlet_flows BY NAME
SELECT
    coalesce(s.outlet, '(unknown)') AS source_outlet,
    coalesce(a.outlet, '(unknown)') AS reposting_outlet,
    count(*) FILTER (WHERE r.kind = 'copy') AS copies,
    count(*) FILTER (WHERE r.kind = 'repost') AS reposts,
    count(*) FILTER (WHERE r.kind = 'excerpt') AS excerpts,
    count(*) FILTER (WHERE r.kind = 'quote') AS quotes,
    count(*) FILTER (WHERE r.kind = 'translation') AS translations,
    median(r.lag_days) AS median_lag_days
FROM reuse AS r
JOIN articles AS a ON a.article_id = r.article_id
JOIN articles AS s ON s.article_id = r.source_article_id
GROUP BY ALL
ORDER BY source_outlet, reposting_outlet;
