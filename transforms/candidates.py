"""Candidates: which pairs of texts are compared.

What belongs here: the choice among all that share a fingerprint. What does not: what a pair shares (`transforms.align`).

A story of hundreds of reposts would make pairs by the square of their number, of which a text's source is one. So a text is
compared, for each of its fingerprints, with the holders that share most fingerprints with it, and with the first of all: what a
text was taken from is near, and where its story began comes first. Both are functions of the texts that hold its fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import Int, compiled
from transforms.fingerprint import may_share
from transforms.hashes import ANY, grouped, unique
from transforms.words import U64

Numbers = NDArray[np.int64]

NEAREST: Final = 3  # holders of a fingerprint that are compared for sharing most with a text
FIRST: Final = 2  # and for being the first
SHORT: Final = 40  # words: all that such a text shares may be in one fingerprint and yet be most of it
ITEM_LENGTH: Final = 0.85  # of a page's words, at most, that a text has of which the page is made
FEW: Final = 16  # postings that are sorted by insertion: most fingerprints are held by two or three texts
WORDS: Final = 8_000_000  # words of texts that are compared at a time: some 140 MB


class Candidates(NamedTuple):
    """Pairs of texts, sorted by earlier, then later one; parallel arrays."""

    earlier: Numbers
    later: Numbers
    alone: U64  # the fingerprint that the two share, where it is the only one, else 0
    source: NDArray[np.bool_]  # the later may have taken from the earlier
    item: NDArray[np.bool_]  # the earlier, of the same day, may be a page that holds the later


@compiled
def _nearest(
    others: NDArray[np.int64],
    counts: NDArray[np.int32],
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
    postings: Numbers,
    bounds: Numbers,
    prints: U64,
    groups: NDArray[np.uint32],
    places: NDArray[np.uint32],
    place_bounds: Numbers,
    wanted: NDArray[np.bool_],
    days: Numbers,
    sizes: Numbers,
    pairs: Numbers,
    alone: U64,
) -> Int:
    """Writes the pairs (earlier << 32 | later << 1 | whether as an item); how many, also where there is no room."""
    count = 0
    # What is said of each of the others, in little memory: it is looked up in no order.
    counts = np.zeros(len(wanted), dtype=np.int32)
    mine = np.zeros(len(wanted), dtype=np.uint32)
    theirs = np.zeros(len(wanted), dtype=np.uint32)
    chosen = np.zeros(len(wanted), dtype=np.bool_)
    near = np.empty(len(wanted), dtype=np.int64)
    some = np.empty(len(wanted), dtype=np.int64)
    best = np.empty(NEAREST, dtype=np.int64)
    for text in range(len(wanted)):
        if not wanted[text]:
            continue
        found = 0
        most = ITEM_LENGTH * sizes[text]
        for k in range(place_bounds[text], place_bounds[text + 1]):
            place = places[k]
            group = groups[place]
            for at in range(bounds[group], bounds[group + 1]):
                other = postings[at] >> 32
                if other > text and days[other] != days[text]:
                    break
                if other == text or (other > text and sizes[other] > most):
                    continue
                if counts[other] == 0:
                    near[found] = other
                    found += 1
                counts[other] += 1
                mine[other] = place
                theirs[other] = at
        sources, parts = 0, 0
        for k in range(found):
            other = near[k]
            long = sizes[text] > SHORT and sizes[other] > SHORT
            note, their_note = postings[mine[other]] & ANY, postings[theirs[other]] & ANY
            # Such a pair shares a run of a quote's length, or nothing.
            chosen[other] = counts[other] > 1 or not long or may_share(note, their_note)
            sources += chosen[other] and other < text
            parts += chosen[other] and other > text
        # Where there are so few, each is among the nearest.
        if max(sources, parts) > NEAREST:
            for k in range(found):
                if not chosen[near[k]]:
                    counts[near[k]] = 0
                chosen[near[k]] = False
            for k in range(place_bounds[text], place_bounds[text + 1]):
                group = groups[places[k]]
                before, after = 0, 0
                at = bounds[group]
                while at < bounds[group + 1] and postings[at] >> 32 < text:
                    other = postings[at] >> 32
                    if counts[other] > 0:
                        some[before] = other
                        before += 1
                    at += 1
                _nearest(some[:before], counts, best, chosen, FIRST)
                for later in range(at + 1, bounds[group + 1]):
                    other = postings[later] >> 32
                    if days[other] != days[text]:
                        break
                    if counts[other] > 0:
                        some[after] = other
                        after += 1
                _nearest(some[:after], counts, best, chosen, 0)
        for k in range(found):
            other = near[k]
            if chosen[other]:
                if count < len(pairs):
                    pairs[count] = other << 32 | text << 1 if other < text else text << 32 | other << 1 | 1
                    alone[count] = prints[groups[mine[other]]] if counts[other] == 1 else np.uint64(0)
                count += 1
            chosen[other] = False
            counts[other] = 0
    return count


@compiled
def _places_of(
    postings: Numbers, bounds: Numbers, groups: NDArray[np.uint32], place_bounds: Numbers, places: NDArray[np.uint32]
) -> None:
    """Sorts the postings of each fingerprint, notes whose they are; the places of the postings of every text."""
    for group in range(len(bounds) - 1):
        begin, end = bounds[group], bounds[group + 1]
        if end - begin > FEW:
            postings[begin:end].sort()
        for at in range(begin, end):
            groups[at] = group
            posting = postings[at]
            place_bounds[(posting >> 32) + 1] += 1
            if end - begin <= FEW:
                back = at
                while back > begin and postings[back - 1] > posting:
                    postings[back] = postings[back - 1]
                    back -= 1
                postings[back] = posting
    for text in range(len(place_bounds) - 1):
        place_bounds[text + 1] += place_bounds[text]
    filled = place_bounds[:-1].copy()
    for k in range(len(postings)):
        text = postings[k] >> 32
        places[filled[text]] = k
        filled[text] += 1


def choose(
    prints: U64,
    owners: Numbers,
    contexts: NDArray[np.uint32],
    wanted: NDArray[np.bool_],
    days: Numbers,
    sizes: Numbers,
) -> Candidates:
    """The pairs that are compared for the `wanted` texts.

    Takes the fingerprints that count, sorted, the texts that hold them, and what stands around them there; texts are numbers in
    their total order, and `wanted`, `days` and `sizes` (words) go by text.
    """
    begins, _ = grouped(prints)
    bounds = np.append(begins, len(prints))
    postings = owners << 32 | contexts
    groups, places = np.empty(len(prints), dtype=np.uint32), np.empty(len(prints), dtype=np.uint32)
    place_bounds = np.zeros(len(wanted) + 1, dtype=np.int64)
    _places_of(postings, bounds, groups, place_bounds, places)
    told = postings, bounds, prints[begins], groups, places, place_bounds, wanted, days, sizes
    room = len(prints)
    while True:
        pairs, alone = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.uint64)
        count = int(_choose(*told, pairs, alone))
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


def some(pairs: Candidates) -> Candidates:
    """Those pairs that are still one of the two, a source or an item."""
    these: NDArray[Any] = np.flatnonzero(pairs.source | pairs.item)
    return Candidates(*(column[these] for column in pairs))


class Held(NamedTuple):
    """Fingerprints that texts hold; parallel arrays."""

    prints: U64
    texts: Numbers
    contexts: NDArray[np.uint32]


@compiled
def _neighbours(
    texts: Numbers,
    contexts: Numbers,
    begins: Numbers,
    ends: Numbers,
    their_texts: Numbers,
    their_contexts: Numbers,
    days: Numbers,
    sizes: Numbers,
    same_day: bool,
    found: NDArray[np.bool_],
) -> None:
    counts = np.zeros(len(days), dtype=np.int64)
    some = np.empty(len(days), dtype=np.int64)
    at = 0
    while at < len(texts):
        text = texts[at]
        count = 0
        while at < len(texts) and texts[at] == text and not found[text]:
            for k in range(begins[at], ends[at]):
                other = their_texts[k]
                if other >= text and not (same_day and days[other] == days[text]):
                    continue
                long = sizes[text] > SHORT and sizes[other] > SHORT
                if counts[other] > 0 or not long or may_share(contexts[at], their_contexts[k]):
                    found[text] = True
                    break
                counts[other] = 1
                some[count] = other
                count += 1
            at += 1
        for k in range(count):
            counts[some[k]] = 0
        while at < len(texts) and texts[at] == text:
            at += 1


def neighbours(theirs: Held, mine: Held, days: Numbers, sizes: Numbers, *, same_day: bool) -> Numbers:
    """Which of the texts of `mine`, sorted by text, `choose` might compare with an earlier text of `theirs`, sorted by fingerprint.

    With `same_day`, or with any text of its day. Texts are numbers in their total order, by which `days` and `sizes` (words) go.
    """
    found = np.zeros(len(days), dtype=np.bool_)
    begins = np.searchsorted(theirs.prints, mine.prints)
    ends = np.searchsorted(theirs.prints, mine.prints, side="right")
    contexts = mine.contexts.astype(np.int64), theirs.contexts.astype(np.int64)
    _neighbours(mine.texts, contexts[0], begins, ends, theirs.texts, contexts[1], days, sizes, same_day, found)
    return np.flatnonzero(found)


@compiled
def _ends(
    about: Numbers, pairs: Numbers, earlier: Numbers, later: Numbers, sizes: Numbers, most: Int, ends: Numbers
) -> Int:
    """Writes where lots end whose texts have `most` words, or which are about one text; how many."""
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
        elif words > most and about[k + 1] != about[k]:
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
    for end in ends[: _ends(about, these, pairs.earlier, pairs.later, sizes, WORDS, ends)].tolist():
        part = unique(these[begin:end])
        lot = Candidates(*(column[part] for column in pairs))
        first, last = about[begin], about[end - 1]
        source = lot.source & (lot.later >= first) & (lot.later <= last)
        yield lot._replace(source=source, item=lot.item & (lot.earlier >= first) & (lot.earlier <= last))
        begin = end
