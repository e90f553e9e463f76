"""The record types: the schema of every frame that passes from one room to another.

What belongs here: column names, types and the closed sets of words that columns may hold. What does not: code that fills them.
`expectations` and `warehouse` may import this module and nothing else of `transforms`.

Times are UTC without a zone (`Datetime("us")`), days are days of the settings' time zone, offsets are characters (code points)
of the column that they point into, half-open.
"""

from __future__ import annotations

from typing import Final

import polars as pl
from polars.datatypes import DataType, DataTypeClass


def _schema(columns: dict[str, DataType | DataTypeClass]) -> pl.Schema:
    return pl.Schema(columns)


TIMESTAMP: Final = pl.Datetime("us")

# Where the day of publication came from, best first (DESIGN, marts, articles).
DATE_SOURCES: Final = ("header", "text", "path", "modified")
# The kinds of reuse (DESIGN, Words). A pair has at most one: the first of these that fits.
REUSE_KINDS: Final = ("copy", "repost", "excerpt", "quote", "translation")
# The kinds that tie articles to one story; the others tie stories together and never merge them.
STORY_KINDS: Final = ("copy", "repost")
# What became of a landed file. `loaded`: its bytes are new and became an article; `unchanged`: seen before as it is;
# `duplicate`: the bytes of another file; `quarantined`: refused, for a reason.
DISPOSITIONS: Final = ("loaded", "unchanged", "duplicate", "quarantined")
# Why a file is refused; the sentence that goes with it stands in `detail`.
QUARANTINE_REASONS: Final = (
    "empty",
    "too_short",
    "too_long",
    "binary",
    "undecodable",
    "unreadable",
    "vanished",
    "changing",
    "not_a_file",
    "outside",
    "temporary",
    "bad_archive",
    "archive_bomb",
    "bad_record",
    "withdrawn",
)
# What a cut piece of page chrome is (transforms.chrome).
CHROME_KINDS: Final = ("header", "menu", "share", "cookies", "related", "timestamp", "credit", "source", "other")

# How the name of a container ends, a landed file with many documents, in any case: a regular expression. What is in one stands in
# source_path behind it and a "!".
CONTAINER: Final = r"\.(?:zip|parquet|tar|tgz|txz|tzst|tbz2|jsonl|ndjson)(?:\.gz|\.zst|\.xz|\.bz2)?"

LANDED: Final = _schema(
    {
        "source_path": pl.String,  # relative to the landing zone, "/" between its parts, "!" before a member of a container
        "modified_at": TIMESTAMP,  # the file's time (a member's own, where the container tells it)
        "size": pl.Int64,  # bytes
        "bytes": pl.Binary,  # NULL where the file could not be read
        "reason": pl.String,  # one of QUARANTINE_REASONS where it could not be read, else NULL
        "detail": pl.String,
        "told_date": pl.String,  # what a container's own columns tell (jsonl, parquet), as found, else NULL
        "told_title": pl.String,
        "told_url": pl.String,
        "told_outlet": pl.String,
        "sha256": pl.String,  # hex; told where `bytes` is NULL and the file's bytes could be read all the same, else NULL
    }
)
"""A landed file, as `flows.landing` hands it over: its bytes, or why there are none."""

DOCUMENTS: Final = _schema(
    {
        "document_id": pl.String,  # SHA-256 of the bytes, hex; NULL where no bytes could be read
        "source_path": pl.String,
        "modified_at": TIMESTAMP,
        "size": pl.Int64,
        "reason": pl.String,  # NULL: accepted
        "detail": pl.String,
        "encoding": pl.String,  # Python's name of the codec that decoded it
        "encoding_source": pl.String,  # how it was found: bom, utf-8, detected, mojibake
        "text": pl.String,  # decoded and cleaned (transforms.read), NULL where refused
        "told_date": pl.String,
        "told_title": pl.String,
        "told_url": pl.String,
        "told_outlet": pl.String,
    }
)
"""What `transforms.read.read` makes of LANDED: one row a row, accepted (`reason` NULL, `text` told) or refused."""

SPAN: Final = pl.Struct({"start": pl.Int64, "end": pl.Int64, "kind": pl.String})
REFUSED_DATE: Final = pl.Struct({"date": pl.String, "source": pl.String, "why": pl.String})

ARTICLES: Final = _schema(
    {
        "article_id": pl.String,  # = document_id
        "source_path": pl.String,
        "modified_at": TIMESTAMP,
        "published_on": pl.Date,
        "published_at": TIMESTAMP,  # UTC; NULL where no time of day is told
        "published_on_source": pl.String,  # one of DATE_SOURCES
        "refused_dates": pl.List(REFUSED_DATE),  # dates that were told and could not win; why: impossible, future
        "title": pl.String,
        "byline": pl.String,
        "outlet": pl.String,  # who published this
        "origin": pl.String,  # whom it says it took it from
        "url": pl.String,
        "word_count": pl.Int64,  # words of `text`
        "text": pl.String,  # the article without page chrome
        "chrome": pl.List(SPAN),  # what was cut, as spans of the document's text
    }
)
"""What `transforms.article.parse` makes of accepted DOCUMENTS: one row a row, in the same order."""

LANGUAGE_SHARE: Final = pl.Struct({"language": pl.String, "script": pl.String, "share": pl.Float64})

LANGUAGES: Final = _schema(
    {
        "article_id": pl.String,
        "language": pl.String,  # ISO 639-1, 639-3 where there is none, or `und`
        "language_share": pl.Float64,  # of the letters of the text, rounded to 4 digits
        "script": pl.String,  # ISO 15924
        "languages": pl.List(LANGUAGE_SHARE),  # every language of the text, largest share first, then by name
    }
)
"""What `transforms.language.identify` makes of (article_id, text): one row a row, in the same order."""

EDGES: Final = _schema(
    {
        "article_id": pl.String,  # the later article, which took
        "source_article_id": pl.String,  # the earlier one, from which it took
        "kind": pl.String,  # one of REUSE_KINDS
        "share_of_article": pl.Float64,  # shared words / words of the article, rounded to 4 digits
        "share_of_source": pl.Float64,  # shared words / words of the source, rounded to 4 digits
        "passage_count": pl.Int64,
        "longest_passage_words": pl.Int64,
        "lag_days": pl.Int64,
    }
)
"""A directed edge of reuse, from the later article to the earlier one."""

PASSAGES: Final = _schema(
    {
        "article_id": pl.String,
        "source_article_id": pl.String,
        "article_start": pl.Int64,  # characters of the article's text, half-open
        "article_end": pl.Int64,
        "source_start": pl.Int64,  # characters of the source's text
        "source_end": pl.Int64,
        "words": pl.Int64,
    }
)
"""A passage that an article shares with its source, equal word by word once folded (transforms.fingerprint)."""

STORY_MEMBERS: Final = pl.Schema({"article_id": pl.String, "story_id": pl.String})
"""Which story an article belongs to; `story_id` is the article_id of the story's first print."""

CHECKS: Final = _schema(
    {
        "rule": pl.String,
        "table": pl.String,
        "severity": pl.String,  # error: nothing is published; warning: published, and said
        "success": pl.Boolean,
        "observed": pl.String,
        "offending_rows": pl.Int64,
    }
)
"""What the audit found of a candidate, a row a rule (`expectations.audit`)."""

SEVERITIES: Final = ("error", "warning")
