"""The rules that a candidate is held to, and the numbers they depend on.

What belongs here: which rules there are, their codes, severities, sentences and thresholds. What does not: running them
(audit.py); SQL, which stands in sql/*.sql and returns the rows that break a rule.

A code is `<table>.<column or row_count>.<what must hold>` and does not change; the file of a rule's own SQL is
`sql/<code>.sql`, SQL that several rules share is `sql/generic.*.sql`. `$names` in the SQL are replaced by checked
identifiers and typed literals, never by text from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final, Literal

from transforms.records import DATE_SOURCES, QUARANTINE_REASONS, REUSE_KINDS, STORY_KINDS

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Figures:
    """What an audit compares with: figures of the version that is served now. `audit.figures` reads them."""

    article_count: int  # rows of articles
    largest_story: int  # articles of its largest story


@dataclass(frozen=True)
class AuditContext:
    """The thresholds of the rules and what is known of the version that is served. The settings override the defaults.

    Reasons for the numbers: docs/choices/expectations.md.
    """

    logical_date: date | None = None
    """The night that no article may be newer than; None: what the candidate's publication says."""
    previous: Figures | Path | None = None
    """Figures of the served version, or its file; None before the first publication."""
    withdrawn: int = 0
    """Articles that were withdrawn since the served version: their absence is no loss."""
    max_article_drop: float = 0.01
    """Share of the served articles that may be gone, beyond those withdrawn."""
    max_quarantine_share: float = 0.05
    """Share of the files that may be refused."""
    max_und_share: float = 0.10
    """Share of the articles whose language may be unknown."""
    max_guessed_date_share: float = 0.20
    """Share of the articles whose day may be the file's time only."""
    min_story_limit: int = 1000
    """Articles that any story may have, whatever the served version had."""
    max_story_growth: float = 2.0
    """How many times the largest story of the served version the largest one may be."""
    max_share_deviation: float = 0.01
    """How far the share of an edge may be from the words of its passages, as a share of the article's words."""
    freshness_days: int | None = None
    """Days that the newest article may be older than the logical date; None: any number."""
    freshness_severity: Severity = "warning"
    """What becomes of a candidate without fresh articles: published and said (warning), or refused (error)."""
    memory_limit: str = "2GB"
    """Memory that DuckDB may use; beyond it, it spills beside the candidate."""
    threads: int | None = None
    """Threads that DuckDB may use; None: as many as there are cores."""

    def __post_init__(self) -> None:
        """Raises ValueError for a number that no candidate, or each one, would fail."""
        for name in ("max_article_drop", "max_quarantine_share", "max_und_share", "max_guessed_date_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")
        if self.max_share_deviation < 0 or self.withdrawn < 0 or (self.freshness_days or 0) < 0:
            raise ValueError("max_share_deviation, withdrawn and freshness_days are not negative")
        if self.min_story_limit < 1 or self.max_story_growth < 1:
            raise ValueError("min_story_limit and max_story_growth are at least 1")
        if self.freshness_severity not in ("error", "warning"):
            raise ValueError(f"freshness_severity is error or warning, not {self.freshness_severity}")


# Columns of the marts in their order, those that are never NULL marked with "!" (warehouse/marts/schema.sql; a test
# holds both together).
_ARTICLES: Final = (
    "article_id! source_path! published_on! published_at published_on_source! language! language_share! script! title "
    "byline outlet origin url word_count! text! story_id! is_first_print! landed_at!"
)
_ENDS: Final = "published_on! outlet source_published_on! source_outlet"
_DAILY: Final = "articles! first_prints! reposts! words!"
_SCHEMA: Final[Mapping[str, str]] = {
    "articles": _ARTICLES,
    "first_prints": _ARTICLES,
    "article_languages": "article_id! published_on! outlet language! script! share!",
    "stories": (
        "story_id! first_published_on! last_published_on! first_outlet title language! article_count! outlet_count! "
        "days!"
    ),
    "reuse": (
        "article_id! source_article_id! kind! share_of_article! share_of_source! passage_count! longest_passage_words! "
        f"lag_days! {_ENDS}"
    ),
    "passages": f"article_id! source_article_id! article_start! article_end! source_start! source_end! words! {_ENDS}",
    "daily_languages": f"day! language! {_DAILY}",
    "daily_outlets": f"day! outlet! {_DAILY}",
    "outlet_flows": (
        "source_outlet! reposting_outlet! copies! reposts! excerpts! quotes! translations! median_lag_days!"
    ),
    "quarantine": "source_path! document_id reason! detail! bytes landed_at!",
    "changes": "subject! id! change! day!",
    "checks": "rule! table! severity! success! observed! offending_rows!",
    "publication": (
        "version! run_id! logical_date! published_at! code_version! config_fingerprint! content_hash! data_version! "
        "article_count! article_language_count! story_count! reuse_count! passage_count! quarantine_count! "
        "previous_version rolled_back_from"
    ),
}
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    table: tuple(name.rstrip("!") for name in names.split()) for table, names in _SCHEMA.items()
}
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    table: tuple(name.rstrip("!") for name in names.split() if name.endswith("!")) for table, names in _SCHEMA.items()
}
# What tells one row from another, where there is a key.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "articles": ("article_id",),
    "article_languages": ("article_id", "language", "script"),
    "stories": ("story_id",),
    "reuse": ("article_id", "source_article_id"),
    "passages": ("article_id", "source_article_id", "article_start"),
    "daily_languages": ("day", "language"),
    "daily_outlets": ("day", "outlet"),
    "outlet_flows": ("source_outlet", "reposting_outlet"),
    "quarantine": ("source_path", "document_id"),
    "changes": ("subject", "id"),
}
# What names a row to a person who has to find it: the key, and where it came from.
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    **KEYS,
    "articles": ("article_id", "source_path"),
    "first_prints": ("article_id", "source_path"),
    "quarantine": ("source_path", "document_id", "reason"),
    "checks": ("rule",),
    "publication": ("version", "run_id"),
}
# What the warehouse says it owes to a table (publication's column).
OWED: Final[Mapping[str, str]] = {
    "articles": "article_count",
    "article_languages": "article_language_count",
    "stories": "story_count",
    "reuse": "reuse_count",
    "passages": "passage_count",
    "quarantine": "quarantine_count",
}
NEVER_EMPTY: Final = ("articles", "first_prints", "article_languages", "stories", "daily_languages", "daily_outlets")

_NONE: Final[Mapping[str, str]] = {}
Kind = Literal["columns", "not_null", "in_set", "between", "row_count", "rows", "measure"]
_COUNT_MAX: Final = 2**62  # more rows, bytes or days than there can be: a bound for "and upwards"


@dataclass(frozen=True)
class Rule:
    """One thing that must hold.

    `kind` says how Great Expectations checks it: `columns`, `not_null`, `in_set`, `between` and `row_count` are
    expectations that are built in; `rows` is SQL that returns the rows that break the rule; `measure` is SQL of one
    row, `observed` and `at_most`.
    """

    code: str
    table: str
    severity: Severity
    sentence: str
    kind: Kind
    sql: str  # name of the file in sql/, without .sql; "" for `columns`
    column: str = ""
    words: tuple[str, ...] = ()  # in_set: what the column may hold
    least: float = 0  # between, row_count
    most: float = _COUNT_MAX
    names: Mapping[str, str] = field(default_factory=dict)  # further identifiers that the SQL names

    def query(self, parameters: Mapping[str, object]) -> str:
        """The rule's SQL, which returns the rows that break it (a measure: its one row).

        Takes the numbers of `parameters_of`. Raises KeyError where the SQL names something that is not told.
        """
        shown = [name for name in SHOWN[self.table] if name != self.column]
        told: dict[str, str] = {name: _literal(value) for name, value in parameters.items()}
        if parameters["logical_date"] is None:
            told["logical_date"] = "(SELECT max(logical_date) FROM publication)"
        told |= {
            "table": self.table,
            "column": _identifier(self.column) if self.column else "",
            "columns": ", ".join(_identifier(name) for name in KEYS.get(self.table, ())),
            "shown": ", ".join(_identifier(name) for name in [*shown, self.column] if name),
            "words": ", ".join(_literal(word) for word in self.words),
            "least": _literal(self.least),
            "most": _literal(self.most),
            "story_kinds": ", ".join(_literal(kind) for kind in STORY_KINDS),
        }
        told |= {name: _identifier(value) for name, value in self.names.items()}
        return Template(_sql(self.sql)).substitute(told).strip()


@cache
def _sql(name: str) -> str:
    """A file of sql/ without its comment lines."""
    text = files("expectations").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))


def _literal(value: object) -> str:
    """A number, a word, a day or None as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, date):
        return f"CAST('{value.isoformat()}' AS DATE)"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    raise TypeError(f"no SQL literal for {value!r}")


def _identifier(name: str) -> str:
    """A column's name as SQL; quoted where it is a word of SQL itself."""
    if not name.replace("_", "").isalnum():
        raise ValueError(f"not a name of a column: {name!r}")
    return f'"{name}"' if name in ("table", "rows") else name


# A text may hold a few letters of scripts that nobody names. Shares are rounded to 4 digits: the sum may exceed 1 by half a
# digit for each of them; a whole one leaves room for how floats are added up.
MIN_SHARE_SUM: Final = 0.99
SHARE_ROUNDING: Final = 0.0001


def parameters_of(context: AuditContext, previous: Figures | None) -> dict[str, object]:
    """The numbers that the SQL of the rules names, from the thresholds and the figures of the served version."""
    largest = previous.largest_story if previous else 0
    return {
        "previous_articles": previous.article_count if previous else 0,
        "withdrawn": context.withdrawn,
        "max_article_drop": context.max_article_drop,
        "max_quarantine_share": context.max_quarantine_share,
        "max_und_share": context.max_und_share,
        "max_guessed_date_share": context.max_guessed_date_share,
        "max_story_articles": max(context.min_story_limit, int(context.max_story_growth * largest)),
        "max_share_deviation": context.max_share_deviation,
        "freshness_days": context.freshness_days,
        "logical_date": context.logical_date,
        "min_share_sum": MIN_SHARE_SUM,
        "share_rounding": SHARE_ROUNDING,
    }


def rules_of(context: AuditContext) -> tuple[Rule, ...]:
    """Every rule, sorted by code. The context decides severities; it never takes a rule away."""
    rules: list[Rule] = []

    def rows(
        code: str,
        sentence: str,
        severity: Severity = "error",
        *,
        sql: str = "",
        column: str = "",
        names: Mapping[str, str] = _NONE,
    ) -> None:
        rules.append(
            Rule(code, code.partition(".")[0], severity, sentence, "rows", sql or code, column=column, names=names)
        )

    def measure(code: str, sentence: str, severity: Severity = "warning") -> None:
        rules.append(Rule(code, code.partition(".")[0], severity, sentence, "measure", code))

    def words(table: str, column: str, allowed: tuple[str, ...], sentence: str) -> None:
        code = f"{table}.{column}.in_set"
        rules.append(Rule(code, table, "error", sentence, "in_set", "generic.in_set", column=column, words=allowed))

    def between(table: str, column: str, least: float, most: float, sentence: str) -> None:
        code = f"{table}.{column}.between"
        rules.append(
            Rule(code, table, "error", sentence, "between", "generic.between", column=column, least=least, most=most)
        )

    def row_count(table: str, what: str, least: int, most: int, sentence: str) -> None:
        code = f"{table}.row_count.{what}"
        rules.append(Rule(code, table, "error", sentence, "row_count", "generic.row_count", least=least, most=most))

    for table, required in REQUIRED.items():
        rules.append(
            Rule(
                f"{table}.columns.as_published",
                table,
                "error",
                "The columns are those that readers rely on.",
                "columns",
                "",
            )
        )
        # The view has the rows of articles, which are checked there, and no row of checks is written yet.
        for column in required if table not in ("first_prints", "checks") else ():
            code, sentence = f"{table}.{column}.not_null", f"{column} is told."
            # The expectation that is built in reads the values as well, 3 CPU s for a million texts; SQL need not.
            kind: Kind = "rows" if column == "text" else "not_null"
            rules.append(Rule(code, table, "error", sentence, kind, "generic.not_null", column=column))
    for table in NEVER_EMPTY:
        row_count(table, "not_empty", 1, _COUNT_MAX, "There are rows.")
    row_count("publication", "one", 1, 1, "There is exactly one row.")
    row_count("checks", "empty", 0, 0, "No check of an earlier version is left.")
    for table, owed in OWED.items():
        sentence = "The rows are as many as the warehouse owes."
        rows(f"{table}.row_count.as_owed", sentence, sql="generic.row_count_owed", names={"owed": owed})
    for table, key in KEYS.items():
        sentence = f"No two rows have the same {', '.join(key)}."
        rows(f"{table}.{key[0] if len(key) == 1 else 'key'}.unique", sentence, sql="generic.unique")

    words("articles", "published_on_source", DATE_SOURCES, "Where the day came from is one of the known words.")
    words("reuse", "kind", REUSE_KINDS, "The kind of reuse is one of the known words.")
    words("changes", "subject", ("article", "story"), "What changed is one of the known words.")
    words("changes", "change", ("added", "changed", "withdrawn"), "How it changed is one of the known words.")
    rows("changes.id.as_marts", "What was added or changed is there, on its day; what was withdrawn is not.")
    words("quarantine", "reason", QUARANTINE_REASONS, "The reason is one of the known codes.")
    between("articles", "language_share", 0, 1, "The share of the main language is from 0 to 1.")
    between("article_languages", "share", 0, 1, "The share of a language is from 0 to 1.")
    between("reuse", "share_of_article", 0, 1, "The share of the article is from 0 to 1.")
    between("reuse", "share_of_source", 0, 1, "The share of the source is from 0 to 1.")
    between("reuse", "lag_days", 0, _COUNT_MAX, "Nothing is taken from the future.")
    between("articles", "word_count", 0, _COUNT_MAX, "A text has no fewer than no words.")
    for table in ("articles", "article_languages", "stories"):
        rows(
            f"{table}.language.format",
            "Languages are und or two or three letters.",
            sql="generic.language",
            column="language",
        )
    for table in ("articles", "article_languages"):
        rows(f"{table}.script.format", "Scripts are codes of ISO 15924.", sql="generic.script", column="script")

    rows("articles.article_id.format", "Articles are named by a SHA-256.", sql="generic.sha256", column="article_id")
    rows("articles.published_on.not_future", "No article is dated after the night that publishes it.")
    rows(
        "articles.published_at.near_published_on",
        "The time of publication is on the day of publication, or in a zone beside it.",
    )
    rows("articles.text.readable", "Texts are not empty and hold no NUL.")
    rows("articles.word_count.positive", "Articles have words.", "warning")
    rows("articles.told.not_blank", "What is not told is NULL, not blank.", "warning")
    rows("articles.url.format", "Addresses look like addresses.", "warning")
    rows("articles.story_id.is_first_print", "The story of an article is named by an article that is its first print.")
    rows("articles.is_first_print.one_per_story", "Every story has exactly one first print.")
    rows("articles.is_first_print.earliest", "No article is older than the first print of its story.")
    rows("articles.language.in_article_languages", "The main language is among the languages of the text.")
    measure("articles.published_on.fresh", "The newest article is recent.", context.freshness_severity)
    measure("articles.row_count.no_drop", "Articles that were served are not gone, unless withdrawn.")
    measure("articles.language.und_share", "The language of most articles is known.")
    measure(
        "articles.published_on_source.guessed_share", "The day of most articles is told, not guessed from the file."
    )

    rows("first_prints.article_id.as_stories", "First prints and stories are the same.")
    rows("article_languages.article_id.as_articles", "Languages belong to an article, with its day and outlet.")
    rows("article_languages.share.sum", "The shares of an article add up to one.")
    rows("stories.recomputed", "Stories say what their articles say.")
    rows("stories.connected", "Copies and reposts tie every article of a story to its first print.")
    measure("stories.article_count.growth", "No story swallows others.")

    rows("reuse.article_id.not_self", "No article takes from itself.")
    rows("reuse.article_id.exists", "Both ends of an edge are articles.")
    rows("reuse.published_on.as_articles", "An edge tells the days and outlets of its articles.")
    rows("reuse.lag_days.recomputed", "The article is not older than its source, and the lag is the days between them.")
    rows("reuse.kind.inside_story", "Copies and reposts stay inside a story.")
    rows("reuse.source_article_id.no_cycle", "No two articles take from one another.")
    rows("reuse.passage_count.recomputed", "The figures of an edge are those of its passages.")
    rows("reuse.passage_count.evidence", "Every edge has its passages to show.")
    rows("reuse.share_of_article.as_passages", "The shares of an edge are those of its passages.", "warning")
    rows("passages.article_id.has_edge", "Every passage belongs to an edge.")
    rows("passages.published_on.as_reuse", "A passage tells the days and outlets of its edge.")
    rows("passages.article_end.within_text", "Passages lie within the texts.")
    rows("passages.article_start.no_overlap", "Passages of an edge do not overlap in the article.")
    rows("passages.words.within_span", "A passage has characters for its words, in both texts.")

    for table, dimension in (("daily_languages", "language"), ("daily_outlets", "outlet")):
        names = {"dimension": dimension, "of": dimension}
        rows(f"{table}.recomputed", "Days say what their articles say.", sql="generic.daily_recomputed", names=names)
        rows(f"{table}.day.no_holes", "There is a row for each day.", sql="generic.no_holes", names=names)
    rows("outlet_flows.recomputed", "Flows say what the edges say.")

    rows("quarantine.document_id.format", "Files are named by a SHA-256.", sql="generic.sha256", column="document_id")
    rows("quarantine.document_id.not_loaded", "No file is refused and loaded at once.")
    rows("quarantine.bytes.not_negative", "Sizes are told where the bytes were read.")
    measure("quarantine.row_count.share", "Most files are readable.")
    rows("publication.content_hash.as_rows", "What the content hash rests on is what the rows of the days come to.")
    rows("publication.logical_date.as_told", "The publication belongs to the night that was audited.")
    rows(
        "publication.content_hash.format", "The content hash is a SHA-256.", sql="generic.sha256", column="content_hash"
    )
    return tuple(sorted(rules, key=lambda rule: rule.code))
