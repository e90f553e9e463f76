"""Many hashes at once: sorting the index, and finding hashes among others.

What belongs here: what makes use of the fact that hashes are spread evenly, and what sorted values are told apart by. What does
not: what the hashes stand for.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import Int, allocating, compiled
from transforms.memory import bare, fetch
from transforms.words import U64

Numbers = NDArray[np.int64]

_DIGIT: Final = 11  # bits of a pass of the sort: 2048 places to write to at a time stay in the nearest caches
ANY: Final = 0xFFFFFFFF  # the note of a pair that came several times
NOBODY: Final = 0xFFFFFFFF  # the owner of a row that is left out
LOT: Final = (
    1 << 14
)  # pairs that are sorted at a time, at most: 512 kB with what the sort needs beside them, which stay in a near cache
FEW: Final = 16  # owners that are put in order by insertion: most fingerprints are held by two or three texts
LITTLE: Final = 1 << 24  # pairs: 256 MB
CLOSE: Final = 32  # numbers lie close together where so many times as many would fill their range
SPARSE: Final = 3  # a hash is looked up in so many more bits than tell the others apart: it seldom meets one of them
_MOST_BITS: Final = 10  # of lots that are written to at a time


class Rows(NamedTuple):
    """Hashes of rows, those of row i in [bounds[i], bounds[i + 1]), who owns each row, and a note of each hash."""

    values: U64
    bounds: Numbers
    owners: NDArray[np.uint32]
    notes: NDArray[np.uint32]


class Pairs(NamedTuple):
    """Hashes, who owns each, and a note of each pair; parallel arrays."""

    values: U64
    owners: NDArray[np.uint32]
    notes: NDArray[np.uint32]


@compiled
def _count(values: U64, bounds: Numbers, owners: NDArray[np.uint32], shift: np.uint64, sizes: Numbers) -> None:
    for row in range(len(owners)):
        if owners[row] != NOBODY:
            for k in range(bounds[row], bounds[row + 1]):
                sizes[np.int64(values[k] >> np.uint64(1) >> shift)] += 1


@compiled
def _deal(
    values: U64,
    bounds: Numbers,
    owners: NDArray[np.uint32],
    notes: NDArray[np.uint32],
    shift: np.uint64,
    places: Numbers,
    to_values: U64,
    to_owners: NDArray[np.uint32],
    to_notes: NDArray[np.uint32],
) -> None:
    """Writes each pair behind those of its lot; `places` says where."""
    for row in range(len(owners)):
        if owners[row] == NOBODY:
            continue
        mine, theirs = values[bounds[row] : bounds[row + 1]], notes[bounds[row] : bounds[row + 1]]
        for k in range(len(mine)):
            lot = mine[k] >> np.uint64(1) >> shift
            # A place without a sign is not looked at whether it counts from the end.
            to = np.uint64(places[lot])
            places[lot] += 1
            to_values[to] = mine[k]
            to_owners[to] = owners[row]
            to_notes[to] = theirs[k]


@compiled
def _pass(
    values: U64,
    owners: NDArray[np.uint32],
    notes: NDArray[np.uint32],
    shift: np.uint64,
    counts: Numbers,
    to_values: U64,
    to_owners: NDArray[np.uint32],
    to_notes: NDArray[np.uint32],
) -> None:
    """Puts pairs in the order of the _DIGIT bits of their values that `shift` leaves at the end."""
    mask = np.uint64((1 << _DIGIT) - 1)
    counts[:] = 0
    for value in values:
        counts[value >> shift & mask] += 1
    total: Int = 0
    for place in range(1 << _DIGIT):
        total, counts[place] = total + counts[place], total
    for k in range(len(values)):
        bucket = values[k] >> shift & mask
        to = np.uint64(counts[bucket])
        counts[bucket] += 1
        to_values[to], to_owners[to], to_notes[to] = values[k], owners[k], notes[k]


@allocating
def by_owner(owners: NDArray[np.uint32], notes: NDArray[np.uint32], begin: Int, end: Int) -> None:
    """Puts owners[begin:end] in order, and their notes with them."""
    if end - begin > FEW:
        both = np.empty(end - begin, dtype=np.uint64)
        for k in range(len(both)):
            both[k] = np.uint64(owners[begin + k]) << np.uint64(32) | np.uint64(notes[begin + k])
        both.sort()
        for k in range(len(both)):
            owners[begin + k], notes[begin + k] = both[k] >> np.uint64(32), both[k] & np.uint64(ANY)
        return
    for at in range(begin, end):
        owner, note = owners[at], notes[at]
        back = at
        while back > begin and owners[back - 1] > owner:
            owners[back], notes[back] = owners[back - 1], notes[back - 1]
            back -= 1
        owners[back], notes[back] = owner, note


@compiled
def _tidy(values: U64, owners: NDArray[np.uint32], notes: NDArray[np.uint32], size: Int) -> Int:
    """Puts the owners of each of the first `size` values, which are sorted, in order; each pair is left once. How many."""
    kept: Int = 0
    begin = 0
    for k in range(1, size + 1):
        if k < size and values[k] == values[begin]:
            continue
        by_owner(owners, notes, begin, k)
        first = kept
        for at in range(begin, k):
            if kept > first and owners[kept - 1] == owners[at]:
                notes[kept - 1] = ANY
                continue
            values[kept], owners[kept], notes[kept] = values[at], owners[at], notes[at]
            kept += 1
        begin = k
    return kept


@compiled
def _sort(
    values: U64,
    owners: NDArray[np.uint32],
    notes: NDArray[np.uint32],
    bits: Int,
    spare_values: U64,
    spare_owners: NDArray[np.uint32],
    spare_notes: NDArray[np.uint32],
    counts: Numbers,
) -> Int:
    """Sorts a lot, whose highest `bits` are equal, by value, then owner; each pair is left once, at the beginning. How many.
    Quickest where the owners are sorted."""
    size = len(values)
    spare_values, spare_owners, spare_notes = spare_values[:size], spare_owners[:size], spare_notes[:size]
    low, high = np.uint64(64 - 2 * _DIGIT - bits), np.uint64(64 - _DIGIT - bits)
    _pass(values, owners, notes, low, counts, spare_values, spare_owners, spare_notes)
    _pass(spare_values, spare_owners, spare_notes, high, counts, values, owners, notes)
    kept: Int = 0
    in_order = True
    for k in range(size):
        value, owner, note = values[k], owners[k], notes[k]
        at = kept
        # Those of equal highest bits stand together, and are few; and few owners are not sorted, but of some values there are many.
        while at > 0 and (values[at - 1] > value or (values[at - 1] == value and owners[at - 1] > owner)):
            if kept - at >= FEW and values[at - 1] == value:
                in_order = False
                break
            at -= 1
        if at > 0 and values[at - 1] == value and owners[at - 1] == owner:
            notes[at - 1] = ANY
            continue
        for back in range(kept, at, -1):
            values[back], owners[back], notes[back] = values[back - 1], owners[back - 1], notes[back - 1]
        values[at], owners[at], notes[at] = value, owner, note
        kept += 1
    return kept if in_order else _tidy(values, owners, notes, kept)


@allocating
def _sort_lots(
    values: U64, owners: NDArray[np.uint32], notes: NDArray[np.uint32], ends: Numbers, bits: Int, most: Int
) -> Int:
    """Sorts each lot and puts it behind the one before it; how many pairs are left."""
    spare_values = np.empty(most, dtype=np.uint64)
    spare_owners, spare_notes = np.empty(most, dtype=np.uint32), np.empty(most, dtype=np.uint32)
    counts = np.empty(1 << _DIGIT, dtype=np.int64)
    kept: Int = 0
    begin = np.int64(0)
    for end in ends:
        here = slice(begin, end)
        count = _sort(values[here], owners[here], notes[here], bits, spare_values, spare_owners, spare_notes, counts)
        for k in range(count if kept < begin else 0):
            values[kept + k], owners[kept + k], notes[kept + k] = values[begin + k], owners[begin + k], notes[begin + k]
        kept += count
        begin = end
    return kept


def sort_pairs(parts: list[Rows]) -> Pairs:
    """All pairs, each once, sorted by value, then owner; the note of a pair that came several times is ANY. Rows that NOBODY owns
    are left out. Takes the parts out of their list, so that their memory is free again where nobody else has them.

    Radix sort (Knuth, The Art of Computer Programming, vol. 3, section 5.2.5), in lots of equal highest bits, in place.
    """
    size = sum(len(part.values) for part in parts)
    bits = min((size // LOT).bit_length(), _MOST_BITS)
    shift = np.uint64(63 - bits)  # after a first shift by one: by 64 at once it is undefined
    sizes = np.zeros(1 << bits, dtype=np.int64)
    for part in parts:
        _count(part.values, part.bounds, part.owners, shift, sizes)
    ends = np.cumsum(sizes)
    total = int(ends[-1])
    # What is dealt out grows as the parts go: at no time there is both, unless it is little.
    made = Pairs(bare(total, np.uint64), bare(total, np.uint32), bare(total, np.uint32))
    for array in made if total <= LITTLE else ():
        fetch(array, 0, total)
    places = ends - sizes
    while parts:
        _deal(*parts.pop(0), shift, places, *made)
    kept = int(_sort_lots(*made, ends, bits, int(sizes.max())))
    return Pairs(made.values[:kept], made.owners[:kept], made.notes[:kept])


@compiled
def _are_in(values: U64, ordered: U64, starts: NDArray[np.uint32], shift: np.uint64, found: NDArray[np.bool_]) -> None:
    for k in range(len(values)):
        bucket = values[k] >> shift
        for at in range(starts[bucket], starts[bucket + np.uint64(1)]):
            found[k] |= ordered[at] == values[k]


@compiled
def _starts(ordered: U64, shift: np.uint64, starts: NDArray[np.uint32]) -> None:
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


@compiled
def keep_repeated(values: U64, least: Int, found: NDArray[np.bool_]) -> None:
    """Takes from `found` those of the sorted `values` that stand there fewer than `least` times."""
    # Whether so many begin at a value is not to be foreseen, so there is no branch: those that follow count it down.
    ahead = values[least - 1 :]
    left: Int = 0
    for k in range(len(values)):
        if k < len(ahead):
            left = least if ahead[k] == values[k] else left
        found[k] &= left > 0
        left -= 1


@compiled
def _pick(values: NDArray[Any], here: NDArray[np.bool_], picked: NDArray[Any]) -> None:
    count = np.uint64(0)
    for k in range(len(values)):
        # Written in any case: what is picked is not to be foreseen.
        picked[count] = values[k]
        count += np.uint64(here[k])


def pick(values: NDArray[Any], here: NDArray[np.bool_]) -> NDArray[Any]:
    """Those of the values that are `here`."""
    picked = bare(int(np.count_nonzero(here)) + 1, values.dtype)
    fetch(picked, 0, len(picked))
    _pick(values, here, picked)
    return picked[:-1]


class Groups(NamedTuple):
    """Different hashes, sorted, and who holds them: those of hash i, and what is noted there, in [bounds[i], bounds[i + 1])."""

    values: U64
    bounds: NDArray[np.uint32]
    owners: NDArray[np.uint32]
    notes: NDArray[np.uint32]


@compiled
def _count_groups(values: U64, here: NDArray[np.bool_]) -> tuple[Int, Int]:
    """How many of the sorted values are `here`, and how many different ones, where of equal ones none or all are."""
    count: Int = 0
    different: Int = 0
    before = ~values[0]
    for k in range(len(values)):
        count += here[k]
        different += here[k] & (values[k] != before)
        before = values[k]
    return count, different


@compiled
def _write_groups(
    values: U64, owners: NDArray[np.uint32], notes: NDArray[np.uint32], here: NDArray[np.bool_], made: Groups
) -> None:
    count, group = np.uint64(0), np.uint64(0)
    before = ~values[0]
    for k in range(len(values)):
        # Written in any case, as in _pick.
        made.values[group], made.bounds[group] = values[k], count
        made.owners[count], made.notes[count] = owners[k], notes[k]
        group += np.uint64(here[k] & (values[k] != before))
        count += np.uint64(here[k])
        before = values[k]
    made.bounds[group] = count


def pick_groups(pairs: Pairs, here: NDArray[np.bool_]) -> Groups:
    """Who holds those values of sorted pairs that are `here`; of equal ones none or all are.

    In memory of their own: what polars frees of so many it keeps for a while.
    """
    count, different = map(int, _count_groups(pairs.values, here)) if len(here) else (0, 0)
    made = Groups(
        bare(different + 1, np.uint64),
        bare(different + 1, np.uint32),
        bare(count + 1, np.uint32),
        bare(count + 1, np.uint32),
    )
    for array in made:
        fetch(array, 0, len(array))
    made.bounds[0] = 0
    if len(here):
        _write_groups(*pairs, here, made)
    return Groups(made.values[:-1], made.bounds, made.owners[:-1], made.notes[:-1])


# numpy's own set functions go through a hash table, which is ten times as slow as sorting on what comes in here.


@compiled
def _rises(values: NDArray[Any]) -> tuple[bool, Int]:
    """Whether the values are sorted; if so, how many different ones there are."""
    count = 1
    for k in range(1, len(values)):
        if values[k] < values[k - 1]:
            return False, 0
        count += values[k] != values[k - 1]
    return True, count


@compiled
def _different(values: NDArray[Any], made: NDArray[Any]) -> None:
    """Writes the different ones of sorted values."""
    made[0] = values[0]
    count = 0
    for value in values:
        count += value != made[count]
        made[count] = value


@compiled
def _range(values: NDArray[Any]) -> tuple[Int, Int]:
    least, most = values[0], values[0]
    for value in values:
        least, most = min(least, value), max(most, value)
    return least, most


@compiled
def _mark(values: NDArray[Any], first: Int, there: NDArray[np.bool_]) -> None:
    for value in values:
        there[np.int64(value) - first] = True


def unique(*parts: NDArray[Any]) -> NDArray[Any]:
    """The different values, whole numbers, of arrays, sorted."""
    parts = tuple(part for part in parts if len(part)) or parts[:1]
    values = parts[0]
    if not len(values):
        return values
    rises, count = _rises(values) if len(parts) == 1 else (False, 0)
    if not rises:
        ranges = [_range(part) for part in parts]
        first, last = min(int(least) for least, _ in ranges), max(int(most) for _, most in ranges)
        if last < 1 << 63 and last - first < CLOSE * sum(len(part) for part in parts):
            # Where the numbers lie close together a table of all takes less than to sort them.
            there = np.zeros(last - first + 1, dtype=np.bool_)
            for part in parts:
                _mark(part, first, there)
            return (np.flatnonzero(there) + first).astype(np.result_type(*parts))
        values = np.sort(np.concatenate(parts))
        _, count = _rises(values)
    made = np.empty(int(count), dtype=values.dtype)
    _different(values, made)
    return made


@compiled
def _look_up(values: NDArray[Any], first: Int, table: NDArray[np.uint32], places: NDArray[np.uint32]) -> None:
    for k in range(len(values)):
        places[k] = table[np.uint64(np.int64(values[k]) - first)]


def places_in(values: NDArray[Any], names: Numbers, places: NDArray[np.uint32] | None = None) -> NDArray[np.uint32]:
    """The place of each of the `values`, whole numbers, in `names`, unique ones, among which all of them are; written to `places`,
    which may be the values themselves."""
    first, last = (names.min(), names.max()) if len(values) else (0, 0)
    if not len(values) or last - first > 8 * len(values):
        order = np.argsort(names)
        found: NDArray[np.uint32] = order[np.searchsorted(names, values, sorter=order)].astype(np.uint32)
        return found
    # Where the numbers lie close together a table of all takes less than to look for each.
    table = np.empty(last - first + 1, dtype=np.uint32)
    table[names - first] = np.arange(len(names), dtype=np.uint32)
    if places is None:
        places = bare(len(values), np.uint32)
    _look_up(values, first, table, places)
    return places


def sorted_in(values: U64, ordered: U64) -> NDArray[np.bool_]:
    """Which of the `values`, which are sorted, are in `ordered`, hashes sorted and unique: one pass over both."""
    found = np.zeros(len(values), dtype=np.bool_)
    _sorted_in(values, ordered, found)
    return found


@compiled
def _find_among(
    values: NDArray[Any], first: Int, last: Int, there: NDArray[np.bool_], found: NDArray[np.bool_]
) -> None:
    for k in range(len(values)):
        if first <= values[k] <= last:
            found[k] = there[np.int64(values[k]) - first]


def are_among(values: NDArray[Any], some: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of the `values`, whole numbers, are among the sorted, unique `some`."""
    found = np.zeros(len(values), dtype=np.bool_)
    if not len(values) or not len(some):
        return found
    first, last = int(some[0]), int(some[-1])
    if last < 1 << 63 and last - first < CLOSE * len(some):
        # Where the numbers lie close together a table of all takes less than to look for each.
        there = np.zeros(last - first + 1, dtype=np.bool_)
        _mark(some, first, there)
        _find_among(values, first, last, there, found)
        return found
    at = np.minimum(np.searchsorted(some, values), len(some) - 1)
    return np.asarray(some[at] == values)


class Lookup(NamedTuple):
    """Hashes, sorted and unique, and where those of each row of highest bits begin, `shift` being the other bits."""

    ordered: U64
    starts: NDArray[np.uint32]
    shift: np.uint64

    def has(self, values: U64) -> NDArray[np.bool_]:
        """Which of the values are among them."""
        found = np.zeros(len(values), dtype=np.bool_)
        _are_in(values, *self, found)
        return found


def lookup_of(ordered: U64) -> Lookup:
    """Hashes, sorted and unique, of which many will be asked for."""
    bits = len(ordered).bit_length() + SPARSE
    shift = np.uint64(64 - bits)
    starts = bare((1 << bits) + 1, np.uint32)
    _starts(ordered, shift, starts)
    return Lookup(ordered, starts, shift)


def are_in(values: U64, ordered: U64) -> NDArray[np.bool_]:
    """Which of the `values` are in `ordered`, hashes sorted and unique."""
    if len(values) <= len(ordered):
        # A table of all would cost more than to look for the few.
        return are_among(values, ordered)
    return lookup_of(ordered).has(values)
