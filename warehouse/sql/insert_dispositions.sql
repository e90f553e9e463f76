INSERT OR REPLACE INTO meta.dispositions BY NAME
SELECT $run_id AS run_id, source_path, document_id, disposition, reason
FROM stored;
