-- Kazakh against Russian by outlet and day over the last ninety days: articles' worth of text, mixed pages counted by their shares.
SELECT
    l.published_on AS day,
    coalesce(l.outlet, '(unknown)') AS outlet,
    sum(l.share) FILTER (WHERE l.language = 'kk') AS kazakh,
    sum(l.share) FILTER (WHERE l.language = 'ru') AS russian
FROM article_languages AS l
WHERE l.language IN ('kk', 'ru') AND l.published_on > (SELECT max(day) FROM daily_languages) - 90
GROUP BY ALL
ORDER BY day, outlet;
