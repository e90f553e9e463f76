-- Which of the articles of view `marked` the search for reuse has to look at, and their texts as it knew them.
INSERT INTO reuse.leaving BY NAME
SELECT kept.number, articles.text
FROM marked
JOIN reuse.kept AS kept ON kept.article_id = marked.article_id
JOIN staging.articles AS articles ON articles.article_id = marked.article_id
ON CONFLICT DO NOTHING;
INSERT INTO reuse.pending BY NAME
SELECT article_id FROM marked
ON CONFLICT DO NOTHING;
