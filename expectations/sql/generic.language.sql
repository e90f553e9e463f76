-- Languages that are neither und nor two or three small Latin letters.
SELECT $column, count(*) AS "rows" FROM $table
GROUP BY $column
HAVING NOT (length($column) BETWEEN 2 AND 3 AND translate($column, 'abcdefghijklmnopqrstuvwxyz', '') = '')
