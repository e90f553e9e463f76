-- The fifty strongest flows of copies and reposts between outlets, and which part each is of what the taker took.
SELECT
    f.source_outlet,
    f.reposting_outlet,
    f.copies + f.reposts AS taken,
    (f.copies + f.reposts) / sum(f.copies + f.reposts) OVER (PARTITION BY f.reposting_outlet) AS share_of_the_taker,
    f.median_lag_days
FROM outlet_flows AS f
WHERE f.copies + f.reposts > 0
ORDER BY taken DESC, f.source_outlet, f.reposting_outlet
LIMIT 50;
