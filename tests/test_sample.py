"""The shipped sample, from landing to marts, against what its author says of each file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests import support

SAMPLE = Path(__file__).resolve().parents[1] / "sample"


def truth(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "warehouse"
    run = support.night(SAMPLE / "landing", folder, audited=True)
    assert run.outcome == "published"
    return folder


def test_each_file_has_the_disposition_that_it_was_written_for(warehouse: Path) -> None:
    with support.duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        told = connection.execute("SELECT source_path, disposition, coalesce(reason, '') FROM meta.files").fetchall()
    assert sorted(told) == sorted(
        (row["source_path"], row["disposition"], row["reason"]) for row in truth("expected.csv")
    )


@pytest.mark.parametrize("column", ["language", "outlet", "origin", "title", "published_on", "published_on_source"])
def test_each_article_says_what_it_was_written_to_say(warehouse: Path, column: str) -> None:
    told = dict(support.query(warehouse, f"SELECT source_path, coalesce(CAST({column} AS VARCHAR), '') FROM articles"))
    # The undated file takes the time of its checkout: that day is nobody's truth.
    wanted = {
        row["source_path"]: row[column]
        for row in truth("expected.csv")
        if row["disposition"] == "loaded"
        and not (column == "published_on" and row["published_on_source"] == "modified")
    }
    assert {path: told[path] for path in wanted} == wanted


def test_first_prints(warehouse: Path) -> None:
    told = dict(
        support.query(
            warehouse,
            "SELECT a.source_path, f.source_path FROM articles a JOIN articles f ON f.article_id = a.story_id",
        )
    )
    assert told == {
        row["source_path"]: row["story_first_print"] for row in truth("expected.csv") if row["disposition"] == "loaded"
    }


def test_edges(warehouse: Path) -> None:
    """Who took from whom, and how; translations are found by nothing yet."""
    told = support.query(
        warehouse,
        "SELECT a.source_path, s.source_path, r.kind FROM reuse r JOIN articles a USING (article_id)"
        " JOIN articles s ON s.article_id = r.source_article_id",
    )
    wanted = [(row["article"], row["source"], row["kind"]) for row in truth("expected_edges.csv")]
    assert sorted(told) == sorted(edge for edge in wanted if edge[2] != "translation")


def test_every_passage_is_in_both_texts(warehouse: Path) -> None:
    told = support.query(
        warehouse,
        "SELECT a.text[p.article_start + 1 : p.article_end], s.text[p.source_start + 1 : p.source_end]"
        " FROM passages p JOIN articles a USING (article_id) JOIN articles s ON s.article_id = p.source_article_id",
    )
    assert told

    def folded(text: str) -> list[str]:
        return "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()

    for here, there in told:
        assert folded(here) == folded(there)
