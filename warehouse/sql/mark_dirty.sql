INSERT INTO meta.dirty_days BY NAME
SELECT day, (SELECT data_version FROM meta.state) AS data_version
FROM days
ON CONFLICT (day) DO UPDATE SET data_version = excluded.data_version;
