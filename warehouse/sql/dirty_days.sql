-- The days that a version built from the state $since has to write anew; all days of the articles where $whole.
CREATE OR REPLACE TEMP TABLE dirty AS
SELECT day FROM meta.dirty_days WHERE data_version > $since AND NOT $whole
UNION
SELECT published_on FROM staging.articles WHERE $whole;
