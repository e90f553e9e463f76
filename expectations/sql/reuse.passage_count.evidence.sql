-- Edges without a passage to show; a translation shares no words and needs none.
SELECT article_id, source_article_id, kind FROM reuse WHERE kind <> 'translation' AND passage_count = 0
