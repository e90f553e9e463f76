-- A healthy candidate of getvariable('articles') articles. In every five articles: 0 is printed first, 3 copies it, 4 reposts 3;
-- 1 takes an excerpt of 0 in every second five, 2 quotes it in every fourth. The first 300 articles are one story, each copied from
-- the one before it: the longest way from an article to its first print.
CREATE SCHEMA scratch;
CREATE TABLE scratch.words AS
SELECT list(translate(substr(sha256('w' || n), 1, CAST(3 + n % 9 AS INTEGER)), '0123456789', 'ghijklmnop') ORDER BY n) AS words
FROM range(3000) AS t(n);
-- Sentences of 12 words; a text is 32 of them, so that passages are known by construction.
CREATE TABLE scratch.sentences AS
SELECT s, array_to_string(list_transform(range(12), k -> words[1 + (s * 7919 + k * 104729 + (s * k) % 997) % 3000]), ' ') || '.' AS sentence
FROM range(20000) AS t(s), scratch.words;
SET VARIABLE sentences = (SELECT list(sentence ORDER BY s) FROM scratch.sentences);

CREATE TABLE scratch.plan AS
SELECT
    i,
    sha256('article ' || i) AS article_id,
    CASE WHEN i BETWEEN 1 AND 299 THEN 3 ELSE i % 5 END AS role,
    CASE WHEN i < 300 THEN 0 ELSE i - i % 5 END AS first_i,
    -- Within a five the days rise with the role; fives are spread over ten years.
    DATE '2016-01-01' + CAST(CASE WHEN i < 300 THEN i // 30 ELSE ((i // 5) * 1301) % 3640 + i % 5 END AS INTEGER) AS published_on,
    CASE WHEN (i * 31) % 11 = 0 THEN NULL ELSE 'Outlet ' || ((i * 17) % 300) END AS outlet,
    ['ru', 'kk', 'en', 'uk', 'uz', 'ky', 'und', 'de'][1 + (i // 5) % 8] AS language
FROM range(getvariable('articles')) AS t(i);

INSERT INTO articles
SELECT
    article_id, 'dump/' || strftime(published_on, '%Y/%m/%d') || '/' || i || '.txt', published_on,
    CASE WHEN i % 3 = 0 THEN CAST(published_on AS TIMESTAMP) + INTERVAL 9 HOUR END, 'header', language, 1.0, 'Latn',
    'Title of the article number ' || i, CASE WHEN i % 4 = 0 THEN 'A. Writer' END, outlet, NULL,
    CASE WHEN i % 2 = 0 THEN 'https://news.example/' || i END, 32 * 12,
    array_to_string(list_transform(range(32), j -> getvariable('sentences')[1 + (
        CASE
            WHEN role IN (3, 4) OR (role = 1 AND j < 20) OR (role = 2 AND j < 3) THEN first_i * 13 + j * 613
            ELSE i * 13 + j * 613
        END) % 20000]), ' '),
    CASE WHEN role IN (3, 4) THEN sha256('article ' || first_i) ELSE article_id END, role NOT IN (3, 4),
    TIMESTAMP '2026-01-01 02:15:00'
FROM scratch.plan
ORDER BY published_on, article_id;

INSERT INTO article_languages
SELECT article_id, published_on, outlet, language, 'Latn', CASE WHEN i % 6 = 0 THEN 0.8 ELSE 1.0 END FROM scratch.plan
UNION ALL
SELECT article_id, published_on, outlet, 'la', 'Latn', 0.2 FROM scratch.plan WHERE i % 6 = 0;

INSERT INTO reuse
SELECT
    a.article_id, s.article_id, a.kind, a.shared / 32.0, a.shared / 32.0, 1, a.shared * 12,
    date_diff('day', s.published_on, a.published_on)
FROM (
    SELECT
        *,
        CASE WHEN role = 4 OR i < 300 THEN i - 1 ELSE first_i END AS source_i,
        ['excerpt', 'quote', 'copy', 'repost'][role] AS kind,
        [20, 3, 32, 32][role] AS shared
    FROM scratch.plan
    WHERE role IN (3, 4) OR (role = 1 AND (i // 5) % 2 = 0) OR (role = 2 AND (i // 5) % 4 = 0)
) AS a
JOIN scratch.plan AS s ON s.i = a.source_i
WHERE s.article_id <> a.article_id
ORDER BY ALL;

INSERT INTO passages
SELECT
    r.article_id, r.source_article_id, 0,
    length(array_to_string(list_slice(string_split(a.text, '. '), 1, r.longest_passage_words // 12), '. ')),
    0,
    length(array_to_string(list_slice(string_split(a.text, '. '), 1, r.longest_passage_words // 12), '. ')),
    r.longest_passage_words
FROM reuse AS r JOIN articles AS a ON a.article_id = r.article_id;

INSERT INTO stories
SELECT
    story_id, min(published_on), max(published_on), max(outlet) FILTER (is_first_print), max(title) FILTER (is_first_print),
    max(language) FILTER (is_first_print), count(*), count(DISTINCT outlet), date_diff('day', min(published_on), max(published_on)) + 1
FROM articles GROUP BY story_id;

INSERT INTO daily_languages
WITH counted AS (
    SELECT published_on AS day, language, count(*) AS n, count(*) FILTER (is_first_print) AS firsts, sum(word_count) AS words
    FROM articles GROUP BY ALL
)
SELECT d.day, l.language, coalesce(n, 0), coalesce(firsts, 0), coalesce(n - firsts, 0), coalesce(words, 0)
FROM (SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day FROM counted) AS d
CROSS JOIN (SELECT DISTINCT language FROM counted) AS l
LEFT JOIN counted AS c ON c.day = d.day AND c.language = l.language;

INSERT INTO daily_outlets
WITH counted AS (
    SELECT published_on AS day, coalesce(outlet, '(unknown)') AS outlet, count(*) AS n, count(*) FILTER (is_first_print) AS firsts,
        sum(word_count) AS words
    FROM articles GROUP BY ALL
)
SELECT d.day, l.outlet, coalesce(n, 0), coalesce(firsts, 0), coalesce(n - firsts, 0), coalesce(words, 0)
FROM (SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day FROM counted) AS d
CROSS JOIN (SELECT DISTINCT outlet FROM counted) AS l
LEFT JOIN counted AS c ON c.day = d.day AND c.outlet = l.outlet;

INSERT INTO outlet_flows
SELECT
    coalesce(s.outlet, '(unknown)'), coalesce(a.outlet, '(unknown)'), count(*) FILTER (kind = 'copy'),
    count(*) FILTER (kind = 'repost'), count(*) FILTER (kind = 'excerpt'), count(*) FILTER (kind = 'quote'),
    count(*) FILTER (kind = 'translation'), median(lag_days)
FROM reuse AS r
JOIN articles AS a ON a.article_id = r.article_id
JOIN articles AS s ON s.article_id = r.source_article_id
GROUP BY ALL;

INSERT INTO quarantine
SELECT 'bad/' || n || '.txt', sha256('bad ' || n), 'empty', 'The file is empty.', 0, TIMESTAMP '2026-01-01 02:15:00'
FROM range(getvariable('articles') // 100) AS t(n);

INSERT INTO changes
SELECT 'article', article_id, 'added', published_on FROM articles
UNION ALL
SELECT 'story', story_id, 'added', first_published_on FROM stories;

INSERT INTO publication
SELECT
    'v1', 'run-1', DATE '2026-01-01', TIMESTAMP '2026-01-01 02:30:00', '0.1.0', 'settings', sha256('content'), 1,
    (SELECT count(*) FROM articles), (SELECT count(*) FROM article_languages), (SELECT count(*) FROM stories),
    (SELECT count(*) FROM reuse), (SELECT count(*) FROM passages), (SELECT count(*) FROM quarantine);
