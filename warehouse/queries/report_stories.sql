-- The $top largest stories (two articles or more) that were still printed in the $window days up to $day. `title`: the headline of
-- the first print, or how its text begins.
SELECT s.* REPLACE (coalesce(s.title, left(a.text, 90) || '…') AS title)
FROM stories AS s
JOIN articles AS a ON a.article_id = s.story_id
WHERE s.article_count > 1 AND s.last_published_on > $day - $window AND s.first_published_on <= $day
ORDER BY s.article_count DESC, s.outlet_count DESC, s.last_published_on DESC, s.story_id
LIMIT $top;
