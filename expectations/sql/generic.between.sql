-- Rows of $table whose $column is out of bounds.
SELECT $shown FROM $table WHERE NOT ($column BETWEEN $least AND $most)
