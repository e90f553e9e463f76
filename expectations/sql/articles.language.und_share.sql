-- Share of articles whose language is not known.
SELECT avg(CASE WHEN language = 'und' THEN 1.0 ELSE 0.0 END) AS observed, $max_und_share AS at_most FROM articles
