-- Entries that need not be opened again: all their rows were read, none is refused for a reason that may pass.
INSERT OR REPLACE INTO meta.entries BY NAME
SELECT $landing AS landing, entry_path, size, modified_ns
FROM finished;
