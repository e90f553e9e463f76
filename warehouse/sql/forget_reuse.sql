-- The search for reuse begins anew: by other code, which may see other words.
DELETE FROM reuse.kept;
DELETE FROM reuse.postings;
DELETE FROM reuse.flags;
DELETE FROM reuse.edges;
DELETE FROM reuse.passages;
DELETE FROM reuse.members;
DELETE FROM reuse.leaving;
DELETE FROM reuse.pending;
INSERT INTO reuse.pending SELECT article_id FROM staging.articles;
