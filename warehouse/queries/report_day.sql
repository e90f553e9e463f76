-- The day a report speaks of: the last one before $logical_date with articles whose day was told and not guessed.
-- Columns: day (NULL where the marts are empty), first_day.
SELECT
    coalesce(
        max(published_on) FILTER (WHERE published_on < $logical_date AND published_on_source <> 'modified'),
        max(published_on) FILTER (WHERE published_on < $logical_date),
        max(published_on)
    ) AS day,
    min(published_on) AS first_day
FROM articles;
