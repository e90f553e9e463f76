"""Many hashes at once: sorting the index, and finding hashes among others.

What belongs here: what makes use of the fact that hashes are spread evenly, and what sorted values are told apart by. What does
not: what the hashes stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import Int, compiled
from transforms.words import U64

_DIGIT: Final = 11  # bits of a pass of the sort: 2048 places to write to at a time stay in the nearest caches
ANY: Final = 0xFFFFFFFF  # the note of a pair that came several times
NOBODY: Final = 0xFFFFFFFF  # the owner of a pair that is left out
LOT: Final = 1 << 24  # pairs that are sorted at a time: bounds what the sort needs beside its result to 500 MB
_PASSES: Final = (
    3  # the 33 highest bits, after which of 100 million even hashes some 600,000 pairs are in a wrong order
)


class Pairs(NamedTuple):
    """Hashes, who owns each, and a note of each pair; parallel arrays."""

    values: U64
    owners: NDArray[np.uint32]
    notes: NDArray[np.uint32]


@compiled
def _sort(
    values: U64,
    owners: NDArray[np.uint32],
    notes: NDArray[np.uint32],
    spare_values: U64,
    spare_owners: NDArray[np.uint32],
    spare_notes: NDArray[np.uint32],
) -> Int:
    """Sorts by value, then owner; each pair is left once, at the beginning. How many. Quick where the owners are sorted."""
    size = len(values)
    counts = np.zeros((_PASSES, 1 << _DIGIT), dtype=np.int64)
    mask = np.uint64((1 << _DIGIT) - 1)
    for k in range(size):
        value = values[k] >> np.uint64(64 - _PASSES * _DIGIT)
        for turn in range(_PASSES):
            counts[turn, np.int64(value & mask)] += 1
            value >>= np.uint64(_DIGIT)
    for turn in range(_PASSES):
        total: Int = 0
        for place in range(1 << _DIGIT):
            total, counts[turn, place] = total + counts[turn, place], total
        shift = np.uint64(64 - (_PASSES - turn) * _DIGIT)
        from_values, to_values = (values, spare_values) if turn % 2 == 0 else (spare_values, values)
        from_owners, to_owners = (owners, spare_owners) if turn % 2 == 0 else (spare_owners, owners)
        from_notes, to_notes = (notes, spare_notes) if turn % 2 == 0 else (spare_notes, notes)
        for k in range(size):
            bucket = np.int64(from_values[k] >> shift & mask)
            to = counts[turn, bucket]
            counts[turn, bucket] = to + 1
            to_values[to] = from_values[k]
            to_owners[to] = from_owners[k]
            to_notes[to] = from_notes[k]
    kept: Int = 0
    for k in range(size):
        value, owner = spare_values[k], spare_owners[k]
        at = kept
        # Those of equal highest bits stand together, and are few.
        while at > 0 and (values[at - 1] > value or (values[at - 1] == value and owners[at - 1] > owner)):
            at -= 1
        if at > 0 and values[at - 1] == value and owners[at - 1] == owner:
            notes[at - 1] = ANY
            continue
        for back in range(kept, at, -1):
            values[back], owners[back], notes[back] = values[back - 1], owners[back - 1], notes[back - 1]
        values[at], owners[at], notes[at] = value, owner, spare_notes[k]
        kept += 1
    return kept


def sort_pairs(parts: Sequence[Pairs]) -> Pairs:
    """All pairs, each once, sorted by value, then owner; the note of a pair that came several times is ANY. Those that NOBODY
    owns are left out.

    Radix sort (Knuth, The Art of Computer Programming, vol. 3, section 5.2.5), in lots of equal highest bits.
    """
    size = sum(len(part.values) for part in parts)
    bits = (size // LOT).bit_length()
    shift = np.uint64(63 - bits)  # after a first shift by one: by 64 at once it is undefined
    sizes = np.zeros(1 << bits, dtype=np.int64)
    for part in parts:
        _count(part.values, shift, sizes)
    # Memory that was used before costs less than new one.
    room, spare = _pairs(int(sizes.max())), _pairs(int(sizes.max()))
    made = _pairs(size if bits else 0)
    at = 0
    for lot in range(1 << bits):
        filled: Int = 0
        for part in parts:
            filled = _take(*part, lot, shift, *room, filled)
        here = _cut(room, int(_sort(*_cut(room, int(filled)), *_cut(spare, int(filled)))))
        if not bits:
            return here
        end = at + len(here.values)
        made.values[at:end], made.owners[at:end], made.notes[at:end] = here
        at = end
    return _cut(made, at)


@compiled
def _count(values: U64, shift: np.uint64, sizes: NDArray[np.int64]) -> None:
    for value in values:
        sizes[np.int64(value >> np.uint64(1) >> shift)] += 1


@compiled
def _take(
    values: U64,
    owners: NDArray[np.uint32],
    notes: NDArray[np.uint32],
    lot: Int,
    shift: np.uint64,
    to_values: U64,
    to_owners: NDArray[np.uint32],
    to_notes: NDArray[np.uint32],
    filled: Int,
) -> Int:
    """Copies the pairs whose values begin with the bits of `lot` behind those that are `filled`."""
    for k in range(len(values)):
        if owners[k] != NOBODY and np.int64(values[k] >> np.uint64(1) >> shift) == lot:
            to_values[filled], to_owners[filled], to_notes[filled] = values[k], owners[k], notes[k]
            filled += 1
    return filled


def _pairs(size: int) -> Pairs:
    return Pairs(np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.uint32), np.empty(size, dtype=np.uint32))


def _cut(pairs: Pairs, size: int) -> Pairs:
    return Pairs(pairs.values[:size], pairs.owners[:size], pairs.notes[:size])


@compiled
def _are_in(values: U64, ordered: U64, starts: NDArray[np.int64], shift: np.uint64, found: NDArray[np.bool_]) -> None:
    for k in range(len(values)):
        bucket = np.int64(values[k] >> shift)
        for at in range(starts[bucket], starts[bucket + 1]):
            found[k] |= ordered[at] == values[k]


@compiled
def _starts(ordered: U64, shift: np.uint64, starts: NDArray[np.int64]) -> None:
    bucket = 0
    for at in range(len(ordered)):
        here = np.int64(ordered[at] >> shift)
        while bucket <= here:
            starts[bucket] = at
            bucket += 1
    while bucket < len(starts):
        starts[bucket] = len(ordered)
        bucket += 1


@compiled
def _sorted_in(values: U64, ordered: U64, found: NDArray[np.bool_]) -> None:
    at = 0
    for k in range(len(values)):
        while at < len(ordered) and ordered[at] < values[k]:
            at += 1
        found[k] = at < len(ordered) and ordered[at] == values[k]


# numpy's own set functions go through a hash table, which is ten times as slow as sorting on what comes in here.


def unique(*parts: NDArray[Any]) -> NDArray[Any]:
    """The different values of arrays, sorted."""
    parts = tuple(part for part in parts if len(part)) or parts[:1]
    values = parts[0]
    if len(parts) > 1 or not (values[1:] >= values[:-1]).all():
        values = np.sort(np.concatenate(parts))
    new = np.ones(len(values), dtype=np.bool_)
    new[1:] = values[1:] != values[:-1]
    return values[new]


def grouped(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each different value of sorted ones begins, and how often it stands there."""
    begins = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else np.zeros(0, dtype=np.int64)
    return begins, np.diff(np.append(begins, len(values)))


def places_in(values: NDArray[np.int64], ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each of the `values` in `ordered`, numbers sorted and unique, among which all of them are."""
    if not len(values) or ordered[-1] - ordered[0] > 8 * len(values):
        return np.searchsorted(ordered, values)
    # Where the numbers lie close together a table of all takes less than to look for each.
    table = np.empty(ordered[-1] - ordered[0] + 1, dtype=np.int64)
    table[ordered - ordered[0]] = np.arange(len(ordered))
    return np.asarray(table[values - ordered[0]])


def sorted_in(values: U64, ordered: U64) -> NDArray[np.bool_]:
    """Which of the `values`, which are sorted, are in `ordered`, hashes sorted and unique: one pass over both."""
    found = np.zeros(len(values), dtype=np.bool_)
    _sorted_in(values, ordered, found)
    return found


def are_in(values: U64, ordered: U64) -> NDArray[np.bool_]:
    """Which of the `values` are in `ordered`, hashes sorted and unique."""
    found = np.zeros(len(values), dtype=np.bool_)
    if not len(values) or not len(ordered):
        return found
    if 16 * len(values) < len(ordered):
        # A table of all would cost more than to look for the few.
        return np.asarray(ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values)
    bits = len(ordered).bit_length()
    shift = np.uint64(64 - bits)
    starts = np.empty((1 << bits) + 1, dtype=np.int64)
    _starts(ordered, shift, starts)
    _are_in(values, ordered, starts, shift, found)
    return found
