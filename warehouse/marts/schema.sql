-- The marts: what BI tools open. Names, types and meanings are stable (CHANGELOG says every change).
-- Keys are stated in the comments and held by the audit, not by PRIMARY KEY: an index over a million 64-letter keys would be
-- written anew each night and no reader uses it.

CREATE TABLE articles (
    article_id VARCHAR NOT NULL,
    source_path VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    published_at TIMESTAMP,
    published_on_source VARCHAR NOT NULL CHECK (published_on_source IN ('header', 'text', 'path', 'modified')),
    language VARCHAR NOT NULL,
    language_share DOUBLE NOT NULL CHECK (language_share BETWEEN 0 AND 1),
    script VARCHAR NOT NULL,
    title VARCHAR,
    byline VARCHAR,
    outlet VARCHAR,
    origin VARCHAR,
    url VARCHAR,
    word_count BIGINT NOT NULL CHECK (word_count >= 0),
    text VARCHAR NOT NULL,
    story_id VARCHAR NOT NULL,
    is_first_print BOOLEAN NOT NULL,
    landed_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE articles IS 'One row per article: a document that was landed, decoded and parsed. Key: article_id.';
COMMENT ON COLUMN articles.article_id IS 'SHA-256 of the document''s bytes, in hex.';
COMMENT ON COLUMN articles.source_path IS 'Where the document was seen, relative to the landing zone; the least path where it was seen at several.';
COMMENT ON COLUMN articles.published_on IS 'Day of publication, in the time zone of the settings.';
COMMENT ON COLUMN articles.published_at IS 'Time of publication in UTC; NULL where no time of day is told.';
COMMENT ON COLUMN articles.published_on_source IS 'Where the day came from: header (the date line or front matter), text, path, or modified (the file''s time: a guess).';
COMMENT ON COLUMN articles.language IS 'Main language: ISO 639-1, ISO 639-3 where there is none, und where it is not known.';
COMMENT ON COLUMN articles.language_share IS 'Share of the text''s letters that are in the main language, 0 to 1.';
COMMENT ON COLUMN articles.script IS 'Main script: ISO 15924.';
COMMENT ON COLUMN articles.title IS 'Headline; NULL where none was found.';
COMMENT ON COLUMN articles.byline IS 'Author; NULL where none was found.';
COMMENT ON COLUMN articles.outlet IS 'Who published this article; NULL where not told.';
COMMENT ON COLUMN articles.origin IS 'Whom the article says it took its text from; NULL where not told.';
COMMENT ON COLUMN articles.url IS 'Address of the article; NULL where not told.';
COMMENT ON COLUMN articles.word_count IS 'Words of the text.';
COMMENT ON COLUMN articles.text IS 'The article''s text without page chrome.';
COMMENT ON COLUMN articles.story_id IS 'The story the article belongs to: the article_id of its first print.';
COMMENT ON COLUMN articles.is_first_print IS 'Whether the article is the earliest of its story.';
COMMENT ON COLUMN articles.landed_at IS 'When the document was first landed, in UTC.';

CREATE VIEW first_prints AS SELECT * FROM articles WHERE is_first_print;
COMMENT ON VIEW first_prints IS 'The deduplicated corpus: the first print of every story. Key: article_id.';
-- BI tools ask the view itself: the same words again.
COMMENT ON COLUMN first_prints.article_id IS 'SHA-256 of the document''s bytes, in hex.';
COMMENT ON COLUMN first_prints.source_path IS 'Where the document was seen, relative to the landing zone; the least path where it was seen at several.';
COMMENT ON COLUMN first_prints.published_on IS 'Day of publication, in the time zone of the settings.';
COMMENT ON COLUMN first_prints.published_at IS 'Time of publication in UTC; NULL where no time of day is told.';
COMMENT ON COLUMN first_prints.published_on_source IS 'Where the day came from: header (the date line or front matter), text, path, or modified (the file''s time: a guess).';
COMMENT ON COLUMN first_prints.language IS 'Main language: ISO 639-1, ISO 639-3 where there is none, und where it is not known.';
COMMENT ON COLUMN first_prints.language_share IS 'Share of the text''s letters that are in the main language, 0 to 1.';
COMMENT ON COLUMN first_prints.script IS 'Main script: ISO 15924.';
COMMENT ON COLUMN first_prints.title IS 'Headline; NULL where none was found.';
COMMENT ON COLUMN first_prints.byline IS 'Author; NULL where none was found.';
COMMENT ON COLUMN first_prints.outlet IS 'Who published this article; NULL where not told.';
COMMENT ON COLUMN first_prints.origin IS 'Whom the article says it took its text from; NULL where not told.';
COMMENT ON COLUMN first_prints.url IS 'Address of the article; NULL where not told.';
COMMENT ON COLUMN first_prints.word_count IS 'Words of the text.';
COMMENT ON COLUMN first_prints.text IS 'The article''s text without page chrome.';
COMMENT ON COLUMN first_prints.story_id IS 'The story the article belongs to: the article_id of its first print.';
COMMENT ON COLUMN first_prints.is_first_print IS 'Whether the article is the earliest of its story.';
COMMENT ON COLUMN first_prints.landed_at IS 'When the document was first landed, in UTC.';

CREATE TABLE article_languages (
    article_id VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    outlet VARCHAR,
    language VARCHAR NOT NULL,
    script VARCHAR NOT NULL,
    share DOUBLE NOT NULL CHECK (share BETWEEN 0 AND 1)
);
COMMENT ON TABLE article_languages IS 'One row per article and language of its text. Key: article_id, language, script.';
COMMENT ON COLUMN article_languages.article_id IS 'The article.';
COMMENT ON COLUMN article_languages.published_on IS 'Day of publication of the article.';
COMMENT ON COLUMN article_languages.outlet IS 'Who published the article; NULL where not told.';
COMMENT ON COLUMN article_languages.language IS 'ISO 639-1, ISO 639-3 where there is none, und where it is not known.';
COMMENT ON COLUMN article_languages.script IS 'ISO 15924.';
COMMENT ON COLUMN article_languages.share IS 'Share of the text''s letters in this language and script, 0 to 1.';

CREATE TABLE stories (
    story_id VARCHAR NOT NULL,
    first_published_on DATE NOT NULL,
    last_published_on DATE NOT NULL,
    first_outlet VARCHAR,
    title VARCHAR,
    language VARCHAR NOT NULL,
    article_count BIGINT NOT NULL CHECK (article_count >= 1),
    outlet_count BIGINT NOT NULL CHECK (outlet_count >= 0),
    days BIGINT NOT NULL CHECK (days >= 1)
);
COMMENT ON TABLE stories IS 'One row per story: the articles tied by copy and repost. Key: story_id.';
COMMENT ON COLUMN stories.story_id IS 'The article_id of the story''s first print.';
COMMENT ON COLUMN stories.first_published_on IS 'Day of the first print.';
COMMENT ON COLUMN stories.last_published_on IS 'Day of the last repost.';
COMMENT ON COLUMN stories.first_outlet IS 'Outlet of the first print; NULL where not told.';
COMMENT ON COLUMN stories.title IS 'Headline of the first print.';
COMMENT ON COLUMN stories.language IS 'Language of the first print.';
COMMENT ON COLUMN stories.article_count IS 'Articles of the story, its first print included.';
COMMENT ON COLUMN stories.outlet_count IS 'Different outlets that are told among them.';
COMMENT ON COLUMN stories.days IS 'Days from the first print to the last repost, both included.';

CREATE TABLE reuse (
    article_id VARCHAR NOT NULL,
    source_article_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('copy', 'repost', 'excerpt', 'quote', 'translation')),
    share_of_article DOUBLE NOT NULL CHECK (share_of_article BETWEEN 0 AND 1),
    share_of_source DOUBLE NOT NULL CHECK (share_of_source BETWEEN 0 AND 1),
    passage_count BIGINT NOT NULL CHECK (passage_count >= 0),
    longest_passage_words BIGINT NOT NULL CHECK (longest_passage_words >= 0),
    lag_days BIGINT NOT NULL CHECK (lag_days >= 0),
    published_on DATE NOT NULL,
    outlet VARCHAR,
    source_published_on DATE NOT NULL,
    source_outlet VARCHAR
);
COMMENT ON TABLE reuse IS 'One row per edge of reuse: an article that took text from an earlier one. Key: article_id, source_article_id.';
COMMENT ON COLUMN reuse.article_id IS 'The later article, which took.';
COMMENT ON COLUMN reuse.source_article_id IS 'The earlier article, from which it took.';
COMMENT ON COLUMN reuse.kind IS 'copy, repost, excerpt, quote or translation.';
COMMENT ON COLUMN reuse.share_of_article IS 'Shared words over words of the article, 0 to 1.';
COMMENT ON COLUMN reuse.share_of_source IS 'Shared words over words of the source, 0 to 1.';
COMMENT ON COLUMN reuse.passage_count IS 'Shared passages (rows of passages).';
COMMENT ON COLUMN reuse.longest_passage_words IS 'Words of the longest shared passage.';
COMMENT ON COLUMN reuse.lag_days IS 'Days from the source''s publication to the article''s.';
COMMENT ON COLUMN reuse.published_on IS 'Day of publication of the article; the rows stand in its order.';
COMMENT ON COLUMN reuse.outlet IS 'Who published the article; NULL where not told.';
COMMENT ON COLUMN reuse.source_published_on IS 'Day of publication of the source.';
COMMENT ON COLUMN reuse.source_outlet IS 'Who published the source; NULL where not told.';

CREATE TABLE passages (
    article_id VARCHAR NOT NULL,
    source_article_id VARCHAR NOT NULL,
    article_start BIGINT NOT NULL CHECK (article_start >= 0),
    article_end BIGINT NOT NULL,
    source_start BIGINT NOT NULL CHECK (source_start >= 0),
    source_end BIGINT NOT NULL,
    words BIGINT NOT NULL CHECK (words >= 1),
    published_on DATE NOT NULL,
    outlet VARCHAR,
    source_published_on DATE NOT NULL,
    source_outlet VARCHAR,
    CHECK (article_end > article_start),
    CHECK (source_end > source_start)
);
COMMENT ON TABLE passages IS 'One row per passage that an article shares with its source. Key: article_id, source_article_id, article_start.';
COMMENT ON COLUMN passages.article_id IS 'The later article.';
COMMENT ON COLUMN passages.source_article_id IS 'The earlier article.';
COMMENT ON COLUMN passages.article_start IS 'First character of the passage in articles.text of the article, from 0.';
COMMENT ON COLUMN passages.article_end IS 'Character after the last one.';
COMMENT ON COLUMN passages.source_start IS 'First character of the passage in articles.text of the source, from 0.';
COMMENT ON COLUMN passages.source_end IS 'Character after the last one.';
COMMENT ON COLUMN passages.words IS 'Words of the passage.';
COMMENT ON COLUMN passages.published_on IS 'Day of publication of the article; the rows stand in its order.';
COMMENT ON COLUMN passages.outlet IS 'Who published the article; NULL where not told.';
COMMENT ON COLUMN passages.source_published_on IS 'Day of publication of the source.';
COMMENT ON COLUMN passages.source_outlet IS 'Who published the source; NULL where not told.';

CREATE TABLE daily_languages (
    day DATE NOT NULL,
    language VARCHAR NOT NULL,
    articles BIGINT NOT NULL CHECK (articles >= 0),
    first_prints BIGINT NOT NULL CHECK (first_prints >= 0),
    reposts BIGINT NOT NULL CHECK (reposts >= 0),
    words BIGINT NOT NULL CHECK (words >= 0)
);
COMMENT ON TABLE daily_languages IS 'One row per day and language, zeros included, from the first to the last day of the marts. Key: day, language.';
COMMENT ON COLUMN daily_languages.day IS 'Day of publication.';
COMMENT ON COLUMN daily_languages.language IS 'Main language of the articles.';
COMMENT ON COLUMN daily_languages.articles IS 'Articles published that day.';
COMMENT ON COLUMN daily_languages.first_prints IS 'Of these, first prints.';
COMMENT ON COLUMN daily_languages.reposts IS 'Of these, copies and reposts of an earlier article.';
COMMENT ON COLUMN daily_languages.words IS 'Words of these articles.';

CREATE TABLE daily_outlets (
    day DATE NOT NULL,
    outlet VARCHAR NOT NULL,
    articles BIGINT NOT NULL CHECK (articles >= 0),
    first_prints BIGINT NOT NULL CHECK (first_prints >= 0),
    reposts BIGINT NOT NULL CHECK (reposts >= 0),
    words BIGINT NOT NULL CHECK (words >= 0)
);
COMMENT ON TABLE daily_outlets IS 'One row per day and outlet, zeros included, from the first to the last day of the marts. Key: day, outlet.';
COMMENT ON COLUMN daily_outlets.day IS 'Day of publication.';
COMMENT ON COLUMN daily_outlets.outlet IS 'Who published the articles; (unknown) where not told.';
COMMENT ON COLUMN daily_outlets.articles IS 'Articles published that day.';
COMMENT ON COLUMN daily_outlets.first_prints IS 'Of these, first prints.';
COMMENT ON COLUMN daily_outlets.reposts IS 'Of these, copies and reposts of an earlier article.';
COMMENT ON COLUMN daily_outlets.words IS 'Words of these articles.';

CREATE TABLE outlet_flows (
    source_outlet VARCHAR NOT NULL,
    reposting_outlet VARCHAR NOT NULL,
    copies BIGINT NOT NULL CHECK (copies >= 0),
    reposts BIGINT NOT NULL CHECK (reposts >= 0),
    excerpts BIGINT NOT NULL CHECK (excerpts >= 0),
    quotes BIGINT NOT NULL CHECK (quotes >= 0),
    translations BIGINT NOT NULL CHECK (translations >= 0),
    median_lag_days DOUBLE NOT NULL CHECK (median_lag_days >= 0)
);
COMMENT ON TABLE outlet_flows IS 'One row per pair of outlets between which text flowed. Key: source_outlet, reposting_outlet.';
COMMENT ON COLUMN outlet_flows.source_outlet IS 'Who published the source; (unknown) where not told.';
COMMENT ON COLUMN outlet_flows.reposting_outlet IS 'Who published the article that took from it; (unknown) where not told.';
COMMENT ON COLUMN outlet_flows.copies IS 'Edges of kind copy.';
COMMENT ON COLUMN outlet_flows.reposts IS 'Edges of kind repost.';
COMMENT ON COLUMN outlet_flows.excerpts IS 'Edges of kind excerpt.';
COMMENT ON COLUMN outlet_flows.quotes IS 'Edges of kind quote.';
COMMENT ON COLUMN outlet_flows.translations IS 'Edges of kind translation.';
COMMENT ON COLUMN outlet_flows.median_lag_days IS 'Median of the days between the two publications, over these edges.';

CREATE TABLE quarantine (
    source_path VARCHAR NOT NULL,
    document_id VARCHAR,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    bytes BIGINT,
    landed_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE quarantine IS 'One row per landed file that is refused as it lies there now. Key: source_path, document_id.';
COMMENT ON COLUMN quarantine.source_path IS 'The file, relative to the landing zone.';
COMMENT ON COLUMN quarantine.document_id IS 'SHA-256 of its bytes, in hex; NULL where they could not be read.';
COMMENT ON COLUMN quarantine.reason IS 'Code of the reason.';
COMMENT ON COLUMN quarantine.detail IS 'The reason as a sentence.';
COMMENT ON COLUMN quarantine.bytes IS 'Size of the file; NULL where it could not be told.';
COMMENT ON COLUMN quarantine.landed_at IS 'When the file was first refused, in UTC.';

CREATE TABLE changes (
    subject VARCHAR NOT NULL CHECK (subject IN ('article', 'story')),
    id VARCHAR NOT NULL,
    change VARCHAR NOT NULL CHECK (change IN ('added', 'changed', 'withdrawn')),
    day DATE NOT NULL
);
COMMENT ON TABLE changes IS 'One row per article and story that this version added, changed or withdrew against the version served before it; all of them are added where there was none. Key: subject, id.';
COMMENT ON COLUMN changes.subject IS 'article or story.';
COMMENT ON COLUMN changes.id IS 'article_id or story_id.';
COMMENT ON COLUMN changes.change IS 'added, changed (any column but landed_at) or withdrawn (in the version before, and no more).';
COMMENT ON COLUMN changes.day IS 'Day of publication: in this version, or in the one before where it was withdrawn.';

CREATE TABLE checks (
    rule VARCHAR NOT NULL,
    "table" VARCHAR NOT NULL,
    severity VARCHAR NOT NULL CHECK (severity IN ('error', 'warning')),
    success BOOLEAN NOT NULL,
    observed VARCHAR NOT NULL,
    offending_rows BIGINT NOT NULL CHECK (offending_rows >= 0)
);
COMMENT ON TABLE checks IS 'One row per check that this version went through before it was published. Key: rule.';
COMMENT ON COLUMN checks.rule IS 'Code of the rule.';
COMMENT ON COLUMN checks."table" IS 'The mart it speaks of.';
COMMENT ON COLUMN checks.severity IS 'error: a version that breaks it is not published; warning: it is, and this row says so.';
COMMENT ON COLUMN checks.success IS 'Whether the rule held.';
COMMENT ON COLUMN checks.observed IS 'What was seen, in words.';
COMMENT ON COLUMN checks.offending_rows IS 'Rows that break the rule.';

CREATE TABLE publication (
    version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    logical_date DATE NOT NULL,
    published_at TIMESTAMP NOT NULL,
    code_version VARCHAR NOT NULL,
    config_fingerprint VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    data_version BIGINT NOT NULL,
    article_count BIGINT NOT NULL,
    article_language_count BIGINT NOT NULL,
    story_count BIGINT NOT NULL,
    reuse_count BIGINT NOT NULL,
    passage_count BIGINT NOT NULL,
    quarantine_count BIGINT NOT NULL,
    previous_version VARCHAR,
    rolled_back_from VARCHAR
);
COMMENT ON TABLE publication IS 'One row: this version of the marts.';
COMMENT ON COLUMN publication.version IS 'Name of the version.';
COMMENT ON COLUMN publication.run_id IS 'The run that made it.';
COMMENT ON COLUMN publication.logical_date IS 'The night it belongs to: the greatest logical date of any run so far, after which no publication is believed to lie.';
COMMENT ON COLUMN publication.published_at IS 'When it was made, in UTC.';
COMMENT ON COLUMN publication.code_version IS 'Version of firstprint and a fingerprint of its code.';
COMMENT ON COLUMN publication.config_fingerprint IS 'Fingerprint of the settings that decide what the marts say.';
COMMENT ON COLUMN publication.content_hash IS 'SHA-256 over every row of the marts but what differs by nature between runs (run ids, times of landing and publication). Equal hashes: equal marts.';
COMMENT ON COLUMN publication.data_version IS 'State of the warehouse that it was built from.';
COMMENT ON COLUMN publication.article_count IS 'Rows that the warehouse owes to articles.';
COMMENT ON COLUMN publication.article_language_count IS 'Rows that the warehouse owes to article_languages.';
COMMENT ON COLUMN publication.story_count IS 'Rows that the warehouse owes to stories.';
COMMENT ON COLUMN publication.reuse_count IS 'Rows that the warehouse owes to reuse.';
COMMENT ON COLUMN publication.passage_count IS 'Rows that the warehouse owes to passages.';
COMMENT ON COLUMN publication.quarantine_count IS 'Rows that the warehouse owes to quarantine.';
COMMENT ON COLUMN publication.previous_version IS 'The version that was served before this one; NULL for the first.';
COMMENT ON COLUMN publication.rolled_back_from IS 'The newest version before this one, where it had been rolled back to previous_version; NULL where it had not.';

-- For the next version alone, and no mart: what the days of the large marts hash to, so that the content hash of a version that
-- was built from this one need not read the days that did not change.
CREATE SCHEMA internal;
CREATE TABLE internal.day_hashes (
    mart VARCHAR NOT NULL,
    day DATE NOT NULL,
    rows BIGINT NOT NULL,
    hash UHUGEINT NOT NULL
);
