-- Scripts that are not written as ISO 15924 does: a capital and three small letters.
SELECT $column, count(*) AS "rows" FROM $table
GROUP BY $column
HAVING NOT ($column SIMILAR TO '[A-Z][a-z]{3}')
