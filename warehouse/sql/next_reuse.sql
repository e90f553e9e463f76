-- The next articles that the search for reuse has to look at: what goes first, then by day, so that of many nights' articles the
-- sources come before what was taken from them and little has to be looked at twice.
SELECT pending.article_id
FROM reuse.pending AS pending
LEFT JOIN staging.articles AS articles ON articles.article_id = pending.article_id
ORDER BY articles.published_on NULLS FIRST, pending.article_id
LIMIT $most;
