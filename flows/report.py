"""report.html: one page of what a version of the marts says, for whoever looks in the morning.

What belongs here: which numbers the page shows. What does not: their SQL (warehouse/queries), how a page is put together (pages),
how a chart is drawn (charts).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from flows import charts, pages, quality
from flows.text_safety import one_line
from transforms.records import REUSE_KINDS
from warehouse.reader import Marts

# A month of days: what a chart on a phone can show, a day some eight pixels wide.
_WINDOW_DAYS = 30
# Colours that can be told apart: eight (page.css), one of them for the rest.
_NAMES = 7
_STORIES = 10
# Entries of a story that are listed; the rest is counted. A story of hundreds is a list that nobody reads.
_ENTRIES = 40
_FLOWS_DRAWN = 12
_FLOWS_LISTED = 100
_QUARANTINED = 20
# Letters of a name that a chart shows; an axis shows 300 pixels of it, about as many.
_NAME_LETTERS = 48
_TILES = ("articles", "first_prints", "reposts", "excerpts", "quotes", "translations", "outlets", "words")


def build_report(
    marts_path: Path,
    out: Path,
    *,
    language: str = "en",
    quality_href: str | None = None,
    checks: Mapping[str, Any] | None = None,
) -> Path:
    """Writes the report of a version of the marts to `out` and gives `out`.

    Takes `marts.duckdb` or a version's file; the language (en, ru, kk) of a reader whose own is none of these; the relative
    address of the quality page, where there is one; the audit's details of this version (`flows.quality.failing_rows`), whose
    rows are shown under the checks that failed. Raises WarehouseError where the marts cannot be read.
    """
    with Marts(marts_path) as marts:
        page = report_page(marts, quality_href=quality_href, details=checks)
    return pages.write(page, out, language)


def report_page(marts: Marts, *, quality_href: str | None, details: Mapping[str, Any] | None) -> pages.Page:
    """What the report says of open marts."""
    publication = marts.read("publication").row(0, named=True)
    logical_date: date = publication["logical_date"]
    day, first_day = marts.read("report_day", logical_date=logical_date).row(0)
    checks = quality.with_rows(marts.read("checks").to_dicts(), details)
    values: dict[str, Any] = {
        "version": {
            "version": publication["version"],
            "logical_day": logical_date.isoformat(),
            "articles": publication["article_count"],
            "stories": 0,
        },
        "content_hash": publication["content_hash"],
        "rolled_back": {"newest": publication["rolled_back_from"], "version": publication["previous_version"]},
        "report_day": None,
        "quality_href": quality_href,
        "checks": checks,
        "checks_failed": [check for check in checks if not check["success"]],
        "quarantine": _quarantine(marts),
    }
    if day is None:
        return pages.Page("report", "title_empty", {}, values)
    drawn: dict[str, Any] = {}
    values["version"]["stories"] = marts.read("report_story_count").item()
    values |= {
        "report_day": day.isoformat(),
        "late": day != logical_date - timedelta(days=1),
        "tiles": _tiles(marts.read("report_totals", day=day, first_day=first_day)),
        "kinds": REUSE_KINDS,
    }
    for of, draw in (("language", charts.days_by_language), ("outlet", charts.days_by_outlet)):
        frame = marts.read("report_days", of=of, day=day, window=_WINDOW_DAYS, top=_NAMES)
        table = _table(frame)
        values[f"{of}s"] = table
        drawn[f"{of}s"] = draw(
            _iso(frame.select("day", _short("name"), "articles")), _shorts(table["names"]), len(table["rows"])
        )
    values["stories"] = _stories(marts, day, drawn)
    values["flows"] = _flows(marts.read("report_flows", top=_FLOWS_LISTED), drawn)
    return pages.Page("report", "title", {"day": day.isoformat()}, values, drawn)


def _short(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda name: one_line(name, _NAME_LETTERS), return_dtype=pl.String)


def _shorts(names: Sequence[str | None]) -> list[str | None]:
    # Two long names may be cut to the same letters: one place in the chart, two columns in the table.
    return list(dict.fromkeys(None if name is None else one_line(name, _NAME_LETTERS) for name in names))


def _iso(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col("day").dt.to_string("iso")).to_dicts()


def _tiles(totals: pl.DataFrame) -> list[dict[str, Any]]:
    """The last row against the mean of those before it."""
    before = totals.head(-1)
    return [
        {
            "name": name,
            "value": totals[name][-1],
            "days": before.height,
            "mean": round(before[name].mean(), 1) if before.height else None,  # type: ignore[arg-type]
        }
        for name in _TILES
    ]


def _table(frame: pl.DataFrame) -> dict[str, Any]:
    """Rows (day, name, articles) as a grid: days newest first, names as they came, largest first."""
    names: list[str | None] = frame["name"].unique(maintain_order=True).to_list()
    cells: dict[date, dict[str | None, int]] = defaultdict(dict)
    for row in frame.iter_rows(named=True):
        cells[row["day"]][row["name"]] = row["articles"]
    totals = [sum(row[name] for row in cells.values()) for name in names]
    return {
        "names": names,
        "rows": [[day.isoformat(), *(cells[day][name] for name in names)] for day in sorted(cells, reverse=True)],
        "totals": totals,
        "alt": {
            "first_day": min(cells).isoformat(),
            "last_day": max(cells).isoformat(),
            "largest": one_line(names[0] or "…", _NAME_LETTERS),
            "count": totals[0],
        },
    }


def _stories(marts: Marts, day: date, drawn: dict[str, Any]) -> list[dict[str, Any]]:
    found = marts.read("report_stories", day=day, window=_WINDOW_DAYS, top=_STORIES)
    listed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if found.height:
        for row in marts.read("report_story_articles", stories=found["story_id"].to_list(), most=_ENTRIES).iter_rows(
            named=True
        ):
            listed[row["story_id"]].append(row)
    stories = []
    for place, row in enumerate(found.iter_rows(named=True)):
        rows = listed[row["story_id"]]
        entries = [
            {
                "day": entry["published_on"].isoformat(),
                "outlet": entry["outlet"],
                "kind": entry["kind"] or "first",
                "title": one_line(entry["title"]),
                "path": entry["source_path"],
                "language": entry["language"],
            }
            for entry in rows
        ]
        chart = f"story-{place}"
        marks = [
            {
                "day": entry["day"],
                "outlet": one_line(entry["outlet"] or "(unknown)", _NAME_LETTERS),
                "kind": entry["kind"],
            }
            for entry in entries
        ]
        days = (rows[-1]["published_on"] - rows[0]["published_on"]).days + 1
        drawn[chart] = charts.story(marks, list(dict.fromkeys(mark["outlet"] for mark in marks)), days)
        stories.append(
            {
                "title": one_line(row["title"]),
                "language": row["language"],
                "articles": row["article_count"],
                "outlets": row["outlet_count"],
                "days": row["days"],
                "first_day": row["first_published_on"].isoformat(),
                "first_outlet": row["first_outlet"],
                "entries": entries,
                "more": rows[0]["entries"] - len(entries),
                "chart": chart,
            }
        )
    return stories


def _flows(found: pl.DataFrame, drawn: dict[str, Any]) -> list[dict[str, Any]]:
    plural = {
        "copy": "copies",
        "repost": "reposts",
        "excerpt": "excerpts",
        "quote": "quotes",
        "translation": "translations",
    }
    flows = [
        {
            "source": row["source_outlet"],
            "taker": row["reposting_outlet"],
            "kinds": [row[plural[kind]] for kind in REUSE_KINDS],
            "lag": row["median_lag_days"],
        }
        for row in found.iter_rows(named=True)
    ]
    bars = []
    order = []
    for flow in flows[:_FLOWS_DRAWN]:
        name = f"{one_line(flow['source'], _NAME_LETTERS)}\n→ {one_line(flow['taker'], _NAME_LETTERS)}"
        order.append(name)
        bars += [
            {"flow": name, "kind": kind, "edges": edges}
            for kind, edges in zip(REUSE_KINDS, flow["kinds"], strict=True)
            if edges
        ]
    if bars:
        drawn["flows"] = charts.flows(bars, list(dict.fromkeys(order)))
    return flows


def _quarantine(marts: Marts) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in marts.read("report_quarantine", most=_QUARANTINED).iter_rows(named=True):
        groups[row["reason"]].append(row)
    return [
        {"reason": reason, "files": rows[0]["files"], "rows": rows, "more": rows[0]["files"] - len(rows)}
        for reason, rows in groups.items()
    ]
