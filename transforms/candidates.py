"""Candidates: which pairs of texts are compared.

What belongs here: the choice among all that share a fingerprint. What does not: what a pair shares (`transforms.align`).

A story of hundreds of reposts would make pairs by the square of their number, of which a text's source is one. So a text is
compared, for each of its fingerprints, with the holders that share most fingerprints with it, and with the first of all: what a
text was taken from is near, and where its story began comes first. Both are functions of the texts that hold its fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import Int, compiled
from transforms.words import U64

Numbers = NDArray[np.int64]

NEAREST: Final = 6  # holders of a fingerprint that are compared for sharing most with a text
FIRST: Final = 2  # and for being the first
ITEM_LENGTH: Final = 0.85  # of a page's words, at most, that a text has of which the page is made


WORDS: Final = 24_000_000  # words of texts that are compared at a time: some 400 MB


class Candidates(NamedTuple):
    """Pairs of texts, sorted by earlier, then later one; parallel arrays."""

    earlier: Numbers
    later: Numbers
    alone: U64  # the fingerprint that the two share, where it is the only one, else 0
    source: NDArray[np.bool_]  # the later may have taken from the earlier
    item: NDArray[np.bool_]  # the earlier, of the same day, may be a page that holds the later


@compiled
def _nearest(
    text: Int,
    others: NDArray[np.int64],
    counts: NDArray[np.int64],
    best: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    first: Int,
) -> None:
    """Marks those of `others`, which are in order, that share most with the text, and the `first` ones."""
    filled = 0
    for other in others[:first]:
        chosen[other] = True
    for other in others:
        count = counts[other]
        if filled < len(best):
            filled += 1
        elif count <= counts[best[filled - 1]]:
            continue
        at = filled - 1
        while at > 0 and counts[best[at - 1]] < count:
            best[at] = best[at - 1]
            at -= 1
        best[at] = other
    for other in best[:filled]:
        chosen[other] = True


@compiled
def _choose(
    owners: Numbers,
    bounds: Numbers,
    prints: U64,
    groups: Numbers,
    group_bounds: Numbers,
    wanted: NDArray[np.bool_],
    days: Numbers,
    sizes: Numbers,
    pairs: Numbers,
    alone: U64,
) -> Int:
    """Writes the pairs (earlier << 32 | later << 1 | whether as an item); how many, also where there is no room."""
    count = 0
    counts = np.zeros(len(wanted), dtype=np.int64)
    last = np.zeros(len(wanted), dtype=np.uint64)
    chosen = np.zeros(len(wanted), dtype=np.bool_)
    near = np.empty(len(wanted), dtype=np.int64)
    items = np.empty(len(wanted), dtype=np.int64)
    best = np.empty(NEAREST, dtype=np.int64)
    for text in range(len(wanted)):
        if not wanted[text]:
            continue
        found = 0
        most = ITEM_LENGTH * sizes[text]
        for k in range(group_bounds[text], group_bounds[text + 1]):
            group = groups[k]
            for at in range(bounds[group], bounds[group + 1]):
                other = owners[at]
                if other > text and days[other] != days[text]:
                    break
                if other == text or (other > text and sizes[other] > most):
                    continue
                if counts[other] == 0:
                    near[found] = other
                    found += 1
                counts[other] += 1
                last[other] = prints[group]
        for k in range(group_bounds[text], group_bounds[text + 1]):
            group = groups[k]
            held = owners[bounds[group] : bounds[group + 1]]
            before = np.searchsorted(held, text)
            _nearest(text, held[:before], counts, best, chosen, FIRST)
            after = 0
            for at in range(before + 1, len(held)):
                other = held[at]
                if days[other] != days[text]:
                    break
                if sizes[other] <= most:
                    items[after] = other
                    after += 1
            _nearest(text, items[:after], counts, best, chosen, 0)
        for k in range(found):
            other = near[k]
            if chosen[other]:
                if count < len(pairs):
                    pairs[count] = other << 32 | text << 1 if other < text else text << 32 | other << 1 | 1
                    alone[count] = last[other] if counts[other] == 1 else np.uint64(0)
                count += 1
            chosen[other] = False
            counts[other] = 0
    return count


@compiled
def _groups_of(owners: Numbers, bounds: Numbers, group_bounds: Numbers, groups: Numbers) -> None:
    """Sorts the texts of each fingerprint; the fingerprints (places in `bounds`) of every text, from group_bounds on."""
    for group in range(len(bounds) - 1):
        owners[bounds[group] : bounds[group + 1]].sort()
    for owner in owners:
        group_bounds[owner + 1] += 1
    for text in range(len(group_bounds) - 1):
        group_bounds[text + 1] += group_bounds[text]
    filled = group_bounds[:-1].copy()
    for group in range(len(bounds) - 1):
        for k in range(bounds[group], bounds[group + 1]):
            groups[filled[owners[k]]] = group
            filled[owners[k]] += 1


def choose(prints: U64, owners: Numbers, wanted: NDArray[np.bool_], days: Numbers, sizes: Numbers) -> Candidates:
    """The pairs that are compared for the `wanted` texts.

    Takes the fingerprints that count, sorted, and the texts that hold them; texts are numbers in their total order, and
    `wanted`, `days` and `sizes` (words) go by text.
    """
    begins = np.flatnonzero(np.append(True, prints[1:] != prints[:-1])) if len(prints) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.append(begins, len(prints)))
    # Fingerprints that one text alone holds are most of all.
    owners = owners[np.repeat(lengths > 1, lengths)]
    prints = prints[begins[lengths > 1]]
    bounds = np.append(0, np.cumsum(lengths[lengths > 1]))
    groups = np.empty(len(owners), dtype=np.int64)
    group_bounds = np.zeros(len(wanted) + 1, dtype=np.int64)
    _groups_of(owners, bounds, group_bounds, groups)
    room = len(owners)
    while True:
        pairs, alone = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.uint64)
        count = _choose(owners, bounds, prints, groups, group_bounds, wanted, days, sizes, pairs, alone)
        if count <= room:
            break
        room = count
    order = np.argsort(pairs[:count])
    pairs, alone = pairs[order], alone[order]
    earlier, later, item = pairs >> 32, pairs >> 1 & 0x7FFFFFFF, (pairs & 1).astype(np.bool_)
    # One pair may be both: it is compared once.
    new = np.append(True, pairs[1:] >> 1 != pairs[:-1] >> 1)[:count]
    twice = np.append(~new[1:], False)[:count]
    return Candidates(earlier[new], later[new], alone[new], ~item[new], (item | twice)[new])


@compiled
def _ends(about: Numbers, pairs: Numbers, earlier: Numbers, later: Numbers, sizes: Numbers, ends: Numbers) -> Int:
    """Writes where lots end whose texts have WORDS words, or which are about one text; how many."""
    lot = 0
    words: Int = 0
    seen = np.full(len(sizes), -1, dtype=np.int64)
    for k in range(len(about)):
        for text in (earlier[pairs[k]], later[pairs[k]]):
            if seen[text] != lot:
                seen[text] = lot
                words += sizes[text]
        if k + 1 == len(about):
            ends[lot] = k + 1
            lot += 1
        elif words > WORDS and about[k + 1] != about[k]:
            ends[lot] = k + 1
            lot += 1
            words = 0
    return lot


def lots(pairs: Candidates, sizes: Numbers) -> Iterator[Candidates]:
    """The pairs in lots that fit into memory, in the order of the texts that they are compared for."""
    about = np.concatenate([pairs.later[pairs.source], pairs.earlier[pairs.item]])
    order = np.argsort(about, kind="stable")
    about = about[order]
    these = np.concatenate([np.flatnonzero(pairs.source), np.flatnonzero(pairs.item)])[order]
    ends = np.empty(len(about), dtype=np.int64)
    begin = 0
    for end in ends[: _ends(about, these, pairs.earlier, pairs.later, sizes, ends)].tolist():
        part = np.unique(these[begin:end])
        lot = Candidates(*(column[part] for column in pairs))
        first, last = about[begin], about[end - 1]
        source = lot.source & (lot.later >= first) & (lot.later <= last)
        yield lot._replace(source=source, item=lot.item & (lot.earlier >= first) & (lot.earlier <= last))
        begin = end
