-- Files that are refused and loaded at once: the same bytes at the same path.
SELECT refused.source_path, refused.document_id, refused.reason
FROM quarantine AS refused
JOIN articles AS article
    ON article.article_id = refused.document_id AND article.source_path = refused.source_path
