-- What the marts of the open database hold their rows to.
SELECT c.table_name AS mart, c.expression AS expression
FROM duckdb_constraints() AS c
WHERE c.constraint_type = 'CHECK' AND c.database_name = current_database() AND c.schema_name = 'main'
ORDER BY c.table_name, c.constraint_index;
