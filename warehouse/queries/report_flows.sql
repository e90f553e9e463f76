-- The $top largest flows between different outlets.
SELECT
    source_outlet,
    reposting_outlet,
    copies,
    reposts,
    excerpts,
    quotes,
    translations,
    copies + reposts + excerpts + quotes + translations AS edges,
    median_lag_days
FROM outlet_flows
WHERE source_outlet <> reposting_outlet
ORDER BY edges DESC, source_outlet, reposting_outlet
LIMIT $top;
