-- Rows of $table whose $column is told and is no SHA-256 in small hex digits.
SELECT $shown FROM $table WHERE NOT ($column SIMILAR TO '[0-9a-f]{64}')
