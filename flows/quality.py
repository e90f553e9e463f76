"""The quality page: every check that a version went through, with Great Expectations' own results, readable offline.

What belongs here: keeping what the audit found beside a version (as JSON), and the page of it. What does not: the rules and the
audit (expectations). Great Expectations' own Data Docs are not used: they fetch their styles, scripts and logo from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import pages
from warehouse.files import write_in_place
from warehouse.reader import Marts

if TYPE_CHECKING:
    from expectations.audit import Audit

Details = Mapping[str, Any]


def details_of(audit: Audit) -> dict[str, Any]:
    """What an audit found, ready for JSON.

    `sentences`: what each rule demands, by its code; `offenders`: of each failed rule the `columns`, the first `rows` (as text,
    None for NULL) and the `query` that returns all of them; `results`: Great Expectations' results by table.
    """
    return {
        "sentences": dict(audit.sentences),
        "offenders": {
            rule: {
                "columns": list(found.columns),
                "rows": [[None if value is None else str(value) for value in row] for row in found.rows],
                "query": found.query,
            }
            for rule, found in audit.offenders.items()
        },
        "results": dict(audit.results),
    }


def keep(audit: Audit, path: Path) -> Path:
    """Writes `details_of` an audit to `path`, in one step. Gives `path`; `json.loads` reads it."""
    write_in_place(path, json.dumps(details_of(audit), ensure_ascii=True, indent=1, default=str))
    return path


def failing_rows(details: Details | None) -> Mapping[str, Mapping[str, Any]]:
    """The offenders by rule; none where there are no details."""
    found: Mapping[str, Mapping[str, Any]] = (details or {}).get("offenders", {})
    return found


def with_rows(checks: Sequence[dict[str, Any]], details: Details | None) -> list[dict[str, Any]]:
    """Rows of the mart `checks`, each with its `sentence` and with `columns`, `rows` and `query` of its offenders, where known."""
    nothing: dict[str, Any] = {"columns": [], "rows": [], "query": ""}
    sentences: Mapping[str, str] = (details or {}).get("sentences", {})
    offenders = failing_rows(details)
    return [
        check | nothing | dict(offenders.get(check["rule"], {})) | {"sentence": sentences.get(check["rule"], "")}
        for check in checks
    ]


def build_quality(
    marts_path: Path, out: Path, *, details: Details | None, language: str = "en", report_href: str | None = None
) -> Path:
    """Writes the quality page of a version to `out` and gives `out`.

    Takes `marts.duckdb` or a version's file, what `keep` wrote for it (None: only the mart `checks` speaks), the language as
    in `build_report`, and the relative address of the report. Raises WarehouseError where the marts cannot be read.
    """
    with Marts(marts_path) as marts:
        page = quality_page(marts, details, report_href)
    return pages.write(page, out, language)


def quality_page(marts: Marts, details: Details | None, report_href: str | None) -> pages.Page:
    """What the quality page says of open marts."""
    publication = marts.read("publication").row(0, named=True)
    checks = with_rows(marts.read("checks").to_dicts(), details)
    tables: dict[str, list[dict[str, Any]]] = {}
    for check in sorted(checks, key=lambda check: (str(check["table"]), str(check["rule"]))):
        check["expectation"] = _expectation((details or {}).get("results", {}), check["table"], check["rule"])
        tables.setdefault(check["table"], []).append(check)
    return pages.Page(
        "quality",
        "title_quality",
        {"version": publication["version"]},
        {
            "version": {
                "version": publication["version"],
                "logical_day": publication["logical_date"].isoformat(),
                "articles": publication["article_count"],
                "stories": marts.read("report_story_count").item(),
            },
            "content_hash": publication["content_hash"],
            "checks": checks,
            "checks_failed": [check for check in checks if not check["success"]],
            "tables": tables,
            "report_href": report_href,
        },
    )


def _expectation(results: Mapping[str, Any], table: str, rule: str) -> str:
    """Great Expectations' own result of a rule, as indented JSON; empty where it is not known."""
    for one in results.get(table, {}).get("results", []):
        if one.get("expectation_config", {}).get("meta", {}).get("rule") == rule:
            return json.dumps(one, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    return ""
