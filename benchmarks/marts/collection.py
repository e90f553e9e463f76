"""A warehouse of any size with known reuse, written straight into its tables: no file is landed, no text is read.

What belongs here: rows as the stages before the marts would have left them. What does not: measuring (run.py). Words and sentences
are made up (benchmarks.reuse.generate); the same seed and sizes give the same rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from benchmarks.reuse.generate import Language
from warehouse.store import Store

FIRST_DAY = dt.date(2024, 1, 1)
DAYS = 730
LANGUAGES = ("ru", "kk", "en")
LANGUAGE_SHARES = (0.5, 0.3, 0.2)
SCRIPTS = {"ru": "Cyrl", "kk": "Cyrl", "en": "Latn"}
# Sentences of a language's pool: so many that two articles rarely share one by chance, and no compressor sees them come back.
SENTENCES = 60_000
# Sentences of a text: 12 to 30 of some 100 characters are about 3 kB, between Latin and Cyrillic letters.
FEWEST, MOST = 12, 31
OUTLETS = 300
# What an article is: most are told once; the rest takes from a story of the days before, the great ones first (Zipf's law).
KINDS = ("", "copy", "repost", "excerpt", "quote")
KIND_SHARES = (0.62, 0.08, 0.18, 0.06, 0.06)
# Stories that are talked of at the same time, and the law of their sizes.
TOPICS = 400
EXPONENT = 1.2
CHUNK = 50_000

Ints = NDArray[np.int64]


class Plan(NamedTuple):
    """What every article is, in the order of publication. `leader`: its story's first print; `source`: whom it took from, or -1."""

    day: Ints
    language: Ints
    outlet: Ints
    kind: Ints
    leader: Ints
    source: Ints
    sentences: Ints
    shared: Ints


class Pool:
    """The sentences of all languages, with their characters and words."""

    def __init__(self, rng: np.random.Generator) -> None:
        told: list[str] = []
        for code in LANGUAGES:
            language = Language(code, rng)
            own: list[str] = []
            while len(own) < SENTENCES:
                own += language.sentences(rng, 200_000, language.names)
            told += own[:SENTENCES]
        self.text = pa.array(told)
        self.characters = np.array([len(sentence) for sentence in told])
        self.words = np.array([sentence.count(" ") + 1 for sentence in told])


def plan(history: int, night: int, rng: np.random.Generator) -> Plan:
    """A history of `history` articles over DAYS days, and a night of `night` after it, late ones of the last month among them."""
    count = history + night
    day = np.arange(count) * DAYS // history
    late = rng.random(night)
    # Of a night, one in a hundred comes up to a month late, one in eleven a day late.
    told = np.where(late < 0.01, DAYS - rng.integers(2, 31, night), np.where(late < 0.1, DAYS - 1, DAYS))
    day[history:] = np.sort(told)
    kind = rng.choice(len(KINDS), count, p=KIND_SHARES)
    kind[: 3 * TOPICS] = 0
    kind[day < np.maximum.accumulate(day)] = 0
    kind[history:][day[history:] < DAYS - 1] = 0
    language = rng.choice(len(LANGUAGES), count, p=LANGUAGE_SHARES)
    weights = 1.0 / np.arange(1, OUTLETS + 1)
    outlet = rng.choice(OUTLETS, count, p=weights / weights.sum())
    outlet[rng.random(count) < 0.08] = -1
    leaders = np.flatnonzero(kind == 0)
    before = np.searchsorted(leaders, np.arange(count))
    block = before // TOPICS - 1
    weights = 1.0 / np.arange(1, TOPICS + 1) ** EXPONENT
    rank = rng.choice(TOPICS, count, p=weights / weights.sum())
    chosen = leaders[np.clip(block * TOPICS + (rank * 37 + block * 11) % TOPICS, 0, len(leaders) - 1)]
    taker = kind > 0
    language[taker] = language[chosen[taker]]
    source = np.where(taker, chosen, -1)
    inside = (kind == 1) | (kind == 2)
    leader = np.where(inside, chosen, np.arange(count))
    # Of those that print a story again, three in ten take it from the one that did so before them.
    frame = pl.DataFrame({"i": np.arange(count)[inside], "leader": leader[inside]})
    previous = frame.with_columns(pl.col("i").shift(1).over("leader").alias("previous"))["previous"].fill_null(-1)
    chained = previous.to_numpy()
    passed_on = (chained >= 0) & (rng.random(len(chained)) < 0.3)
    source[np.flatnonzero(inside)[passed_on]] = chained[passed_on]
    sentences = rng.integers(FEWEST, MOST, count)
    whole = sentences[leader]
    shared = np.select([kind == 1, kind == 2, kind == 3, kind == 4], [whole, whole, sentences[chosen] * 2 // 3, 2], 0)
    sentences = np.select([kind == 1, kind == 2, kind == 3], [whole, whole + 1, shared + 2], sentences)
    return Plan(day, language, outlet, kind, leader, source, sentences, shared)


def _mixed(numbers: Ints) -> NDArray[np.uint64]:
    """A number that looks like chance for each number (splitmix64's finalizer)."""
    value = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _names(numbers: Ints) -> list[str]:
    return [hashlib.sha256(b"article %d" % number).hexdigest() for number in numbers.tolist()]


def write(store: Store, told: Plan, pool: Pool, start: int, end: int) -> None:
    """Writes the articles [start, end) of the plan into the warehouse, as a run would have left them."""
    for first in range(start, end, CHUNK):
        _write(store, told, pool, np.arange(first, min(first + CHUNK, end)))


def _write(store: Store, told: Plan, pool: Pool, rows: Ints) -> None:
    counts, shared, source = told.sentences[rows], told.shared[rows], told.source[rows]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(len(rows)), counts)
    place = np.arange(offsets[-1]) - offsets[:-1][owner]
    # What is shared begins the text, so that the passages are known by construction; a chain passes on its first print's sentences.
    origin = np.where(told.kind[rows] <= 2, told.leader[rows], source)
    writer = np.where(place < shared[owner], origin[owner], rows[owner])
    sentence = _mixed(writer * 64 + place) % np.uint64(SENTENCES)
    at = sentence.astype(np.int64) + told.language[rows][owner] * SENTENCES
    parts = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pool.text.take(pa.array(at)))
    text = pl.from_arrow(pc.binary_join(parts, " "))
    words = np.add.reduceat(pool.words[at], offsets[:-1])
    within = place < shared[owner]
    shared_words = np.bincount(owner, np.where(within, pool.words[at], 0), len(rows)).astype(np.int64)
    shared_end = np.bincount(owner, np.where(within, pool.characters[at] + 1, 0), len(rows)).astype(np.int64) - 1
    names = _names(rows)
    days = pl.Series(told.day[rows]).cast(pl.Int32)
    outlets = told.outlet[rows]
    articles = pl.DataFrame(
        {
            "article_id": names,
            "number": rows,
            "day": days,
            "language": [LANGUAGES[code] for code in told.language[rows]],
            "outlet": [None if number < 0 else f"Outlet {number}" for number in outlets.tolist()],
            "origin": [None if number < 0 else "An agency" for number in source.tolist()],
            "word_count": words,
            "text": text,
            "title": pl.from_arrow(pool.text.take(pa.array(at[offsets[:-1]]))),
            "story_id": _names(told.leader[rows]),
        }
    ).with_columns(
        published_on=pl.lit(FIRST_DAY) + pl.duration(days=pl.col("day")),
        script=pl.col("language").replace_strict(SCRIPTS),
        title=pl.col("title").str.slice(0, 70),
    )
    taking = np.flatnonzero(source >= 0)
    edges = pl.DataFrame(
        {
            "article_id": [names[i] for i in taking.tolist()],
            "source_article_id": _names(source[taking]),
            "kind": [KINDS[kind] for kind in told.kind[rows][taking].tolist()],
            "words": shared_words[taking],
            "share_of_article": (shared_words[taking] / words[taking]).round(4),
            "ends": shared_end[taking],
            "lag_days": told.day[rows][taking] - told.day[source[taking]],
        }
    )
    with store.view("made", articles), store.view("made_edges", edges), store.transaction() as connection:
        for statement in _INSERTS.split(";"):
            if statement.strip():
                connection.execute(statement)


def seal(store: Store, days: list[dt.date], quarantined: int = 0) -> None:
    """Marks these days as changed, as a run would have."""
    with store.view("days", pl.DataFrame({"day": days})), store.transaction() as connection:
        connection.execute("UPDATE meta.state SET data_version = data_version + 1")
        connection.execute(
            "INSERT INTO meta.dirty_days SELECT day, (SELECT data_version FROM meta.state) FROM days"
            " ON CONFLICT (day) DO UPDATE SET data_version = excluded.data_version"
        )
        connection.execute(
            "INSERT INTO meta.files SELECT 'landing', 'bad/' || n, 'bad/' || n, sha256('bad ' || n), 10, 'quarantined',"
            " 'too_short', 'too short', TIMESTAMP '2026-01-01', 'made' FROM range(?) AS t(n) ON CONFLICT DO NOTHING",
            [quarantined],
        )
    store.connection.execute("CHECKPOINT")


_INSERTS = """
INSERT INTO raw.documents
SELECT article_id, 'none.parquet', strlen(text), 'utf-8', 'told', CAST(published_on AS TIMESTAMP) + INTERVAL 30 HOUR, 'made'
FROM made;
INSERT INTO raw.sightings
SELECT article_id, 'dump/' || number || '.txt', CAST(published_on AS TIMESTAMP), CAST(published_on AS TIMESTAMP) + INTERVAL 30 HOUR,
    'made'
FROM made;
INSERT INTO meta.files
SELECT 'landing', 'dump/' || number || '.txt', 'dump/' || number || '.txt', article_id, strlen(text), 'loaded', NULL, NULL,
    CAST(published_on AS TIMESTAMP) + INTERVAL 30 HOUR, 'made'
FROM made;
INSERT INTO staging.articles BY NAME
SELECT article_id, 'dump/' || number || '.txt' AS source_path, CAST(published_on AS TIMESTAMP) AS modified_at, published_on,
    CASE WHEN number % 2 = 0 THEN CAST(published_on AS TIMESTAMP) + INTERVAL (number % 1440) MINUTE END AS published_at,
    'header' AS published_on_source, [] AS refused_dates, title, CASE WHEN number % 4 = 0 THEN 'A. Writer' END AS byline, outlet,
    origin, CASE WHEN outlet IS NOT NULL THEN 'https://' || lower(replace(outlet, ' ', '')) || '.example/' || number END AS url,
    word_count, text, [] AS chrome, language, CASE WHEN number % 7 = 0 THEN 0.8 ELSE 1.0 END AS language_share, script,
    NULL AS review_on, 'made' AS derived_by, 'made' AS derived_run
FROM made;
INSERT INTO staging.article_languages
SELECT article_id, language, script, CASE WHEN number % 7 = 0 THEN 0.8 ELSE 1.0 END FROM made
UNION ALL
SELECT article_id, 'de', 'Latn', 0.2 FROM made WHERE number % 7 = 0;
INSERT INTO reuse.members SELECT article_id, story_id FROM made;
INSERT INTO reuse.edges
SELECT e.article_id, e.source_article_id, e.kind, e.share_of_article, round(e.words / s.word_count, 4), 1, e.words, e.lag_days
FROM made_edges AS e
JOIN staging.articles AS s ON s.article_id = e.source_article_id;
INSERT INTO reuse.passages SELECT article_id, source_article_id, 0, ends, 0, ends, words FROM made_edges
"""
