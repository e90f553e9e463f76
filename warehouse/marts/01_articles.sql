-- The days that are to be written (temp.dirty).
INSERT INTO articles BY NAME
SELECT
    a.article_id,
    a.source_path,
    a.published_on,
    a.published_at,
    a.published_on_source,
    a.language,
    a.language_share,
    a.script,
    a.title,
    a.byline,
    a.outlet,
    a.origin,
    a.url,
    a.word_count,
    a.text,
    m.story_id,
    m.story_id = a.article_id AS is_first_print,
    d.landed_at
FROM warehouse.staging.articles AS a
JOIN warehouse.reuse.members AS m ON m.article_id = a.article_id
JOIN warehouse.raw.documents AS d ON d.document_id = a.article_id
WHERE a.published_on IN (SELECT day FROM temp.dirty)
ORDER BY a.published_on, a.article_id;
