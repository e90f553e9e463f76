-- Articles of the largest story; a story that grows without bound is glued from several.
SELECT max(article_count) AS observed, $max_story_articles AS at_most FROM stories
