-- Rows of $table whose $column is told and is no SHA-256 in small hex digits.
SELECT $shown FROM $table
WHERE NOT (length($column) = 64 AND translate($column, '0123456789abcdef', '') = '')
