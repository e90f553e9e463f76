-- Passages that are empty, run backwards, or claim more words than characters.
SELECT article_id, source_article_id, article_start, article_end, source_start, source_end, words
FROM passages
WHERE article_start < 0 OR source_start < 0 OR words < 1
    OR article_end - article_start < words OR source_end - source_start < words
