-- Rows of $table whose $column is none of the words it may hold.
SELECT $shown FROM $table WHERE $column NOT IN ($words)
