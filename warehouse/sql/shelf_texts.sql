SELECT kept.number, coalesce(leaving.text, articles.text) AS text
FROM reuse.kept AS kept
JOIN asked ON asked.number = kept.number
LEFT JOIN reuse.leaving AS leaving ON leaving.number = kept.number
LEFT JOIN staging.articles AS articles ON articles.article_id = kept.article_id;
