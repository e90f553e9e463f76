-- Articles whose story_id is no first print of that story.
SELECT article.article_id, article.source_path, article.story_id
FROM articles AS article
LEFT JOIN articles AS first_print
    ON first_print.article_id = article.story_id
    AND first_print.is_first_print
    AND first_print.story_id = article.story_id
WHERE NOT (article.article_id = article.story_id AND article.is_first_print)
    AND first_print.article_id IS NULL
