"""Many hashes at once: sorting the index, and finding hashes among others.

What belongs here: what makes use of the fact that hashes are spread evenly. What does not: what the hashes stand for.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import Int, compiled
from transforms.words import U64

_DIGIT: Final = 11  # bits of a pass of the sort: 2048 places to write to at a time stay in the nearest caches
LOT: Final = 1 << 24  # pairs that are sorted at a time: bounds what the sort needs beside its result to 400 MB
_PASSES: Final = (
    3  # the 33 highest bits, after which of 100 million even hashes some 600,000 pairs are in a wrong order
)


@compiled
def _sort(values: U64, owners: NDArray[np.uint32], spare_values: U64, spare_owners: NDArray[np.uint32]) -> Int:
    """Sorts by value, then owner, what is sorted by owner; each pair is left once, at the beginning. How many."""
    size = len(values)
    counts = np.zeros((_PASSES, 1 << _DIGIT), dtype=np.int64)
    mask = np.uint64((1 << _DIGIT) - 1)
    for k in range(size):
        value = values[k] >> np.uint64(64 - _PASSES * _DIGIT)
        for turn in range(_PASSES):
            counts[turn, np.int64(value & mask)] += 1
            value >>= np.uint64(_DIGIT)
    for turn in range(_PASSES):
        total = 0
        for place in range(1 << _DIGIT):
            total, counts[turn, place] = total + counts[turn, place], total
        shift = np.uint64(64 - (_PASSES - turn) * _DIGIT)
        from_values, to_values = (values, spare_values) if turn % 2 == 0 else (spare_values, values)
        from_owners, to_owners = (owners, spare_owners) if turn % 2 == 0 else (spare_owners, owners)
        for k in range(size):
            place = np.int64(from_values[k] >> shift & mask)
            at = counts[turn, place]
            counts[turn, place] = at + 1
            to_values[at] = from_values[k]
            to_owners[at] = from_owners[k]
    kept = 0
    for k in range(size):
        value, owner = spare_values[k], spare_owners[k]
        at = kept
        # Those of equal highest bits stand together: few, and sorted by owner.
        while at > 0 and values[at - 1] > value:
            at -= 1
        if at > 0 and values[at - 1] == value and owners[at - 1] == owner:
            continue
        for back in range(kept, at, -1):
            values[back], owners[back] = values[back - 1], owners[back - 1]
        values[at], owners[at] = value, owner
        kept += 1
    return kept


def sort_pairs(values: U64, owners: NDArray[np.uint32]) -> tuple[U64, NDArray[np.uint32]]:
    """Pairs (hash, owner), each once, sorted by both; `owners` are sorted. Radix sort (Knuth, vol. 3, section 5.2.5)."""
    made, made_owners = np.empty_like(values), np.empty_like(owners)
    lots = 1 << max(0, len(values) // LOT).bit_length()
    shift = np.uint64(64 - lots.bit_length() + 1)
    at = 0
    for lot in range(lots):
        these = values >> shift == lot if lots > 1 else slice(None)
        part, part_owners = values[these].copy(), owners[these].copy()
        count = _sort(part, part_owners, np.empty_like(part), np.empty_like(part_owners))
        made[at : at + count], made_owners[at : at + count] = part[:count], part_owners[:count]
        at += count
    return made[:at], made_owners[:at]


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


def are_in(values: U64, ordered: U64) -> NDArray[np.bool_]:
    """Which of the `values` are in `ordered`, hashes sorted and unique."""
    bits = max(1, len(ordered).bit_length())
    shift = np.uint64(64 - bits)
    starts = np.empty((1 << bits) + 1, dtype=np.int64)
    _starts(ordered, shift, starts)
    found = np.zeros(len(values), dtype=np.bool_)
    _are_in(values, ordered, starts, shift, found)
    return found
