-- Articles of a known language whose main language is not among the languages of their text.
SELECT article.article_id, article.source_path, article.language
FROM articles AS article
LEFT JOIN article_languages AS part ON part.article_id = article.article_id AND part.language = article.language
WHERE article.language <> 'und' AND part.article_id IS NULL
