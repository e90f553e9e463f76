-- Puts what a night changed (views of the frames of transforms.shelf.Changes) in its place.
DELETE FROM reuse.kept WHERE number IN (SELECT number FROM gone UNION ALL SELECT number FROM kept_rows);
INSERT INTO reuse.kept BY NAME SELECT * FROM kept_rows;
DELETE FROM reuse.postings WHERE number IN (SELECT number FROM postings_gone);
INSERT INTO reuse.postings BY NAME SELECT * FROM postings_rows;
DELETE FROM reuse.flags WHERE fingerprint IN (SELECT fingerprint FROM flags_gone);
INSERT INTO reuse.flags BY NAME SELECT * FROM flags_rows;
DELETE FROM reuse.edges WHERE article_id IN (SELECT article_id FROM taken);
INSERT INTO reuse.edges BY NAME SELECT * FROM edges_rows;
UPDATE reuse.edges SET kind = retold_rows.kind FROM retold_rows
WHERE edges.article_id = retold_rows.article_id AND edges.source_article_id = retold_rows.source_article_id;
DELETE FROM reuse.passages WHERE article_id IN (SELECT article_id FROM taken);
INSERT INTO reuse.passages BY NAME SELECT * FROM passages_rows;
DELETE FROM reuse.members WHERE article_id IN (SELECT article_id FROM gone UNION ALL SELECT article_id FROM members_rows);
INSERT INTO reuse.members BY NAME SELECT * FROM members_rows;
DELETE FROM reuse.leaving WHERE number IN (SELECT number FROM gone);
DELETE FROM reuse.pending WHERE article_id IN (SELECT article_id FROM chosen);
