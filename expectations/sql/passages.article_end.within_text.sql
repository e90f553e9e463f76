-- Articles whose text ends before a passage that points into it.
SELECT article.article_id, article.source_path, length(article.text) AS characters, pointed.reach
FROM articles AS article
JOIN (
    SELECT article_id, max(reach) AS reach
    FROM (
        SELECT article_id, max(article_end) AS reach FROM passages GROUP BY article_id
        UNION ALL
        SELECT source_article_id, max(source_end) AS reach FROM passages GROUP BY source_article_id
    ) AS ends
    GROUP BY article_id
) AS pointed ON pointed.article_id = article.article_id
WHERE pointed.reach > length(article.text)
