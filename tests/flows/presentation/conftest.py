"""A marts file of the sample and of hostile articles, made here by plain means: what the pages and `explain` are tested on."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.flows.presentation.browser import CHROMIUM, Browser

SAMPLE = Path(__file__).resolve().parents[3] / "sample"
LANDED_AT = datetime(2025, 11, 20, 2, 15)  # noqa: DTZ001 - UTC without a zone, as in the marts
SCRIPT = "<script>document.title='owned'</script>"

# Texts that want to be something else than text: each in a title, a path, an outlet and a body.
HOSTILE = {
    "script": f"{SCRIPT}<img src=x onerror=\"document.title='owned'\"><b>bold</b>",
    "closing": "</script></style></title><!-- ]]> {{ 7*7 }} {% raw %} ${alert(1)} `x`",
    "quotes": "'\" onmouseover='document.title=1' \\\" &quot; &amp;",
    "bidi": "cod\u202eexe.txt\u202c \u2066isolated\u2069 \u200fright",
    "terminal": "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x1b[0m\x9b5m \r\n2026-01-01 ERROR forged log line",
    "rich": "[bold red]markup[/bold red] [link=https://evil.example]here[/link] :boom:",
    "spreadsheet": '=HYPERLINK("https://evil.example";"x")',
    "zalgo": "z" + "\u0301" * 60 + "algo \u200b\ufeff\U000e0041",
    "url": "javascript:document.title='owned'",
}


def folded(text: str) -> list[tuple[str, int, int]]:
    return [(m.group().casefold(), m.start(), m.end()) for m in re.finditer(r"\w+", text)]


def passages(article: str, source: str) -> list[tuple[int, int, int, int, int]]:
    a, b = folded(article), folded(source)
    blocks = SequenceMatcher(None, [w[0] for w in a], [w[0] for w in b], autojunk=False).get_matching_blocks()
    return [
        (a[m.a][1], a[m.a + m.size - 1][2], b[m.b][1], b[m.b + m.size - 1][2], m.size) for m in blocks if m.size >= 5
    ]


def sample_articles() -> list[dict[str, Any]]:
    with (SAMPLE / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["disposition"] == "loaded"]
    found = []
    for row in rows:
        data = (SAMPLE / "landing" / row["source_path"]).read_bytes()
        text = data.decode("cp1251" if row["source_path"].endswith("biblioteka.txt") else "utf-8")
        found.append(
            {
                "article_id": hashlib.sha256(data).hexdigest(),
                "source_path": row["source_path"],
                "published_on": date.fromisoformat(row["published_on"] or "2025-11-20"),
                "published_on_source": row["published_on_source"],
                "language": row["language"] or "kk",
                "title": row["title"] or None,
                "outlet": row["outlet"] or None,
                "origin": row["origin"] or None,
                "url": None,
                "text": re.split(r"date \d{4}-\d\d-\d\d ", text, maxsplit=1)[-1].strip(),
                "story": row["story_first_print"],
            }
        )
    return found


def hostile_articles() -> list[dict[str, Any]]:
    """A story a trick: a first print and a repost of it by another outlet, with the trick in every field."""
    found = []
    for name, trick in HOSTILE.items():
        body = f"{trick} " + " ".join(f"{name}word{i}" for i in range(40)) + f" {trick}"
        for place in (0, 1):
            path = f"hostile/{trick}/{name}{place}.txt"
            found.append(
                {
                    "article_id": hashlib.sha256(path.encode()).hexdigest(),
                    "source_path": path,
                    "published_on": date(2025, 11, 18 + place),
                    "published_on_source": "header",
                    "language": "en",
                    "title": f"{trick} {name}",
                    "outlet": f"{trick} outlet {place}",
                    "origin": trick,
                    "url": trick,
                    "text": body + (" reposted" if place else ""),
                    "story": f"hostile/{trick}/{name}0.txt",
                }
            )
    return found


def build(path: Path, articles: list[dict[str, Any]], edges: list[tuple[str, str, str]], *, odd: str = "") -> Path:
    """A marts file of these articles and edges (article's path, source's path, kind); `odd` goes into checks and quarantine."""
    ids = {row["source_path"]: row["article_id"] for row in articles}
    by_path = {row["source_path"]: row for row in articles}
    with duckdb.connect(str(path)) as connection:
        connection.execute((resources.files("warehouse") / "marts" / "schema.sql").read_text(encoding="utf-8"))
        for row in articles:
            connection.execute(
                "INSERT INTO articles VALUES (?, ?, ?, NULL, ?, ?, 1, 'Cyrl', ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(row[name] for name in ("article_id", "source_path", "published_on", "published_on_source")),
                    *(row[name] for name in ("language", "title", "outlet", "origin", "url")),
                    len(folded(row["text"])),
                    row["text"],
                    ids[row["story"]],
                    row["story"] == row["source_path"],
                    LANDED_AT,
                ],
            )
        for article, source, kind in edges:
            a, b = by_path[article], by_path[source]
            shared = [] if kind == "translation" else passages(a["text"], b["text"])
            words = sum(p[4] for p in shared)
            ends = [row[name] for row in (a, b) for name in ("published_on", "outlet")]
            connection.execute(
                "INSERT INTO reuse VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    a["article_id"],
                    b["article_id"],
                    kind,
                    round(words / len(folded(a["text"])), 4),
                    round(min(1.0, words / len(folded(b["text"]))), 4),
                    len(shared),
                    max((p[4] for p in shared), default=0),
                    (a["published_on"] - b["published_on"]) // timedelta(days=1),
                    *ends,
                ],
            )
            for passage in shared:
                connection.execute(
                    "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [a["article_id"], b["article_id"], *passage, *ends],
                )
        for name in ("03_stories", "06_daily_languages", "07_daily_outlets", "08_outlet_flows"):
            connection.execute((resources.files("warehouse") / "marts" / f"{name}.sql").read_text(encoding="utf-8"))
        for place, reason in enumerate(("empty", "binary", "too_short", "binary")):
            connection.execute(
                "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)",
                [f"bad/{place}{odd}.txt", f"{place:064x}", reason, f"refused for a reason {odd}", place, LANDED_AT],
            )
        for rule, severity, success in (("articles.rows", "error", True), ("articles.dated", "warning", False)):
            connection.execute(
                "INSERT INTO checks VALUES (?, 'articles', ?, ?, ?, ?)",
                [rule, severity, success, f"seen {odd}", 0 if success else 3],
            )
        connection.execute(
            "INSERT INTO publication VALUES ('000007', 'run-1', DATE '2025-11-20', ?, '0.1.0', 'c0ffee', ?, 3, ?, 0, 0, ?, 0, 4,"
            " NULL, NULL)",
            [LANDED_AT, "ab" * 32, len(articles), len(edges)],
        )
        connection.execute("CHECKPOINT")
    path.chmod(0o444)
    return path


def sample_edges() -> list[tuple[str, str, str]]:
    with (SAMPLE / "expected_edges.csv").open(encoding="utf-8", newline="") as file:
        return [(row["article"], row["source"], row["kind"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def sample_marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marts of the sample as sample/expected*.csv tell it."""
    return build(tmp_path_factory.mktemp("sample") / "marts.duckdb", sample_articles(), sample_edges())


@pytest.fixture(scope="session")
def hostile_marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marts whose every text is hostile, the sample's articles among them."""
    hostile = hostile_articles()
    edges = [(b["source_path"], a["source_path"], "repost") for a, b in zip(hostile[::2], hostile[1::2], strict=True)]
    odd = " ".join(HOSTILE.values())
    path = tmp_path_factory.mktemp("hostile") / "marts.duckdb"
    return build(path, sample_articles() + hostile, sample_edges() + edges, odd=odd)


@pytest.fixture(scope="session")
def empty_marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marts without a single article."""
    return build(tmp_path_factory.mktemp("empty") / "marts.duckdb", [], [])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium; skips where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened
