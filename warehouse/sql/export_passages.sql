-- The rows of passages with the day that they are exported by (the publication of the later article), in the order of days: a few days are
-- read at a time.
CREATE OR REPLACE TEMP TABLE export_rows AS
SELECT t.*, a.published_on AS export_day
FROM passages AS t
JOIN articles AS a ON a.article_id = t.article_id
ORDER BY a.published_on;
