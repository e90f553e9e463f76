-- How many rows the warehouse owes to each mart, counted in the warehouse itself: a mart that lost rows on the way is found out.
SELECT
    (SELECT count(*) FROM warehouse.staging.articles) AS article_count,
    (SELECT count(*) FROM warehouse.staging.article_languages) AS article_language_count,
    (SELECT count(DISTINCT story_id) FROM warehouse.reuse.members) AS story_count,
    (SELECT count(*) FROM warehouse.reuse.edges) AS reuse_count,
    (SELECT count(*) FROM warehouse.reuse.passages) AS passage_count,
    (SELECT count(*) FROM (SELECT DISTINCT source_path, document_id FROM warehouse.meta.files WHERE disposition = 'quarantined'))
        AS quarantine_count;
