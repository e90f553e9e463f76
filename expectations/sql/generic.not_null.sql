-- Rows of $table without $column.
SELECT $shown FROM $table WHERE $column IS NULL
