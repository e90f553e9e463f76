INSERT INTO raw.documents BY NAME
SELECT document_id, $raw_file AS raw_file, size, encoding, encoding_source, $landed_at AS landed_at, $run_id AS run_id
FROM stored
WHERE disposition = 'loaded';
