SELECT count(*)
FROM raw.documents AS documents
ANTI JOIN staging.articles AS articles ON articles.article_id = documents.document_id;
