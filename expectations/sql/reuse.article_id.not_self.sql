-- Articles that took from themselves.
SELECT article_id, source_article_id, kind FROM reuse WHERE article_id = source_article_id
