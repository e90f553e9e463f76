"""The pages and `explain` on marts that the pipeline made of the sample, not on made-up ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from expectations.audit import Audit, AuditContext, audit
from flows import explain, quality, report
from tests import support
from tests.flows.presentation.browser import Browser
from tests.flows.presentation.conftest import SAMPLE, folded, sample_edges


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("pipeline") / "warehouse"
    run = support.night(SAMPLE / "landing", warehouse)
    assert run.outcome == "published"
    return warehouse / "marts.duckdb"


@pytest.fixture(scope="module")
def audited(marts: Path) -> Audit:
    """A true audit of two rules, one of which the sample breaks: two of its thirty files are refused."""
    rules = ("articles.article_id.unique", "quarantine.row_count.share")
    return audit(marts.resolve(), context=AuditContext(), only=rules)


def test_every_edge_is_explained_by_its_passages(marts: Path) -> None:
    for article, source, kind in sample_edges():
        if kind == "translation":
            continue
        (pair,) = explain.explain(marts, source, article).pairs
        assert (pair.article.source_path, pair.source.source_path, pair.kind) == (article, source, kind)
        assert pair.passages
        for passage in pair.passages:
            here = pair.article.text[passage.article_start : passage.article_end]
            there = pair.source.text[passage.source_start : passage.source_end]
            assert [word[0] for word in folded(here)] == [word[0] for word in folded(there)]


def test_what_was_mended_and_what_only_looks_alike(marts: Path) -> None:
    folder = "kensai-info/2025-11"
    (pair,) = explain.explain(marts, f"{folder}-18/roshcha.txt", f"{folder}-18/roshcha-ispravleno.txt").pairs
    assert pair.differences == (explain.Difference("470", "740"),)
    (pair,) = explain.explain(marts, f"{folder}-13/kursy.txt", f"{folder}-14/kursy.txt").pairs
    assert pair.reason == "reason_facts"
    bridges = ("akterek-telegraf/2025-11-10/0001.txt", "vecher-kensai/2025-11-19_perekhod.txt")
    (pair,) = explain.explain(marts, *bridges).pairs
    assert pair.reason == "reason_nothing"


def test_the_pages_open(marts: Path, audited: Audit, tmp_path: Path, browser: Browser) -> None:
    details = json.loads(quality.keep(audited, tmp_path / "checks.json").read_text(encoding="utf-8"))
    assert details == quality.details_of(audited)
    assert set(quality.failing_rows(details)) == {"quarantine.row_count.share"}
    page = report.build_report(marts, tmp_path / "report.html", quality_href="quality.html", checks=details)
    other = quality.build_quality(marts, tmp_path / "quality.html", details=details, report_href="report.html")
    for opened in (page, other):
        browser.open(opened, language="kk")
        assert browser.complaints() == []
        assert browser.requests() == [opened.as_uri()]
        assert "000001" in browser.value("document.body.innerText")
        link = browser.value("document.querySelector('a[href$=\"html\"]').href")
        assert link in (page.as_uri(), other.as_uri())
    browser.open(page, language="kk")
    assert "2025 жылғы 19 қараша" in browser.value("document.title")
