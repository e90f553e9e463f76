"""The pages and `explain` on marts that the pipeline made of the sample, not on made-up ones."""

from __future__ import annotations

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
    page = report.write_pages(marts, tmp_path / "pages", audit=audited)
    quality_page = page.with_name("quality.html")
    for opened in (page, quality_page):
        browser.open(opened, language="kk")
        assert browser.complaints() == []
        assert browser.requests() == [opened.as_uri()]
        assert "000001" in browser.value("document.body.innerText")
        assert browser.value("document.querySelector('a[href$=\"html\"]').href") in (
            page.as_uri(),
            quality_page.as_uri(),
        )
    browser.open(page, language="kk")
    assert "2025 жылғы 19 қараша" in browser.value("document.title")


def test_what_the_audit_found_stays_with_the_pages(marts: Path, audited: Audit, tmp_path: Path) -> None:
    report.write_pages(marts, tmp_path, audit=audited)
    with_audit = (tmp_path / "quality.html").read_bytes()
    details = quality.kept(tmp_path / "checks.json")
    assert details is not None
    assert set(quality.failing_rows(details)) == {"quarantine.row_count.share"}
    assert details["sentences"].keys() == {"articles.article_id.unique", "quarantine.row_count.share"}
    report.write_pages(marts, tmp_path)
    assert (tmp_path / "quality.html").read_bytes() == with_audit
