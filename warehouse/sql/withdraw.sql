-- Everything that holds or was derived from the text of one document goes; the tombstone comes.
DELETE FROM staging.article_languages WHERE article_id = $id;
DELETE FROM staging.articles WHERE article_id = $id;
DELETE FROM reuse.passages WHERE article_id = $id OR source_article_id = $id;
DELETE FROM reuse.edges WHERE article_id = $id OR source_article_id = $id;
DELETE FROM reuse.members WHERE article_id = $id;
DELETE FROM raw.sightings WHERE document_id = $id;
DELETE FROM raw.documents WHERE document_id = $id;
UPDATE raw.documents SET raw_file = $new WHERE raw_file = $old;
UPDATE meta.files SET disposition = 'quarantined', reason = 'withdrawn', detail = 'withdrawn: ' || $reason WHERE document_id = $id;
INSERT INTO meta.tombstones VALUES ($id, $reason, $at, $run_id);
