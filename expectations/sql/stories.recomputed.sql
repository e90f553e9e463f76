-- Stories that differ from those counted from articles.
WITH counted AS (
    SELECT
        story_id,
        max(CASE WHEN is_first_print THEN published_on END) AS first_published_on,
        max(published_on) AS last_published_on,
        max(CASE WHEN is_first_print THEN outlet END) AS first_outlet,
        max(CASE WHEN is_first_print THEN title END) AS title,
        max(CASE WHEN is_first_print THEN language END) AS language,
        count(*) AS article_count,
        count(DISTINCT outlet) AS outlet_count
    FROM articles
    GROUP BY story_id
)
SELECT
    coalesce(story.story_id, counted.story_id) AS story_id,
    story.first_published_on, counted.first_published_on AS counted_first_published_on,
    story.last_published_on, counted.last_published_on AS counted_last_published_on,
    story.first_outlet, counted.first_outlet AS counted_first_outlet,
    story.title, counted.title AS counted_title,
    story.language, counted.language AS counted_language,
    story.article_count, counted.article_count AS counted_article_count,
    story.outlet_count, counted.outlet_count AS counted_outlet_count,
    story.days
FROM stories AS story
FULL JOIN counted ON counted.story_id = story.story_id
WHERE story.story_id IS NULL
    OR counted.story_id IS NULL
    OR story.first_published_on <> counted.first_published_on
    OR story.last_published_on <> counted.last_published_on
    OR story.first_outlet IS DISTINCT FROM counted.first_outlet
    OR story.title IS DISTINCT FROM counted.title
    OR story.language <> counted.language
    OR story.article_count <> counted.article_count
    OR story.outlet_count <> counted.outlet_count
    OR story.days <> date_diff('day', story.first_published_on, story.last_published_on) + 1
