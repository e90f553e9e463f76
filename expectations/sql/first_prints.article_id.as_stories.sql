-- First prints without a story, and stories without a first print.
SELECT first_print.article_id, story.story_id
FROM first_prints AS first_print
FULL JOIN stories AS story ON story.story_id = first_print.article_id
WHERE first_print.article_id IS NULL OR story.story_id IS NULL
