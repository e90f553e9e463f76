-- Articles whose shares do not add up to one; each is rounded to 4 digits.
SELECT article_id, sum(share) AS share, count(*) AS languages
FROM article_languages
GROUP BY article_id
HAVING NOT (sum(share) BETWEEN $min_share_sum AND 1 + $share_rounding * count(*))
