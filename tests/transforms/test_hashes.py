"""Sorting and finding hashes, held against Python's own."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import hashes
from transforms.hashes import (
    ANY,
    NOBODY,
    Pairs,
    Rows,
    are_among,
    are_in,
    keep_repeated,
    pick,
    pick_groups,
    places_in,
    sort_pairs,
    sorted_in,
    unique,
)

# Few different ones, some of them equal in their highest bits, so that ties and what the radix sort leaves over are met.
VALUES = st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**63, 2**63 + 1, 2**63 + 2**30, 2**64 - 1, 2**64 - 2])
ROWS = st.lists(st.tuples(VALUES, st.integers(0, 5)), max_size=60)

untimed = settings(deadline=None)  # the first call compiles


def rows_of(pairs: list[tuple[int, int]]) -> Rows:
    """Rows of those that stand beside each other and have one owner; a hash notes its place."""
    values, owners = [value for value, _ in pairs], [owner for _, owner in pairs]
    begins = [k for k in range(len(pairs)) if not k or owners[k] != owners[k - 1]]
    return Rows(
        np.array(values, dtype=np.uint64),
        np.array([*begins, len(pairs)], dtype=np.int64),
        np.array([owners[k] for k in begins], dtype=np.uint32),
        np.arange(len(pairs), dtype=np.uint32),
    )


@untimed
@pytest.mark.parametrize("lot", [1 << 24, 4])
@given(ROWS, ROWS)
def test_pairs_are_sorted_and_those_that_come_again_are_noted(
    lot: int, one: list[tuple[int, int]], two: list[tuple[int, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hashes, "LOT", lot)
        made = sort_pairs([rows_of(one), rows_of(two)])
    every = one + two
    assert list(zip(made.values.tolist(), made.owners.tolist(), strict=True)) == sorted(set(every))
    notes = [*range(len(one)), *range(len(two))]
    for row, note in zip(sorted(set(every)), made.notes.tolist(), strict=True):
        assert note == (notes[every.index(row)] if every.count(row) == 1 else ANY)


@pytest.mark.parametrize("count", [3, 100])
def test_many_owners_of_a_hash_are_sorted_in_whatever_order_they_come(count: int) -> None:
    pairs = [(2**63, owner) for owner in (*range(count, 0, -1), 1, *range(2, count, 2))] + [(5, 1), (2**63, 0)]
    made = sort_pairs([rows_of(pairs)])
    assert list(zip(made.values.tolist(), made.owners.tolist(), strict=True)) == sorted(set(pairs))
    for row, note in zip(sorted(set(pairs)), made.notes.tolist(), strict=True):
        assert note == (pairs.index(row) if pairs.count(row) == 1 else ANY)


@untimed
@given(st.lists(VALUES, max_size=40), st.integers(1, 5), st.randoms(use_true_random=False))
def test_values_that_stand_too_seldom_are_left_out(values: list[int], least: int, random: Random) -> None:
    ordered = np.array(sorted(values), dtype=np.uint64)
    found = np.array([random.random() < 0.8 for _ in values], dtype=np.bool_)
    expected = [
        here and values.count(value) >= least for here, value in zip(found.tolist(), sorted(values), strict=True)
    ]
    keep_repeated(ordered, least, found)
    assert found.tolist() == expected


@pytest.mark.parametrize("lot", [1 << 24, 2])
def test_pairs_of_nobody_are_left_out(lot: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "LOT", lot)
    made = sort_pairs([rows_of([(2**63, 1), (5, NOBODY), (1, 0)]), rows_of([(0, NOBODY)])])
    assert (made.values.tolist(), made.owners.tolist()) == ([1, 2**63], [0, 1])


@untimed
@given(st.lists(VALUES, max_size=80), st.sets(VALUES))
def test_hashes_are_found_among_others(values: list[int], some: set[int]) -> None:
    found = are_in(np.array(values, dtype=np.uint64), np.array(sorted(some), dtype=np.uint64))
    assert found.tolist() == [value in some for value in values]


def test_few_hashes_are_found_among_many() -> None:
    rng = np.random.default_rng(1)
    many = np.unique(rng.integers(0, 2**64, 5000, dtype=np.uint64))
    few = np.concatenate([many[::100], rng.integers(0, 2**64, 50, dtype=np.uint64)])
    for values, ordered in ((few, many), (many, np.sort(few))):
        assert np.array_equal(are_in(values, ordered), np.isin(values, ordered))


@untimed
@given(st.lists(VALUES, max_size=80), st.sets(VALUES))
def test_sorted_hashes_are_found_among_others(values: list[int], some: set[int]) -> None:
    found = sorted_in(np.array(sorted(values), dtype=np.uint64), np.array(sorted(some), dtype=np.uint64))
    assert found.tolist() == [value in some for value in sorted(values)]


@given(st.sets(st.sampled_from([-3, 0, 1, 2, 5, 10**12]), min_size=1), st.data())
def test_numbers_have_their_places_whether_they_lie_close_or_not(ordered: set[int], data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from(sorted(ordered)), max_size=50))
    places = places_in(np.array(values, dtype=np.int64), np.array(sorted(ordered), dtype=np.int64))
    assert places.tolist() == [sorted(ordered).index(value) for value in values]


NUMBERS = st.lists(st.one_of(st.integers(0, 20), st.sampled_from([10**12, 2**31])), max_size=30)


@untimed
@given(NUMBERS, NUMBERS, st.booleans())
def test_different_numbers_are_found_whether_they_lie_close_or_not(one: list[int], two: list[int], rise: bool) -> None:
    parts = [np.array(sorted(part) if rise else part, dtype=np.int64) for part in (one, two)]
    for given_parts in (parts, parts[:1], [part.astype(np.uint64) + np.uint64(2**63) for part in parts]):
        made = unique(*given_parts)
        assert made.dtype == given_parts[0].dtype
        assert np.array_equal(made, np.unique(np.concatenate(given_parts)))


def test_different_numbers_of_two_types_have_the_wider_one() -> None:
    made = unique(np.array([3, 1, 3], dtype=np.uint32), np.array([-2, 1], dtype=np.int64))
    assert (made.dtype, made.tolist()) == (np.int64, [-2, 1, 3])


@untimed
@given(st.dictionaries(VALUES, st.tuples(st.lists(st.integers(0, 99), min_size=1, max_size=4), st.booleans())))
def test_what_is_here_is_grouped_by_value(held: dict[int, tuple[list[int], bool]]) -> None:
    rows = [(value, owner, held[value][1]) for value in sorted(held) for owner in held[value][0]]
    values = np.array([value for value, _, _ in rows], dtype=np.uint64)
    owners = np.array([owner for _, owner, _ in rows], dtype=np.uint32)
    made = pick_groups(
        Pairs(values, owners, owners + np.uint32(100)), np.array([so for *_, so in rows], dtype=np.bool_)
    )
    wanted = {value: told for value, (told, so) in sorted(held.items()) if so}
    assert made.values.tolist() == list(wanted)
    assert [made.owners[a:b].tolist() for a, b in itertools.pairwise(made.bounds.tolist())] == list(wanted.values())
    assert (made.bounds[0], made.bounds[-1]) == (0, len(made.owners))
    assert (made.notes == made.owners + np.uint32(100)).all()


@untimed
@given(st.lists(st.tuples(VALUES, st.booleans())))
def test_what_is_here_is_picked(values: list[tuple[int, bool]]) -> None:
    all_of_them, here = (
        np.array([v for v, _ in values], dtype=np.uint64),
        np.array([h for _, h in values], dtype=np.bool_),
    )
    assert pick(all_of_them, here).tolist() == [value for value, so in values if so]


@untimed
@given(st.lists(st.one_of(VALUES, st.integers(0, 40))), st.sets(st.one_of(VALUES, st.integers(0, 40))))
def test_values_are_among_others(values: list[int], some: set[int]) -> None:
    # Close together and far apart, and beyond what a signed number holds.
    for kept in (some, {value for value in some if value < 41}):
        found = are_among(np.array(values, dtype=np.uint64), np.array(sorted(kept), dtype=np.uint64))
        assert found.tolist() == [value in kept for value in values]
