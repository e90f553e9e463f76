-- How many rows $table has, if the warehouse owes it another number (publication.$owed, counted apart from the mart).
SELECT counted.n AS "rows", publication.$owed AS "owed"
FROM (SELECT count(*) AS n FROM $table) AS counted CROSS JOIN publication
WHERE counted.n <> publication.$owed
