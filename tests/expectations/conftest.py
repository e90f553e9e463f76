"""A healthy candidate, small enough to read, with each thing that the rules speak of; its texts are written here."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

SCHEMA = Path(__file__).resolve().parents[2] / "warehouse" / "marts" / "schema.sql"
FIRST_DAY = date(2026, 1, 1)
LOGICAL_DATE = date(2026, 1, 8)

LEAD = "The bridge over the northern canal opens on Monday after three years of work and two of delay"
MIDDLE = "said the mayor while the orchestra waited in the rain for the ribbon to be cut"
TAIL = "Buses take the old road until the end of the month and cyclists are asked to walk"
KAZAKH = "Солтүстік арнадағы көпір дүйсенбіде ашылады деп хабарлады қала әкімі жаңбыр астында"

Article = tuple[str, int, str | None, str, str, str]  # name, day, outlet, language, script, text
# Named by what they are: `origin` is printed first, `copy` takes from it, `repost` from `copy`.
ARTICLES: list[Article] = [
    ("origin", 0, "Canal News", "en", "Latn", f"{LEAD}\n{MIDDLE}\n{TAIL}"),
    ("copy", 1, "Harbour Post", "en", "Latn", f"{LEAD}\n{MIDDLE}\n{TAIL}"),
    ("repost", 2, None, "en", "Latn", f"Reported before: {LEAD}\n{MIDDLE}\n{TAIL}"),
    ("excerpt", 2, "Canal News", "en", "Latn", f"{MIDDLE}\nso much for the day"),
    (
        "quote",
        4,
        "Weekly",
        "en",
        "Latn",
        f"We asked around what {TAIL} means to them. Nobody knew why {LEAD} was news at all",
    ),
    ("translation", 4, "Қала", "kk", "Cyrl", KAZAKH),
    ("unknown", 6, "Weekly", "und", "Zyyy", "1905 1917 1991 2026"),
    *[
        (
            f"filler{n}",
            n % 7,
            ("Canal News", "Weekly", None)[n % 3],
            ("ru", "en", "kk")[n % 3],
            "Cyrl",
            f"заметка {n} о погоде",
        )
        for n in range(20)
    ],
]
# article, source, kind, the passages they share
EDGES: list[tuple[str, str, str, list[str]]] = [
    ("copy", "origin", "copy", [f"{LEAD}\n{MIDDLE}\n{TAIL}"]),
    ("repost", "copy", "repost", [f"{LEAD}\n{MIDDLE}\n{TAIL}"]),
    ("excerpt", "origin", "excerpt", [MIDDLE]),
    ("quote", "origin", "quote", [TAIL, LEAD]),
    ("translation", "origin", "translation", []),
]

# The derived marts, counted in another way than the rules count them.
DERIVED = """
INSERT INTO stories
SELECT story_id, min(published_on), max(published_on), arg_min(coalesce(outlet, chr(7)), published_on),
    arg_min(title, published_on), arg_min(language, published_on), count(*),
    coalesce(len(list_distinct(list(outlet) FILTER (outlet IS NOT NULL))), 0),
    max(published_on) - min(published_on) + 1
FROM articles GROUP BY ALL;
UPDATE stories SET first_outlet = NULL WHERE first_outlet = chr(7);
INSERT INTO daily_languages
SELECT day, l.language, count(a.article_id), count(a.article_id) FILTER (a.is_first_print),
    count(a.article_id) FILTER (NOT a.is_first_print), coalesce(sum(a.word_count), 0)
FROM (
    SELECT unnest(generate_series(min(published_on), max(published_on), INTERVAL 1 DAY))::DATE AS day FROM articles
) AS d
CROSS JOIN (SELECT DISTINCT language FROM articles) AS l
LEFT JOIN articles AS a ON a.published_on = day AND a.language = l.language GROUP BY ALL;
INSERT INTO daily_outlets
SELECT day, o.outlet, count(a.article_id), count(a.article_id) FILTER (a.is_first_print),
    count(a.article_id) FILTER (NOT a.is_first_print), coalesce(sum(a.word_count), 0)
FROM (
    SELECT unnest(generate_series(min(published_on), max(published_on), INTERVAL 1 DAY))::DATE AS day FROM articles
) AS d
CROSS JOIN (SELECT DISTINCT coalesce(outlet, '(unknown)') AS outlet FROM articles) AS o
LEFT JOIN articles AS a ON a.published_on = day AND coalesce(a.outlet, '(unknown)') = o.outlet GROUP BY ALL;
INSERT INTO outlet_flows
SELECT coalesce(s.outlet, '(unknown)'), coalesce(a.outlet, '(unknown)'), count(*) FILTER (kind = 'copy'),
    count(*) FILTER (kind = 'repost'), count(*) FILTER (kind = 'excerpt'), count(*) FILTER (kind = 'quote'),
    count(*) FILTER (kind = 'translation'), quantile_cont(lag_days, 0.5)
FROM reuse AS e, articles AS a, articles AS s
WHERE a.article_id = e.article_id AND s.article_id = e.source_article_id GROUP BY ALL;
INSERT INTO changes
SELECT 'article', article_id, 'added', published_on FROM articles
UNION ALL SELECT 'story', story_id, 'changed', first_published_on FROM stories
UNION ALL SELECT 'article', sha256('gone'), 'withdrawn', DATE '2026-01-01';
INSERT INTO publication
SELECT 'v1', 'run-1', ?, ?, '0.1.0', 'settings', ?, 1,
    (SELECT count(*) FROM articles), (SELECT count(*) FROM article_languages), (SELECT count(*) FROM stories),
    (SELECT count(*) FROM reuse), (SELECT count(*) FROM passages), (SELECT count(*) FROM quarantine), NULL, NULL;
"""
# What the days of the marts that have days hash to, as warehouse.publish notes it.
DAY_HASHES = """
INSERT INTO internal.day_hashes
SELECT '{table}', published_on, count(*), bit_xor(md5_number(CAST(to_json(r) AS VARCHAR)))
FROM (SELECT {columns} FROM {table}) AS r
GROUP BY published_on
"""


def name_of(article: str) -> str:
    """The article_id of a named article."""
    return hashlib.sha256(article.encode()).hexdigest()


def build(path: Path) -> None:
    """Writes the healthy candidate."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
        landed = datetime(2026, 1, 8, 2, 15)  # noqa: DTZ001 - the marts' times are UTC without a zone
        texts = {name: text for name, _, _, _, _, text in ARTICLES}
        days = {name: day for name, day, _, _, _, _ in ARTICLES}
        outlets = {name: outlet for name, _, outlet, _, _, _ in ARTICLES}
        for name, day, outlet, language, script, text in ARTICLES:
            on = FIRST_DAY + timedelta(days=day)
            story = "origin" if name in ("copy", "repost") else name
            connection.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    name_of(name),
                    f"2026/{name}.txt",
                    on,
                    datetime(on.year, on.month, on.day, 21, 30) if name == "origin" else None,  # noqa: DTZ001
                    "modified" if name == "unknown" else "header",
                    language,
                    0.7 if name == "quote" else 1.0,
                    script,
                    f"Title of {name}",
                    "A. Writer" if name == "origin" else None,
                    outlet,
                    "Canal News" if name == "copy" else None,
                    "https://canal.example/1?a=b%20c" if name == "origin" else None,
                    len(text.split()),
                    text,
                    name_of(story),
                    story == name,
                    landed,
                ],
            )
            parts = [(language, script, 0.7), ("kk", "Cyrl", 0.3)] if name == "quote" else [(language, script, 1.0)]
            for part in parts:
                connection.execute(
                    "INSERT INTO article_languages VALUES (?, ?, ?, ?, ?, ?)", [name_of(name), on, outlet, *part]
                )
        for article, source, kind, shared in EDGES:
            words = sum(len(passage.split()) for passage in shared)
            edge = [name_of(article), name_of(source)]
            ends = [told for n in (article, source) for told in (FIRST_DAY + timedelta(days=days[n]), outlets[n])]
            share = (
                [0.9, 0.9]
                if kind == "translation"
                else [round(words / len(texts[n].split()), 4) for n in (article, source)]
            )
            longest = max((len(passage.split()) for passage in shared), default=0)
            connection.execute(
                "INSERT INTO reuse VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*edge, kind, *share, len(shared), longest, days[article] - days[source], *ends],
            )
            for passage in shared:
                starts = [texts[article].index(passage), texts[source].index(passage)]
                stops = [start + len(passage) for start in starts]
                connection.execute(
                    "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*edge, starts[0], stops[0], starts[1], stops[1], len(passage.split()), *ends],
                )
        connection.execute(
            "INSERT INTO quarantine VALUES ('2026/empty.txt', ?, 'empty', 'The file is empty.', 0, ?)",
            [name_of("empty"), landed],
        )
        *steps, publication = [step for step in DERIVED.split(";") if step.strip()]
        for step in steps:
            connection.execute(step)
        connection.execute(publication, [LOGICAL_DATE, landed, name_of("content")])
        for table in ("articles", "article_languages", "reuse", "passages"):
            columns = "* EXCLUDE (landed_at) REPLACE (md5(text) AS text)" if table == "articles" else "*"
            connection.execute(DAY_HASHES.format(table=table, columns=columns))


def loosen(path: Path) -> None:
    """Takes the constraints away, as a table built by CREATE TABLE AS lacks them: only the audit is left."""
    with duckdb.connect(str(path)) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
        for (table,) in tables:
            connection.execute(
                f"CREATE TABLE loose AS FROM {table}; DROP TABLE {table}; ALTER TABLE loose RENAME TO {table}"
            )


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The healthy candidate. Not to be changed: take a `spoiled` one."""
    path = tmp_path_factory.mktemp("healthy") / "candidate.duckdb"
    build(path)
    return path


@pytest.fixture(scope="session")
def loose(healthy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The healthy candidate without constraints."""
    path = tmp_path_factory.mktemp("loose") / "candidate.duckdb"
    shutil.copy(healthy, path)
    loosen(path)
    return path


@pytest.fixture
def spoiled(loose: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Gives a candidate without constraints on which the SQL was run."""

    def spoil(sql: str) -> Path:
        path = tmp_path / "spoiled.duckdb"
        shutil.copy(loose, path)
        with duckdb.connect(str(path)) as connection:
            connection.execute(sql)
        return path

    return spoil
