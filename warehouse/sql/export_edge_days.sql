-- By which day edges of reuse and their passages are exported: the publication of the later article.
CREATE TEMP TABLE export_edge_days AS
SELECT DISTINCT r.article_id, a.published_on AS export_day
FROM reuse AS r
JOIN articles AS a ON a.article_id = r.article_id;
