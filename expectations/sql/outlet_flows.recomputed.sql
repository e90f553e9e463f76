-- Pairs of outlets whose edges differ from those of reuse.
WITH counted AS (
    SELECT
        coalesce(edge.source_outlet, '(unknown)') AS source_outlet,
        coalesce(edge.outlet, '(unknown)') AS reposting_outlet,
        sum(CASE WHEN edge.kind = 'copy' THEN 1 ELSE 0 END) AS copies,
        sum(CASE WHEN edge.kind = 'repost' THEN 1 ELSE 0 END) AS reposts,
        sum(CASE WHEN edge.kind = 'excerpt' THEN 1 ELSE 0 END) AS excerpts,
        sum(CASE WHEN edge.kind = 'quote' THEN 1 ELSE 0 END) AS quotes,
        sum(CASE WHEN edge.kind = 'translation' THEN 1 ELSE 0 END) AS translations,
        median(edge.lag_days) AS median_lag_days
    FROM reuse AS edge
    GROUP BY coalesce(edge.source_outlet, '(unknown)'), coalesce(edge.outlet, '(unknown)')
)
SELECT
    coalesce(flow.source_outlet, counted.source_outlet) AS source_outlet,
    coalesce(flow.reposting_outlet, counted.reposting_outlet) AS reposting_outlet,
    flow.copies, counted.copies AS counted_copies,
    flow.reposts, counted.reposts AS counted_reposts,
    flow.excerpts, counted.excerpts AS counted_excerpts,
    flow.quotes, counted.quotes AS counted_quotes,
    flow.translations, counted.translations AS counted_translations,
    flow.median_lag_days, counted.median_lag_days AS counted_median_lag_days
FROM outlet_flows AS flow
FULL JOIN counted
    ON counted.source_outlet = flow.source_outlet AND counted.reposting_outlet = flow.reposting_outlet
WHERE flow.source_outlet IS NULL
    OR counted.source_outlet IS NULL
    OR flow.copies <> counted.copies
    OR flow.reposts <> counted.reposts
    OR flow.excerpts <> counted.excerpts
    OR flow.quotes <> counted.quotes
    OR flow.translations <> counted.translations
    OR abs(flow.median_lag_days - counted.median_lag_days) > 1e-9
