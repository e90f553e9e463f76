-- The layers of DESIGN, a schema each: raw (what was read), staging (articles), reuse (what they share), meta (runs and files).

CREATE SCHEMA raw;
CREATE SCHEMA staging;
CREATE SCHEMA reuse;

-- raw --------------------------------------------------------------------------------------------------------------------

CREATE TABLE raw.documents (
    document_id VARCHAR PRIMARY KEY CHECK (length(document_id) = 64),
    raw_file VARCHAR NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    encoding VARCHAR NOT NULL,
    encoding_source VARCHAR NOT NULL,
    landed_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE raw.documents IS 'Every accepted document, by the SHA-256 of its bytes. Its text stands in the Parquet file raw/<raw_file>; a file that no row lists is litter.';
COMMENT ON COLUMN raw.documents.raw_file IS 'Name of the immutable Parquet file that holds the decoded text.';
COMMENT ON COLUMN raw.documents.encoding IS 'Codec that decoded it.';
COMMENT ON COLUMN raw.documents.encoding_source IS 'How the codec was found.';

CREATE TABLE raw.sightings (
    document_id VARCHAR NOT NULL,
    source_path VARCHAR NOT NULL,
    modified_at TIMESTAMP NOT NULL,
    landed_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (document_id, source_path)
);
COMMENT ON TABLE raw.sightings IS 'Where and with which file time a document was seen. An article takes the least path and the least time, so that the order of seeing does not matter.';

-- staging ----------------------------------------------------------------------------------------------------------------

CREATE TABLE staging.articles (
    article_id VARCHAR PRIMARY KEY CHECK (length(article_id) = 64),
    source_path VARCHAR NOT NULL,
    modified_at TIMESTAMP NOT NULL,
    published_on DATE NOT NULL,
    published_at TIMESTAMP,
    published_on_source VARCHAR NOT NULL CHECK (published_on_source IN ('header', 'text', 'path', 'modified')),
    refused_dates STRUCT(date VARCHAR, source VARCHAR, why VARCHAR)[] NOT NULL,
    title VARCHAR,
    byline VARCHAR,
    outlet VARCHAR,
    origin VARCHAR,
    url VARCHAR,
    word_count BIGINT NOT NULL CHECK (word_count >= 0),
    text VARCHAR NOT NULL,
    chrome STRUCT("start" BIGINT, "end" BIGINT, kind VARCHAR)[] NOT NULL,
    language VARCHAR NOT NULL,
    language_share DOUBLE NOT NULL CHECK (language_share BETWEEN 0 AND 1),
    script VARCHAR NOT NULL,
    review_on DATE,
    derived_by VARCHAR NOT NULL,
    derived_run VARCHAR NOT NULL
);
COMMENT ON TABLE staging.articles IS 'Every article as the transforms derived it from raw.';
COMMENT ON COLUMN staging.articles.refused_dates IS 'Dates that were told and could not win, and why.';
COMMENT ON COLUMN staging.articles.chrome IS 'What was cut, as spans of the document''s text.';
COMMENT ON COLUMN staging.articles.review_on IS 'The least date that was refused for lying in the future: from that logical date on the article is derived again.';
COMMENT ON COLUMN staging.articles.derived_by IS 'Fingerprint of the code and the settings that derived it.';
COMMENT ON COLUMN staging.articles.derived_run IS 'The run that derived it; a backfill that was killed finds here what it had done.';

CREATE TABLE staging.article_languages (
    article_id VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    script VARCHAR NOT NULL,
    share DOUBLE NOT NULL CHECK (share BETWEEN 0 AND 1),
    PRIMARY KEY (article_id, language, script)
);
COMMENT ON TABLE staging.article_languages IS 'Every language of every article with its share of the letters.';

-- reuse ------------------------------------------------------------------------------------------------------------------

CREATE TABLE reuse.edges (
    article_id VARCHAR NOT NULL,
    source_article_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('copy', 'repost', 'excerpt', 'quote', 'translation')),
    share_of_article DOUBLE NOT NULL,
    share_of_source DOUBLE NOT NULL,
    passage_count BIGINT NOT NULL,
    longest_passage_words BIGINT NOT NULL,
    lag_days BIGINT NOT NULL CHECK (lag_days >= 0),
    PRIMARY KEY (article_id, source_article_id)
);
COMMENT ON TABLE reuse.edges IS 'Reuse: the later article took from the earlier one.';

CREATE TABLE reuse.passages (
    article_id VARCHAR NOT NULL,
    source_article_id VARCHAR NOT NULL,
    article_start BIGINT NOT NULL,
    article_end BIGINT NOT NULL,
    source_start BIGINT NOT NULL,
    source_end BIGINT NOT NULL,
    words BIGINT NOT NULL
);
COMMENT ON TABLE reuse.passages IS 'The passages that an edge rests on, as characters of staging.articles.text.';

CREATE TABLE reuse.members (
    article_id VARCHAR PRIMARY KEY,
    story_id VARCHAR NOT NULL
);
COMMENT ON TABLE reuse.members IS 'Which story an article belongs to.';

-- What the search keeps between nights (transforms.shelf): all of it is a function of the set of articles.

CREATE TABLE reuse.kept (
    number BIGINT NOT NULL,
    article_id VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    attributed BOOLEAN NOT NULL,
    published_at TIMESTAMP,
    word_count BIGINT NOT NULL,
    outlet VARCHAR,
    origin VARCHAR,
    site VARCHAR,
    text_hash UBIGINT NOT NULL,
    signature UBIGINT[] NOT NULL,
    stands BOOLEAN NOT NULL,
    story BIGINT NOT NULL,
    wholes BIGINT[] NOT NULL
);
COMMENT ON TABLE reuse.kept IS 'An article as the search for reuse remembers it. Key: number, given once and never again.';

CREATE TABLE reuse.postings (
    fingerprint UBIGINT NOT NULL,
    number BIGINT NOT NULL
);
COMMENT ON TABLE reuse.postings IS 'The index: which articles that stand for a text hold a fingerprint.';

CREATE TABLE reuse.flags (
    fingerprint UBIGINT NOT NULL,
    firm BOOLEAN NOT NULL
);
COMMENT ON TABLE reuse.flags IS 'Fingerprints that recur: page chrome and templates.';

CREATE TABLE reuse.pending (
    article_id VARCHAR PRIMARY KEY
);
COMMENT ON TABLE reuse.pending IS 'Articles that came, changed or went since the search last ran.';

CREATE TABLE reuse.leaving (
    number BIGINT PRIMARY KEY,
    text VARCHAR NOT NULL
);
COMMENT ON TABLE reuse.leaving IS 'The texts of pending articles as the search knew them: it has to take them out again.';

-- meta -------------------------------------------------------------------------------------------------------------------

CREATE TABLE meta.state (
    data_version BIGINT NOT NULL,
    horizon DATE,
    next_number BIGINT NOT NULL,
    reuse_derived_by VARCHAR NOT NULL
);
COMMENT ON TABLE meta.state IS 'One row: the state of the warehouse.';
COMMENT ON COLUMN meta.state.data_version IS 'Grows with every transaction that may change a mart.';
COMMENT ON COLUMN meta.state.horizon IS 'The greatest logical date of any run: no date after it is believed.';
COMMENT ON COLUMN meta.state.next_number IS 'The number that the next article of reuse.kept gets.';
COMMENT ON COLUMN meta.state.reuse_derived_by IS 'Fingerprint of the code that found the reuse.';
INSERT INTO meta.state VALUES (0, NULL, 1, '');

CREATE TABLE meta.dirty_days (
    day DATE PRIMARY KEY,
    data_version BIGINT NOT NULL
);
COMMENT ON TABLE meta.dirty_days IS 'The last state of data in which articles of a day, or the stories that they belong to, changed: a version of the marts that was built from an earlier state has to write this day anew.';

CREATE TABLE meta.runs (
    run_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL CHECK (kind IN ('nightly', 'backfill', 'withdraw')),
    logical_date DATE NOT NULL,
    parameters VARCHAR NOT NULL,
    code_version VARCHAR NOT NULL,
    config_fingerprint VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    outcome VARCHAR NOT NULL CHECK (outcome IN ('running', 'published', 'nothing', 'audit failed', 'failed', 'crashed')),
    files BIGINT NOT NULL DEFAULT 0,
    loaded BIGINT NOT NULL DEFAULT 0,
    unchanged BIGINT NOT NULL DEFAULT 0,
    duplicate BIGINT NOT NULL DEFAULT 0,
    quarantined BIGINT NOT NULL DEFAULT 0,
    derived BIGINT NOT NULL DEFAULT 0,
    version VARCHAR,
    error VARCHAR
);
COMMENT ON TABLE meta.runs IS 'Every run: what it was asked, what it met, how it ended. files = loaded + unchanged + duplicate + quarantined.';

CREATE TABLE meta.stages (
    run_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL,
    summary VARCHAR NOT NULL
);
COMMENT ON TABLE meta.stages IS 'How long each stage of a run took, and what it says of itself.';

CREATE TABLE meta.entries (
    landing VARCHAR NOT NULL,
    entry_path VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    modified_ns BIGINT NOT NULL,
    PRIMARY KEY (landing, entry_path)
);
COMMENT ON TABLE meta.entries IS 'Files of a landing zone (a container is one) that need not be opened again while size and time stay as they are.';

CREATE TABLE meta.files (
    landing VARCHAR NOT NULL,
    source_path VARCHAR NOT NULL,
    entry_path VARCHAR NOT NULL,
    document_id VARCHAR,
    size BIGINT,
    disposition VARCHAR NOT NULL CHECK (disposition IN ('loaded', 'duplicate', 'quarantined')),
    reason VARCHAR,
    detail VARCHAR,
    landed_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (landing, source_path),
    CHECK ((disposition = 'quarantined') = (reason IS NOT NULL))
);
COMMENT ON TABLE meta.files IS 'What became of every landed file (of every member of a container), as it lies there now.';

CREATE TABLE meta.dispositions (
    run_id VARCHAR NOT NULL,
    source_path VARCHAR NOT NULL,
    document_id VARCHAR,
    disposition VARCHAR NOT NULL CHECK (disposition IN ('loaded', 'unchanged', 'duplicate', 'quarantined')),
    reason VARCHAR,
    PRIMARY KEY (run_id, source_path)
);
COMMENT ON TABLE meta.dispositions IS 'What a run said of every file that it opened; the files that it did not need to open are counted in meta.runs.';

CREATE TABLE meta.publications (
    version VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    data_version BIGINT NOT NULL,
    code_version VARCHAR NOT NULL,
    config_fingerprint VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    published_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE meta.publications IS 'Every version that was published, with the newest state of data, code and settings that it is known to be right for.';

CREATE TABLE meta.tombstones (
    document_id VARCHAR PRIMARY KEY CHECK (length(document_id) = 64),
    reason VARCHAR NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE meta.tombstones IS 'Withdrawn documents: their text is gone, and no run brings it back while the row stands.';

CREATE TABLE meta.failures (
    document_id VARCHAR PRIMARY KEY,
    error VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE meta.failures IS 'Documents that the transforms could not derive an article from: a defect of firstprint, tried again by every run.';
