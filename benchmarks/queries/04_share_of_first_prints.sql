-- Which part of what an outlet printed in the last year it printed first.
SELECT d.outlet, sum(d.articles) AS articles, sum(d.first_prints) AS first_prints, sum(d.first_prints) / sum(d.articles) AS share
FROM daily_outlets AS d
WHERE d.day > (SELECT max(day) FROM daily_outlets) - 365
GROUP BY d.outlet
HAVING sum(d.articles) > 0
ORDER BY share DESC, d.outlet;
