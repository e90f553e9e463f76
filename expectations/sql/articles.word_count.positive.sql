-- Articles without a word.
SELECT article_id, source_path, word_count FROM articles WHERE word_count < 1
