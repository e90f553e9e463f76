-- The columns of the marts of the open database with their comments, in the order of the marts' columns.
SELECT c.table_name AS mart, c.column_name AS name, c.data_type AS type, c.is_nullable AS nullable, c.comment AS comment
FROM duckdb_columns() AS c
WHERE NOT c.internal AND c.database_name = current_database() AND c.schema_name = 'main'
ORDER BY c.table_name, c.column_index;
