-- Days of the articles whose story, edges or passages become others (views members_rows, taken, edges_rows, retold_rows,
-- passages_rows), before they do. Most articles that are looked at again keep what they have, and their days need not be written anew.
WITH edges AS (
    SELECT article_id, source_article_id, kind, share_of_article, share_of_source, passage_count, longest_passage_words, lag_days
    FROM reuse.edges
    WHERE article_id IN (SELECT article_id FROM taken)
),
new_edges AS (
    SELECT article_id, source_article_id, kind, share_of_article, share_of_source, passage_count, longest_passage_words, lag_days
    FROM edges_rows
),
passages AS (
    SELECT article_id, source_article_id, article_start, article_end, source_start, source_end, words
    FROM reuse.passages
    WHERE article_id IN (SELECT article_id FROM taken)
),
new_passages AS (
    SELECT article_id, source_article_id, article_start, article_end, source_start, source_end, words
    FROM passages_rows
),
changed AS (
    SELECT members_rows.article_id
    FROM members_rows
    LEFT JOIN reuse.members AS old ON old.article_id = members_rows.article_id
    WHERE old.story_id IS DISTINCT FROM members_rows.story_id
    UNION ALL
    SELECT article_id FROM retold_rows
    UNION ALL
    SELECT article_id FROM (FROM edges EXCEPT ALL FROM new_edges)
    UNION ALL
    SELECT article_id FROM (FROM new_edges EXCEPT ALL FROM edges)
    UNION ALL
    SELECT article_id FROM (FROM passages EXCEPT ALL FROM new_passages)
    UNION ALL
    SELECT article_id FROM (FROM new_passages EXCEPT ALL FROM passages)
)
SELECT DISTINCT published_on AS day
FROM staging.articles
WHERE article_id IN (SELECT article_id FROM changed);
