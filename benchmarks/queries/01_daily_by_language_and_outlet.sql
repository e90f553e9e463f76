-- Articles by day, language and outlet over the last thirty days: a stacked chart with a filter.
SELECT a.published_on AS day, a.language, coalesce(a.outlet, '(unknown)') AS outlet, count(*) AS articles, sum(a.word_count) AS words
FROM articles AS a
WHERE a.published_on > (SELECT max(day) FROM daily_languages) - 30
GROUP BY ALL
ORDER BY day, language, outlet;
