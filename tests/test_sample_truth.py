"""The truth that comes with the sample fits the sample, told by plain word sets and no transform."""

from __future__ import annotations

import csv
import re
from itertools import combinations
from pathlib import Path

import pytest

from transforms.records import DISPOSITIONS, QUARANTINE_REASONS, REUSE_KINDS, STORY_KINDS

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
LANDING = SAMPLE / "landing"


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FILES = {row["source_path"]: row for row in rows("expected.csv")}
EDGES = {(row["article"], row["source"]): row["kind"] for row in rows("expected_edges.csv")}
LOADED = [path for path, row in FILES.items() if row["disposition"] == "loaded"]


def words(path: str) -> list[str]:
    data = (LANDING / path).read_bytes()
    text = data.decode("cp1251" if path.endswith("biblioteka.txt") else "utf-8")
    text = re.sub(r"https?://\S+|date \d{4}-\d\d-\d\d", " ", text)
    return re.findall(r"\w+", text.casefold())


def grams(path: str) -> set[tuple[str, ...]]:
    found = words(path)
    return {tuple(found[i : i + 5]) for i in range(len(found) - 4)}


def longest_run(a: list[str], b: list[str]) -> int:
    best, previous = 0, [0] * (len(b) + 1)
    for left in a:
        current = [0] * (len(b) + 1)
        for j, right in enumerate(b):
            if left == right:
                current[j + 1] = previous[j] + 1
        best, previous = max(best, *current), current
    return best


def test_every_file_has_its_row_and_every_row_its_file() -> None:
    landed = {path.relative_to(LANDING).as_posix() for path in LANDING.rglob("*") if path.is_file()}
    assert landed == set(FILES)
    assert len(FILES) == len(rows("expected.csv"))


def test_the_truth_speaks_the_words_of_the_records() -> None:
    for row in FILES.values():
        assert row["disposition"] in DISPOSITIONS
        assert (row["disposition"] == "quarantined") == bool(row["reason"])
        assert not row["reason"] or row["reason"] in QUARANTINE_REASONS
    assert set(EDGES.values()) == set(REUSE_KINDS)
    for article, source in EDGES:
        assert article in LOADED
        assert source in LOADED
        assert FILES[article]["published_on"] >= FILES[source]["published_on"]


def test_stories_are_what_copies_and_reposts_tie() -> None:
    first = {path: path for path in LOADED}
    for article, source in sorted(EDGES, key=lambda edge: FILES[edge[0]]["published_on"]):
        if EDGES[article, source] in STORY_KINDS:
            first[article] = first[source]
    assert first == {path: FILES[path]["story_first_print"] for path in LOADED}


def test_the_bytes_that_came_twice_are_equal_and_no_others_are() -> None:
    seen: dict[bytes, str] = {}
    twice = set()
    for path in FILES:
        data = (LANDING / path).read_bytes()
        if data in seen:
            twice.add(path)
        seen.setdefault(data, path)
    assert twice == {path for path, row in FILES.items() if row["disposition"] == "duplicate"}


@pytest.mark.parametrize(("article", "source"), [edge for edge, kind in EDGES.items() if kind != "translation"])
def test_an_edge_shares_what_its_kind_says(article: str, source: str) -> None:
    kind = EDGES[article, source]
    a, b = grams(article), grams(source)
    shared = len(a & b)
    if kind in STORY_KINDS:
        assert shared / len(a | b) > 0.6
    elif kind == "excerpt":
        assert shared / min(len(a), len(b)) > 0.6
        assert shared / len(a | b) < 0.5
    else:
        assert longest_run(words(article), words(source)) >= 30
        assert shared / min(len(a), len(b)) < 0.3


def test_articles_without_a_common_source_share_hardly_a_phrase() -> None:
    """Two five-word phrases at most: the formula of an attribution. The rates are there to be the exception."""
    linked = {frozenset(edge) for edge in EDGES}
    reach = {path: {path} for path in LOADED}
    for _ in LOADED:
        for edge in linked:
            joined = set().union(*(reach[path] for path in edge))
            for path in edge:
                reach[path] = joined
    unlinked = {pair for pair in combinations(sorted(LOADED), 2) if pair[1] not in reach[pair[0]]}
    assert unlinked
    sharing = {pair for pair in unlinked if len(grams(pair[0]) & grams(pair[1])) > 2}
    assert sharing == {("kensai-info/2025-11-13/kursy.txt", "kensai-info/2025-11-14/kursy.txt")}


def test_rates_differ_in_their_numbers_alone() -> None:
    first, second = ([w for w in words(f"kensai-info/2025-11-{day}/kursy.txt") if w.isalpha()] for day in (13, 14))
    assert first == second


def test_the_readme_names_every_file_that_shows_something() -> None:
    told = (SAMPLE / "README.md").read_text(encoding="utf-8")
    missing = [path for path in FILES if path not in told and path.rsplit("/", 1)[1] not in told]
    assert not missing
