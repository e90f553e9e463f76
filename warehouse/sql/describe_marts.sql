-- The marts of the open database with their comments, in the order of their numbers: as made, in a database that was just made.
SELECT mart, kind, comment
FROM (
    SELECT t.table_name AS mart, 'table' AS kind, t.comment AS comment, t.table_oid AS place
    FROM duckdb_tables() AS t
    WHERE t.database_name = current_database() AND t.schema_name = 'main'
    UNION ALL
    SELECT v.view_name, 'view', v.comment, v.view_oid
    FROM duckdb_views() AS v
    WHERE NOT v.internal AND v.database_name = current_database() AND v.schema_name = 'main'
)
ORDER BY place;
