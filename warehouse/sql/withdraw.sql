-- Everything that holds or was derived from the text of one document goes, and the tombstone comes. What the search for reuse
-- keeps of it goes when the search next runs, which is in the same run.
DELETE FROM staging.article_languages WHERE article_id = $id;
DELETE FROM staging.articles WHERE article_id = $id;
DELETE FROM raw.sightings WHERE document_id = $id;
DELETE FROM raw.documents WHERE document_id = $id;
UPDATE raw.documents SET raw_file = $new WHERE raw_file = $old;
UPDATE meta.files SET disposition = 'quarantined', reason = 'withdrawn', detail = 'withdrawn: ' || $reason WHERE document_id = $id;
INSERT INTO meta.tombstones VALUES ($id, $reason, $at, $run_id);
