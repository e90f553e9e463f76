-- How many rows $table has, if it may not have so many.
SELECT n AS "rows" FROM (SELECT count(*) AS n FROM $table) AS counted WHERE NOT (n BETWEEN $least AND $most)
