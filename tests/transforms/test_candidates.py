"""Which pairs are compared: held against the rule spelled out in Python."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from transforms import candidates
from transforms.bits import BITS
from transforms.candidates import FIRST, ITEM_LENGTH, NEAREST, SHORT, Candidates, Chosen, choose, lots, neighbours, some
from transforms.fingerprint import may_share
from transforms.hashes import ANY, Pairs
from transforms.kinds import QUOTE_WORDS
from transforms.sheets import read
from transforms.words import cut

untimed = settings(deadline=None)  # the first call compiles


def shared_run(one: list[int], two: list[int]) -> int:
    """Words of the longest run that both have."""
    best = 0
    row = [0] * (len(two) + 1)
    for word in one:
        row = [0] + [row[at] + 1 if other == word else 0 for at, other in enumerate(two)]
        best = max(best, *row)
    return best


@untimed
@given(
    st.lists(st.sampled_from("абвг"), min_size=1, max_size=60),
    st.lists(st.sampled_from("абвг"), min_size=1, max_size=60),
)
def test_contexts_never_deny_a_quote(one: list[str], two: list[str]) -> None:
    texts = [" ".join(one), " ".join(two)]
    made, _, _ = read(np.arange(len(texts)), pl.Series(texts), keep=False)
    words = [cut(text).hashes.tolist() for text in texts]
    notes: list[dict[int, int]] = []
    for text in range(2):
        here = slice(*made.bounds[text : text + 2])
        values, contexts = made.prints[here].tolist(), made.contexts[here].tolist()
        notes.append({v: ANY if values.count(v) > 1 else c for v, c in zip(values, contexts, strict=True)})
    common = set(notes[0]) & set(notes[1])
    if len(common) == 1 and shared_run(*words) >= QUOTE_WORDS:
        (value,) = common
        assert may_share(notes[0][value], notes[1][value])


def test_contexts_tell_a_stock_phrase_from_a_quote() -> None:
    stock = "как сообщили вчера корреспонденту нашей газеты в пресс-службе"
    texts = [
        " ".join(f"{n}{k}а" for k in range(9)) + f" {stock} " + " ".join(f"{n}{k}б" for k in range(9))
        for n in range(60)
    ]
    made, _, _ = read(np.arange(len(texts)), pl.Series(texts), keep=False)
    held = [
        dict(zip(made.prints[a:b].tolist(), made.contexts[a:b].tolist(), strict=True))
        for a, b in zip(made.bounds, made.bounds[1:], strict=False)
    ]
    pairs = [(one, two, value) for one in held for two in held if one is not two for value in set(one) & set(two)]
    assert len(pairs) > 100
    # The nine words of the phrase and three more by chance: four ways, each with one chance in 64.
    assert sum(may_share(one[value], two[value]) for one, two, value in pairs) < len(pairs) / 5
    assert all(may_share(one[value], ANY) for one, _, value in pairs)


def spelled_out(
    held: dict[int, set[int]], notes: dict[tuple[int, int], int], wanted: list[bool], days: list[int], sizes: list[int]
) -> set[tuple[int, int, bool]]:
    """(earlier, later, whether as an item)."""
    made = set()
    for text in range(len(wanted)):
        if not wanted[text]:
            continue
        for item in (False, True):
            others = {
                other: [f for f in held if {text, other} <= held[f]]
                for other in range(len(wanted))
                if (
                    other < text
                    if not item
                    else other > text and days[other] == days[text] and sizes[other] <= ITEM_LENGTH * sizes[text]
                )
            }
            others = {other: common for other, common in others.items() if common}
            for other in list(others):
                if len(others[other]) == 1 and min(sizes[text], sizes[other]) > SHORT:
                    (f,) = others[other]
                    if not may_share(notes[f, text], notes[f, other]):
                        del others[other]
            for f in held:
                here = sorted(other for other in others if f in others[other])
                near = sorted(here, key=lambda other: (-len(others[other]), other))[:NEAREST]
                for other in {*near, *(here[:FIRST] if not item else [])}:
                    made.add((min(text, other), max(text, other), item))
    return made


@st.composite
def indexes(
    draw: st.DrawFn,
) -> tuple[dict[int, set[int]], dict[tuple[int, int], int], list[bool], list[int], list[int]]:
    count = draw(st.integers(2, 14))
    days = sorted(draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    sizes = draw(st.lists(st.sampled_from([20, 50, 100, 110]), min_size=count, max_size=count))
    wanted = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    held = {10 * f + 7: draw(st.sets(st.integers(0, count - 1), min_size=2)) for f in range(draw(st.integers(1, 6)))}
    note = st.sampled_from([ANY, 0, 2**28 - 1])
    return held, {(f, text): draw(note) for f in held for text in held[f]}, wanted, days, sizes


def by_fingerprint(
    postings: list[tuple[int, int]],
) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]:
    """The fingerprints of (fingerprint, text), sorted by the first; where the texts of each begin and end; the texts."""
    prints, counts = np.unique(np.array([f for f, _ in postings], dtype=np.uint64), return_counts=True)
    bounds = np.append(0, np.cumsum(counts)).astype(np.uint32)
    return prints, bounds, np.array([text for _, text in postings], dtype=np.uint32)


def assert_chosen(found: Chosen, wanted: set[tuple[int, int, bool]]) -> None:
    """Holds what was found against (earlier, later, whether as an item), each once, in the order of the texts compared for."""
    told = [
        (min(text, other), max(text, other), text < other)
        for text, other in zip(found.texts.tolist(), found.others.tolist(), strict=True)
    ]
    assert sorted(told) == sorted(wanted)
    assert found.texts.tolist() == sorted(found.texts.tolist())


@untimed
@given(indexes(), st.randoms(use_true_random=False))
def test_the_nearest_and_the_first_are_chosen(
    index: tuple[dict[int, set[int]], dict[tuple[int, int], int], list[bool], list[int], list[int]], rng: object
) -> None:
    held, notes, wanted, days, sizes = index
    postings = [(f, text) for f in sorted(held) for text in held[f]]
    rng.shuffle(postings)  # type: ignore[attr-defined]
    postings.sort(key=lambda posting: posting[0])
    found = choose(
        *by_fingerprint(postings),
        np.array([notes[posting] for posting in postings], dtype=np.uint32),
        np.array(wanted),
        np.array(days),
        np.array(sizes),
    )
    for text, other, alone in zip(*(column.tolist() for column in found), strict=True):
        common = [f for f in held if {text, other} <= held[f]]
        assert alone == (common[0] if len(common) == 1 else 0)
    assert_chosen(found, spelled_out(held, notes, wanted, days, sizes))
    # Of some of them as if the others had not been asked for.
    fewer = [so and text % 2 == 0 for text, so in enumerate(wanted)]
    assert_chosen(some(found, np.array(fewer)), spelled_out(held, notes, fewer, days, sizes))


def test_texts_of_many_fingerprints_and_families_of_many_texts() -> None:
    rng = np.random.default_rng(7)
    count = 60
    days, sizes = np.arange(count) // 20, rng.choice([20, 100, 150], count)
    # Many fingerprints with the same holders, many with others, and more of each text than are looked at together.
    lists = [set(np.flatnonzero(rng.random(count) < share).tolist()) for share in [0.05] * 60 + [0.3] * 60 + [0.9] * 30]
    held = {10 * f + 7: holders for f, holders in enumerate(lists * 2 + lists[:70]) if len(holders) > 1}
    assert min(sum(text in holders for holders in held.values()) for text in range(count)) > BITS
    notes = {(f, text): int(rng.choice([ANY, 0, 2**28 - 1])) for f in held for text in held[f]}
    postings = [(f, text) for f in held for text in rng.permutation(sorted(held[f])).tolist()]
    found = choose(
        *by_fingerprint(postings),
        np.array([notes[posting] for posting in postings], dtype=np.uint32),
        np.ones(count, dtype=np.bool_),
        days,
        sizes,
    )
    assert_chosen(found, spelled_out(held, notes, [True] * count, days.tolist(), sizes.tolist()))


@untimed
@pytest.mark.parametrize("words", [1, 150, 10**9])
@given(index=indexes())
def test_lots_hold_every_pair_of_a_text_once(
    words: int, index: tuple[dict[int, set[int]], dict[tuple[int, int], int], list[bool], list[int], list[int]]
) -> None:
    held, _, wanted, days, sizes = index
    postings = [(f, text) for f in sorted(held) for text in sorted(held[f])]
    found = choose(
        *by_fingerprint(postings),
        np.full(len(postings), ANY, dtype=np.uint32),
        np.array(wanted),
        np.array(days),
        np.array(sizes),
    )

    def told(lot: Candidates) -> list[tuple[int, int, int, bool]]:
        """(the text that the pair is compared for, the other one, the fingerprint they share alone, whether as an item)."""
        rows = list(zip(*(column.tolist() for column in lot), strict=True))
        assert [row[:2] for row in rows] == sorted({row[:2] for row in rows})
        return sorted(
            (*((earlier, later) if as_item else (later, earlier)), alone, as_item)
            for earlier, later, alone, source, item in rows
            for as_item, so in ((False, source), (True, item))
            if so
        )

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(candidates, "WORDS", words)
        parts = [told(lot) for lot in lots(found, np.array(sizes))]
    rows = zip(*(column.tolist() for column in found), strict=True)
    every = sorted((text, other, alone, text < other) for text, other, alone in rows)
    assert sorted(row for part in parts for row in part) == every
    # All pairs of a text are in one lot, and in no earlier one than those of the texts before it that it is compared with.
    lot_of = {row[0]: at for at, part in enumerate(parts) for row in part}
    assert all(lot_of[row[0]] == at for at, part in enumerate(parts) for row in part)
    assert all(lot_of.get(other, -1) <= lot_of[text] for text, other, _, as_item in every if not as_item)
    # As many lots as texts, if each is too long for one.
    assert len(parts) == len({row[0] for row in every}) or words > 1


def test_texts_that_are_compared_with_one_another_are_in_one_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ten families, whose texts come by turns.
    texts = np.arange(10, 1000, dtype=np.uint32)
    found = Chosen(texts, texts - np.uint32(10), np.zeros(len(texts), dtype=np.uint64))
    monkeypatch.setattr(candidates, "WORDS", 99)
    made = list(lots(found, np.ones(1000, dtype=np.int64)))
    assert [set((lot.later % 10).tolist()) for lot in made] == [{family} for family in range(10)]


@untimed
@given(indexes(), st.booleans(), st.data())
def test_every_text_that_a_changed_one_may_be_compared_with_is_looked_at_again(
    index: tuple[dict[int, set[int]], dict[tuple[int, int], int], list[bool], list[int], list[int]],
    same_day: bool,
    data: st.DataObject,
) -> None:
    held, notes, _, days, sizes = index
    changed = data.draw(st.sets(st.integers(0, len(days) - 1)))

    def of(texts: set[int], *, by_text: bool) -> Pairs:
        rows = sorted((text if by_text else f, f, text) for f in held for text in held[f] & texts)
        return Pairs(
            np.array([f for _, f, _ in rows], dtype=np.uint64),
            np.array([text for *_, text in rows], dtype=np.uint32),
            np.array([notes[f, text] for _, f, text in rows], dtype=np.uint32),
        )

    rest = set(range(len(days))) - changed
    found = neighbours(
        of(changed, by_text=False), of(rest, by_text=True), np.array(days), np.array(sizes), same_day=same_day
    )
    told = set()
    for text in rest:
        for other in changed:
            common = [f for f in held if {text, other} <= held[f]]
            phrase = (
                len(common) == 1
                and min(sizes[text], sizes[other]) > SHORT
                and not may_share(notes[common[0], text], notes[common[0], other])
            )
            near = other < text or (same_day and days[other] == days[text])
            if common and near and not phrase:
                told.add(text)
    assert set(found.tolist()) == told
