-- Articles that are older than the first print of their story.
SELECT article.article_id, article.source_path, article.published_on, article.story_id,
    first_print.published_on AS first_print_published_on
FROM articles AS article
JOIN articles AS first_print ON first_print.article_id = article.story_id
WHERE article.article_id <> article.story_id AND article.published_on < first_print.published_on
