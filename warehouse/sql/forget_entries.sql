-- The files in which a document was seen are opened again by the next night.
DELETE FROM meta.entries
USING meta.files AS files
WHERE files.document_id = $id AND files.landing = entries.landing AND files.entry_path = entries.entry_path;
