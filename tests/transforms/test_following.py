"""Which story follows which, and what names both."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.following import MANY, leaders, names

PULLING = pl.Schema({"number": pl.Int64(), "story": pl.Int64(), "pulls": pl.Int64(), "surely": pl.Boolean()})
STORIES = pl.Schema({"number": pl.Int64(), "story": pl.Int64(), "close": pl.Boolean()})


def follows(
    pulling: list[tuple[int, int, int]], stories: list[tuple[int, int, bool]], *, surely: bool = True
) -> list[tuple[int, int]]:
    rows = [(*row, surely) for row in pulling]
    found = leaders(
        pl.DataFrame(rows, schema=PULLING, orient="row"), pl.DataFrame(stories, schema=STORIES, orient="row")
    )
    return sorted(found.rows())


def test_nothing_follows_where_nothing_pulls() -> None:
    none = leaders(PULLING.to_frame(), STORIES.to_frame())
    assert none.is_empty()
    named = names(none, pl.DataFrame(schema={"number": pl.Int64}))
    assert named.schema == {"story": pl.Int64, "name": pl.Int64}
    assert named.is_empty()


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ([], [(1, 5)]),
        ([(2, 1, True)], [(1, 5)]),
        # As many reposts of its own; those that are no repost of its first print do not count.
        ([(2, 1, True), (3, 1, True)], []),
        ([(2, 1, True), (3, 1, False)], [(1, 5)]),
    ],
)
def test_a_story_follows_more_reposts_than_it_has(
    own: list[tuple[int, int, bool]], told: list[tuple[int, int]]
) -> None:
    assert follows([(7, 5, 1), (8, 5, 1)], [(1, 1, True), *own]) == told


def test_a_story_follows_the_one_that_pulls_most_and_neither_of_two() -> None:
    assert follows([(7, 5, 1), (8, 5, 1), (9, 6, 1)], [(1, 1, True)]) == [(1, 5)]
    assert follows([(7, 5, 1), (9, 6, 1)], [(1, 1, True)]) == []


def test_what_is_not_sure_is_told_by_many() -> None:
    pulling = [(10 + at, 5, 1) for at in range(MANY)]
    assert follows(pulling, [(1, 1, True)], surely=False) == [(1, 5)]
    assert follows(pulling[1:], [(1, 1, True)], surely=False) == []
    assert follows(pulling[1:], [(1, 1, True)]) == [(1, 5)]
    own = [(2 + at, 1, True) for at in range(MANY)]
    assert follows(pulling, [(1, 1, True), *own], surely=False) == []


def test_what_follows_is_followed_by_none() -> None:
    assert follows([(7, 5, 1), (8, 6, 5)], [(1, 1, True), (5, 5, True)]) == [(5, 6)]
    assert follows([(7, 5, 1), (8, 1, 5)], [(1, 1, True), (5, 5, True)]) == []


def test_the_earliest_first_print_names_all() -> None:
    told = pl.DataFrame({"story": [1, 2, 3], "leader": [9, 9, 8]})
    ordered = pl.DataFrame({"number": [8, 2, 9, 1, 3]})
    assert sorted(names(told, ordered).rows()) == [(1, 2), (2, 2), (3, 8), (8, 8), (9, 2)]


@given(
    st.lists(st.tuples(st.integers(10, 20), st.integers(0, 3), st.integers(4, 7)), unique_by=lambda row: row[0]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(pulling: list[tuple[int, int, int]], rng: object) -> None:
    stories = [(number, number, True) for number in range(8)] + [(30, 4, True), (31, 5, True), (32, 5, True)]
    once = follows(pulling, stories)
    rng.shuffle(pulling)  # type: ignore[attr-defined]
    rng.shuffle(stories)  # type: ignore[attr-defined]
    assert follows(pulling, stories) == once
    assert len({story for story, _ in once}) == len(once)
