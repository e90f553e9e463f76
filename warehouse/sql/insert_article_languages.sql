INSERT INTO staging.article_languages BY NAME
SELECT article_id, told.language, told.script, told.share
FROM (SELECT article_id, unnest(languages) AS told FROM derived);
