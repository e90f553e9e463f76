-- Languages that are neither und nor two or three small Latin letters.
SELECT $column, count(*) AS "rows" FROM $table
GROUP BY $column
HAVING NOT ($column SIMILAR TO '[a-z]{2,3}')
