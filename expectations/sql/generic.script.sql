-- Scripts that are not written as ISO 15924 does: a capital and three small letters.
SELECT $column, count(*) AS "rows" FROM $table
GROUP BY $column
HAVING NOT (
    length($column) = 4
    AND translate(substr($column, 1, 1), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') = ''
    AND translate(substr($column, 2), 'abcdefghijklmnopqrstuvwxyz', '') = ''
)
