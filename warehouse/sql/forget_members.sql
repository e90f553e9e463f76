-- What was said of members that a container, or what stands at its path now, has no more.
DELETE FROM meta.files
USING finished
WHERE files.landing = $landing AND files.entry_path = finished.entry_path AND files.run_id <> $run_id;
