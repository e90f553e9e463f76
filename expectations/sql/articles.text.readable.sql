-- Texts that are empty or hold a NUL. The one rule that reads every text.
SELECT article_id, source_path, word_count FROM articles WHERE text = '' OR contains(text, chr(0))
