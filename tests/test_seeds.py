"""The five real files that the product exists for, from landing to marts (skipped where they are absent)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import support


@pytest.fixture(scope="module")
def warehouse(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "warehouse"
    assert support.night(seeds, folder).outcome == "published"
    return folder


def test_all_five_are_articles(warehouse: Path) -> None:
    told = support.query(
        warehouse,
        "SELECT source_path[:3], published_on_source, language, outlet, origin, is_first_print FROM articles ORDER BY 1",
    )
    assert told == [
        ("000", "header", "ru", "BAQ.KZ", "Российская газета", True),
        ("001", "header", "ru", "centrasia.org", "Независимая газета", True),
        ("002", "header", "kk", "BAQ.KZ", "Российская газета", True),
        ("003", "header", "ru", None, "Российская газета", True),
        ("004", "modified", "ru", "Turantimes.kz", "Известия", True),
    ]


def test_the_page_of_001_is_understood(warehouse: Path) -> None:
    assert support.query(
        warehouse,
        "SELECT sha256(title), byline, url, CAST(published_on AS VARCHAR) FROM articles WHERE source_path[:3] = '001'",
    ) == [
        (
            # The headline, as its hash: the texts are others'.
            "c07dd278158effa9eef84d85cc352eb6dea5ce093b167704e73c928f6c869bbb",
            "Лейли Ваисова",
            "https://centrasia.org/newsA.php?st=1763451540",
            "2025-11-18",
        )
    ]


def test_who_took_from_whom(warehouse: Path) -> None:
    told = support.query(
        warehouse,
        "SELECT a.source_path[:3], s.source_path[:3], r.kind FROM reuse r JOIN articles a USING (article_id)"
        " JOIN articles s ON s.article_id = r.source_article_id ORDER BY 1",
    )
    assert told == [("001", "000", "quote"), ("003", "000", "excerpt")]
