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

from transforms.bits import BITS, lowest, population
from transforms.compiled import Int, allocating, compiled
from transforms.fingerprint import may_share
from transforms.hashes import ANY, Pairs, by_owner
from transforms.memory import bare
from transforms.words import U64

Numbers = NDArray[np.int64]
U32 = NDArray[np.uint32]

NEAREST: Final = 3  # holders of a fingerprint that are compared for sharing most with a text
FIRST: Final = 2  # and for being the first
SHORT: Final = 40  # words: all that such a text shares may be in one fingerprint and yet be most of it
ITEM_LENGTH: Final = 0.85  # of a page's words, at most, that a text has of which the page is made
WORDS: Final = 3_000_000  # words of texts that are compared at a time: some 50 MB


class Chosen(NamedTuple):
    """Pairs of texts, in the order of those that they are compared for; parallel arrays."""

    texts: U32  # that the pair is compared for
    # With an earlier one, which it may have taken from, or with a later one of its day, which it may hold, as a page its items.
    others: U32
    alone: U64  # the fingerprint that the two share, where it is the only one, else 0


class Candidates(NamedTuple):
    """Pairs of texts, sorted by earlier, then later one; parallel arrays."""

    earlier: Numbers
    later: Numbers
    alone: U64  # the fingerprint that the two share, where it is the only one, else 0
    source: NDArray[np.bool_]  # the later may have taken from the earlier
    item: NDArray[np.bool_]  # the earlier, of the same day, may be a page that holds the later


class _Circles(NamedTuple):
    """Who holds fingerprints together: those of one circle have the very same holders. One text that took from another shares many
    fingerprints with it and nobody else, so there are a sixth as many circles as fingerprints."""

    members: U32  # texts, those of circle i, in order, in [bounds[i], bounds[i + 1])
    bounds: U32
    weights: U32  # how many fingerprints
    starts: U32  # where the holders of the first of these fingerprints begin


@compiled
def _order(bounds: U32, holders: U32, contexts: U32) -> None:
    """Puts those who hold each fingerprint in order, and what stands around it there with them."""
    for group in range(len(bounds) - 1):
        begin, end = np.int64(bounds[group]), np.int64(bounds[group + 1])
        by_owner(holders, contexts, begin, end)


@compiled
def _by_first(bounds: U32, holders: U32, ends: Numbers, groups: U32) -> None:
    """Puts fingerprints in the order of their first holders, those of text i before ends[i]."""
    for group in range(len(bounds) - 1):
        ends[np.int64(holders[bounds[group]]) + 1] += 1
    for text in range(1, len(ends)):
        ends[text] += ends[text - 1]
    # Each entry is where those of a text begin, and comes to be where they end.
    for group in range(len(bounds) - 1):
        first = np.int64(holders[bounds[group]])
        groups[ends[first]] = group
        ends[first] += 1


@allocating
def _circles(bounds: U32, holders: U32, ends: Numbers, groups: U32, circles: _Circles) -> Int:
    """Writes the circles; how many. Those that stand side by side have a first holder in common, and many others."""
    members, circle_bounds, weights, starts = circles
    filled: Int = 0
    count = 0
    circle_bounds[0] = 0
    begin = np.int64(0)
    table = np.zeros(2, dtype=np.int64)
    lasts = np.zeros(2, dtype=np.uint64)
    for text in range(len(ends) - 1):
        end = ends[text]
        # The circles of this first holder, counted from one, by a hash of their members.
        size = 2
        while size < 2 * (end - begin):
            size *= 2
        if size > len(table):
            table = np.zeros(size, dtype=np.int64)
            lasts = np.zeros(size, dtype=np.uint64)
        table[:size] = 0
        # Their last ones are looked up before the others, for they are far apart: so the memory brings several at a time.
        for at in range(begin, end):
            lasts[at - begin] = holders[np.uint64(np.int64(bounds[np.uint64(groups[at]) + np.uint64(1)]) - 1)]
        for at in range(begin, end):
            first, last = np.int64(bounds[groups[at]]), np.int64(bounds[np.int64(groups[at]) + 1])
            key = lasts[at - begin]
            for k in range(first, last):
                holder = holders[np.uint64(k)]
                key = (key ^ np.uint64(holder)) * np.uint64(0x9E3779B97F4A7C15)
                members[np.uint64(filled + k - first)] = holder
            place = np.int64(key >> np.uint64(32)) & size - 1
            while table[place] > 0 and not _same(circles, table[place] - 1, filled, last - first):
                place = place + 1 & size - 1
            if table[place] > 0:
                weights[table[place] - 1] += 1
                continue
            weights[count], starts[count] = 1, first
            filled += last - first
            count += 1
            circle_bounds[count] = filled
            table[place] = count
        begin = end
    return count


@compiled
def _same(circles: _Circles, circle: Int, begin: Int, size: Int) -> bool:
    """Whether the members of a circle are those from `begin` on."""
    first = np.int64(circles.bounds[circle])
    if circles.bounds[circle + 1] - first != size:
        return False
    same: Int = 0
    while same < size and circles.members[first + same] == circles.members[begin + same]:
        same += 1
    return bool(same == size)


@allocating
def _places_of(circles: _Circles, wanted: NDArray[np.bool_], bounds: Numbers, places: U32) -> None:
    """The circles of every wanted text, those of text i in [bounds[i], bounds[i + 1])."""
    for member in circles.members:
        bounds[np.int64(member) + 1] += wanted[member]
    for text in range(len(wanted)):
        bounds[text + 1] += bounds[text]
    filled = bounds[:-1].copy()
    for circle in range(len(circles.weights)):
        for at in range(circles.bounds[circle], circles.bounds[circle + 1]):
            member = circles.members[at]
            if wanted[member]:
                places[np.uint64(filled[member])] = circle
                filled[member] += 1


@compiled
def _meet(circles: _Circles, mine: U32, text: Int, until: Int, bits: U64, met: U32, few: U64) -> Int:
    """Writes the others that are in one of a block of a text's circles, and the `bits` of those that each is in; how many.

    Of the later ones those before `until`. Says as well of which circles so `few` are met that each is among the nearest: of
    the earlier ones, of the later ones.
    """
    seen = 0
    bit = np.uint64(1)
    few[:] = ~np.uint64(0)
    for circle in mine:
        begin, end = np.int64(circles.bounds[circle]), np.int64(circles.bounds[np.int64(circle) + 1])
        before, after = 0, 0
        # A part of an array is counted among its users and taken out again: what a circle takes else, and a text has 50. And a
        # place without a sign is not looked at whether it counts from the end.
        for at in range(begin, end):
            other = circles.members[np.uint64(at)]
            if other >= text:
                break
            # Written in any case: whether an other is new is not to be foreseen.
            met[np.uint64(seen)] = other
            seen += bits[other] == 0
            bits[other] |= bit
            before += 1
        for at in range(begin + before + 1, end):
            other = circles.members[np.uint64(at)]
            if other >= until:
                break
            met[np.uint64(seen)] = other
            seen += bits[other] == 0
            bits[other] |= bit
            after += 1
        if before > NEAREST:
            few[0] ^= bit
        if after > NEAREST:
            few[1] ^= bit
        bit <<= np.uint64(1)
    return seen


@compiled
def _only(places: U32, begin: Int, held: U64, slot: Int, blocks: Int) -> Int:
    """The circle of the only fingerprint that a text, whose circles begin at places[begin], shares with the other of a slot."""
    k = begin
    for block in range(blocks):
        bits = held[np.uint64(slot * blocks + block)]
        if bits != 0:
            k = begin + block * BITS + lowest(bits)
    return np.int64(places[np.uint64(k)])


@compiled
def _places(circles: _Circles, circle: Int, text: Int, other: Int) -> tuple[Int, Int]:
    """Where the first fingerprint of a circle stands: of the text, of the other."""
    begin, end = np.int64(circles.bounds[circle]), np.int64(circles.bounds[circle + 1])
    start = np.int64(circles.starts[circle]) - begin
    place: Int = begin
    theirs: Int = begin
    for at in range(begin, end):
        member = circles.members[np.uint64(at)]
        if member == text:
            place = at
        if member == other:
            theirs = at
    return start + place, start + theirs


@compiled
def _sift(heap: Numbers, at: Int, size: Int) -> None:
    """Puts heap[at], which may be less than those below it, in its place (Knuth, vol. 3, section 5.2.3)."""
    key = heap[at]
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and heap[below + 1] > heap[below]:
            below += 1
        if heap[below] <= key:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = key


@compiled
def _mark_nearest(heap: Numbers, slots: U32, held: U64, found: U64, chosen: NDArray[np.bool_]) -> None:
    """Marks those that are among the NEAREST in one of the circles.

    Takes the others (how many fingerprints each shares << 32 | ANY - other), which circles each is in, by slot, and `found`,
    (NEAREST, blocks): level by level in which circles so many were found; those whose nearest are not looked for have all.
    """
    blocks = found.shape[1]
    size = len(heap)
    for at in range(size // 2 - 1, -1, -1):
        _sift(heap, at, size)
    missing = True
    while size > 0 and missing:
        slot = np.int64(slots[ANY - (heap[0] & ANY)]) - 1
        missing = False
        for block in range(blocks):
            more = held[np.uint64(slot * blocks + block)]
            chosen[slot] |= more & ~found[NEAREST - 1, block] != 0
            for level in range(NEAREST):
                more, found[level, block] = more & found[level, block], more | found[level, block]
            missing |= ~found[NEAREST - 1, block] != 0
        size -= 1
        heap[0] = heap[size]
        _sift(heap, 0, size)


@compiled
def _mark_first(circles: _Circles, mine: U32, text: Int, slots: U32, shared: U32, chosen: NDArray[np.bool_]) -> None:
    """Marks the FIRST of each circle that share something with the text."""
    for circle in mine:
        at = np.int64(circles.bounds[circle])
        left = FIRST
        while left > 0 and circles.members[at] < text:
            slot = np.int64(slots[circles.members[at]]) - 1
            if shared[slot] > 0:
                chosen[slot] = True
                left -= 1
            at += 1


class _Met(NamedTuple):
    """What is said of the others that one text meets; what is looked up in no order takes little memory."""

    bits: U64  # by text: which circles of a block it is in
    slots: U32  # by text: its slot, counted from one
    block: U32  # those of a block
    near: U32  # by slot
    shared: U32  # by slot: how many fingerprints
    chosen: NDArray[np.bool_]  # by slot
    heap: Numbers
    few: U64  # by block, as in _meet, (blocks, 2)
    levels: U64  # (NEAREST, blocks)
    planes: U64  # by block: the weights of its circles, bit by bit


@compiled
def _note(
    here: U32, circles: _Circles, block: Int, blocks: Int, heaviest: Int, seen: Int, found: Int, met: _Met, held: U64
) -> Int:
    """Notes of those that were met in a block of circles in which of these each is, and what the circles weigh; how many others
    were found by now."""
    for k in range(seen):
        other = met.block[k]
        if met.slots[other] == 0:
            met.near[np.uint64(found)] = other
            found += 1
            met.slots[other] = found
            for at in range((found - 1) * blocks, found * blocks):
                held[np.uint64(at)] = 0
        held[np.uint64((np.int64(met.slots[other]) - 1) * blocks + block)] = met.bits[other]
        met.bits[other] = 0
    plane = 0
    while heaviest >> plane > 0:
        met.planes[block, plane] = 0
        for k in range(len(here)):
            bit = np.uint64(circles.weights[here[k]] >> plane & 1)
            met.planes[block, plane] |= bit << np.uint64(k)
        plane += 1
    return found


@compiled
def _rate(
    contexts: U32,
    circles: _Circles,
    places: U32,
    begin: Int,
    blocks: Int,
    heaviest: Int,
    text: Int,
    side: Int,
    found: Int,
    sizes: Numbers,
    met: _Met,
    held: U64,
) -> Int:
    """Counts what a text, whose circles begin at places[begin], shares with each of the earlier others or, `side` 1, of the later
    ones; how many of them share something. Those in a circle of few are chosen."""
    size = 0
    for slot in range(found):
        other = np.int64(met.near[slot])
        if (other > text) != side:
            continue
        shares = 0
        sure = False
        for block in range(blocks):
            bit = held[np.uint64(slot * blocks + block)]
            sure |= bit & met.few[block, side] != 0
            plane = 0
            while heaviest >> plane > 0:
                shares += population(bit & met.planes[block, np.uint64(plane)]) << plane
                plane += 1
        if side == 1 and sizes[other] > ITEM_LENGTH * sizes[text]:
            shares = 0
        elif shares == 1 and sizes[text] > SHORT and sizes[other] > SHORT:
            # Such a pair shares a run of a quote's length, or nothing.
            circle = _only(places, begin, held, slot, blocks)
            place, theirs = _places(circles, circle, text, other)
            if not may_share(np.int64(contexts[place]), np.int64(contexts[theirs])):
                shares = 0
        met.shared[slot] = shares
        if shares > 0:
            met.heap[size] = shares << 32 | ANY - other
            size += 1
            met.chosen[slot] = sure
    return size


@compiled
def _mark(circles: _Circles, mine: U32, text: Int, side: Int, size: Int, blocks: Int, met: _Met, held: U64) -> None:
    """Marks those that are chosen of the others of a side, of which so many share something."""
    if size <= NEAREST:
        # Where there are so few, each is among the nearest.
        for at in range(size):
            met.chosen[np.int64(met.slots[ANY - (met.heap[at] & ANY)]) - 1] = True
        return
    if side == 0:
        _mark_first(circles, mine, text, met.slots, met.shared, met.chosen)
    for level in range(NEAREST):
        for block in range(blocks):
            met.levels[level, block] = met.few[block, side]
    _mark_nearest(met.heap[:size], met.slots, held, met.levels[:, :blocks], met.chosen)


@compiled
def _write(
    circles: _Circles,
    places: U32,
    begin: Int,
    blocks: Int,
    text: Int,
    found: Int,
    count: Int,
    met: _Met,
    held: U64,
    texts: U32,
    others: U32,
    alone: U32,
) -> Int:
    """Writes the pairs of a text behind the `count` before; how many there are then. Forgets the others."""
    for slot in range(found):
        other = np.int64(met.near[slot])
        if met.chosen[slot]:
            if count < len(texts):
                texts[count], others[count], alone[count] = text, other, 0
                if met.shared[slot] == 1:
                    circle = _only(places, begin, held, slot, blocks)
                    alone[count] = np.int64(circles.starts[circle]) + 1
            count += 1
        met.chosen[slot] = False
        met.slots[other] = 0
    return count


@allocating
def _choose(
    contexts: U32,
    circles: _Circles,
    places: U32,
    place_bounds: Numbers,
    wanted: NDArray[np.bool_],
    days: Numbers,
    sizes: Numbers,
    texts: U32,
    others: U32,
    alone: U32,
) -> Int:
    """Writes the pairs, as in Chosen, but where the holders of the only fingerprint begin that the two share, counted from one;
    how many, also where there is no room."""
    count: Int = 0
    longest = 0
    for text in range(len(wanted)):
        longest = max(longest, place_bounds[text + 1] - place_bounds[text])
    most_blocks = (longest + BITS - 1) // BITS
    met = _Met(
        np.zeros(len(wanted), dtype=np.uint64),
        np.zeros(len(wanted), dtype=np.uint32),
        np.empty(len(wanted) + 1, dtype=np.uint32),
        np.empty(len(wanted), dtype=np.uint32),
        np.empty(len(wanted), dtype=np.uint32),
        np.zeros(len(wanted), dtype=np.bool_),
        np.empty(len(wanted), dtype=np.int64),
        np.empty((most_blocks, 2), dtype=np.uint64),
        np.empty((NEAREST, most_blocks), dtype=np.uint64),
        np.empty((most_blocks, 32), dtype=np.uint64),
    )
    held = np.empty(1 << 16, dtype=np.uint64)  # by slot: the bits of all blocks
    next_day = 0
    for text in range(len(wanted)):
        while next_day < len(wanted) and days[next_day] <= days[text]:
            next_day += 1
        if not wanted[text]:
            continue
        begin = place_bounds[text]
        mine = places[begin : place_bounds[text + 1]]
        blocks = (len(mine) + BITS - 1) // BITS
        heaviest = 0
        for circle in mine:
            heaviest = max(heaviest, circles.weights[circle])
        found: Int = 0
        for block in range(blocks):
            here = mine[block * BITS : (block + 1) * BITS]
            seen = _meet(circles, here, text, next_day, met.bits, met.block, met.few[block])
            while (found + seen) * blocks > len(held):
                held = np.append(held, np.empty_like(held))
            found = _note(here, circles, block, blocks, heaviest, seen, found, met, held)
        for side in range(2):
            size = _rate(contexts, circles, places, begin, blocks, heaviest, text, side, found, sizes, met, held)
            _mark(circles, mine, text, side, size, blocks, met, held)
        count = _write(circles, places, begin, blocks, text, found, count, met, held, texts, others, alone)
    return count


@compiled
def _part(pairs: Numbers, noted: Numbers, notes: U64, made: Candidates) -> Int:
    """Writes pairs (earlier << 32 | later << 1 | whether as an item), which are sorted, each once; `noted` are those of which there
    are notes, sorted. How many."""
    count = -1
    at = 0
    before: Int = -1
    for k in range(len(pairs)):
        pair = pairs[k]
        # One pair may be both, a source and an item: it is compared once.
        count += pair >> 1 != before
        before = pair >> 1
        made.earlier[count], made.later[count] = pair >> 32, pair >> 1 & 0x7FFFFFFF
        if pair & 1:
            made.item[count] = True
        else:
            made.source[count] = True
        if at < len(noted) and noted[at] == pair:
            made.alone[count] = notes[at]
            at += 1
    return count + 1


def _in_circles(bounds: U32, holders: U32, texts: int) -> _Circles:
    """The circles of holders of fingerprints, those of fingerprint i in [bounds[i], bounds[i + 1])."""
    groups = bare(len(bounds) - 1, np.uint32)
    ends = np.zeros(texts + 1, dtype=np.int64)
    _by_first(bounds, holders, ends, groups)
    # What is not written to takes no memory.
    members, circle_bounds, weights, starts = (
        bare(size, np.uint32) for size in (len(holders), len(bounds), len(groups), len(groups))
    )
    count = int(_circles(bounds, holders, ends, groups, _Circles(members, circle_bounds, weights, starts)))
    return _Circles(members[: circle_bounds[count]], circle_bounds[: count + 1], weights[:count], starts[:count])


def choose(
    prints: U64,
    bounds: U32,
    owners: U32,
    contexts: U32,
    wanted: NDArray[np.bool_],
    days: Numbers,
    sizes: Numbers,
) -> Chosen:
    """The pairs that are compared for the `wanted` texts.

    Takes the fingerprints that count, the texts that hold them, those of fingerprint i in [bounds[i], bounds[i + 1]), and what
    stands around them there: both are put in order, in their memory. Texts are numbers in their total order, and `wanted`, `days`
    and `sizes` (words) go by text.
    """
    _order(bounds, owners, contexts)
    circles = _in_circles(bounds, owners, len(wanted))
    place_bounds = np.zeros(len(wanted) + 1, dtype=np.int64)
    places = bare(len(circles.members), np.uint32)
    _places_of(circles, wanted, place_bounds, places)
    told = contexts, circles, places, place_bounds, wanted, days, sizes
    room = len(owners)
    while True:
        texts, others, starts = (bare(room, np.uint32) for _ in range(3))
        count = int(_choose(*told, texts, others, starts))
        if count <= room:
            break
        room = count
    alone = np.zeros(count, dtype=np.uint64)
    # Few share one fingerprint alone.
    noted = np.flatnonzero(starts[:count])
    alone[noted] = prints[np.searchsorted(bounds, starts[noted] - np.uint32(1))]
    return Chosen(texts[:count], others[:count], alone)


def some(chosen: Chosen, wanted: NDArray[np.bool_]) -> Chosen:
    """The pairs that are compared for those texts that are `wanted`."""
    these = np.flatnonzero(wanted[chosen.texts])
    return Chosen(chosen.texts[these], chosen.others[these], chosen.alone[these])


@allocating
def _neighbours(
    texts: U32,
    contexts: Numbers,
    begins: Numbers,
    ends: Numbers,
    their_texts: U32,
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
        text = np.int64(texts[at])
        count = 0
        while at < len(texts) and texts[at] == text and not found[text]:
            for k in range(begins[at], ends[at]):
                other = np.int64(their_texts[k])
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


def neighbours(theirs: Pairs, mine: Pairs, days: Numbers, sizes: Numbers, *, same_day: bool) -> Numbers:
    """Which of the texts of `mine`, sorted by text, `choose` might compare with an earlier text of `theirs`, sorted by fingerprint.

    With `same_day`, or with any text of its day. Texts are numbers in their total order, by which `days` and `sizes` (words) go.
    """
    found = np.zeros(len(days), dtype=np.bool_)
    begins = np.searchsorted(theirs.values, mine.values)
    ends = np.searchsorted(theirs.values, mine.values, side="right")
    contexts = mine.notes.astype(np.int64), theirs.notes.astype(np.int64)
    _neighbours(mine.owners, contexts[0], begins, ends, theirs.owners, contexts[1], days, sizes, same_day, found)
    return np.flatnonzero(found)


@allocating
def _line_up(chosen: Chosen, size: Int, lined_up: Chosen) -> None:
    """Puts pairs, which are sorted by the text that they are compared for, in another order of these, of which there are as many as
    `size` says: each behind the earlier ones that it is compared with, and, where that leaves a choice, close to them.

    A topological order (Kahn, Topological sorting of large networks, 1962); of the texts whose turn it is the last one first.
    """
    texts, others, alone = chosen
    bounds, later_bounds = np.zeros(size + 1, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
    waits_for = np.zeros(size, dtype=np.int64)
    for k in range(len(texts)):
        bounds[np.int64(texts[k]) + 1] += 1
        if others[k] < texts[k]:
            later_bounds[np.int64(others[k]) + 1] += 1
            waits_for[texts[k]] += 1
    for text in range(size):
        bounds[text + 1] += bounds[text]
        later_bounds[text + 1] += later_bounds[text]
    # Those that are compared with a text, the last one first, so that the first one's turn is next.
    later = np.empty(later_bounds[size], dtype=np.uint32)
    filled = later_bounds[:-1].copy()
    for k in range(len(texts) - 1, -1, -1):
        if others[k] < texts[k]:
            later[filled[others[k]]] = texts[k]
            filled[others[k]] += 1
    turns = np.empty(size, dtype=np.uint32)
    count = 0
    for first in range(size):
        if waits_for[first] != 0:
            continue
        turns[0] = first
        left = 1
        while left > 0:
            left -= 1
            now = np.int64(turns[left])
            waits_for[now] = -1
            for k in range(bounds[now], bounds[now + 1]):
                lined_up.texts[count], lined_up.others[count], lined_up.alone[count] = texts[k], others[k], alone[k]
                count += 1
            for k in range(later_bounds[now], later_bounds[now + 1]):
                waits_for[later[k]] -= 1
                if waits_for[later[k]] == 0:
                    turns[left] = later[k]
                    left += 1


@allocating
def _ends(texts: U32, others: U32, sizes: Numbers, most: Int, ends: Numbers) -> Int:
    """Writes where lots end whose texts have `most` words, or which are about one text; how many."""
    lot = 0
    words: Int = 0
    seen = np.full(len(sizes), -1, dtype=np.int64)
    for k in range(len(texts)):
        for text in (texts[k], others[k]):
            if seen[text] != lot:
                seen[text] = lot
                words += sizes[text]
        if k + 1 == len(texts):
            ends[lot] = k + 1
            lot += 1
        elif words > most and texts[k + 1] != texts[k]:
            ends[lot] = k + 1
            lot += 1
            words = 0
    return lot


def _sorted(texts: U32, others: U32, alone: U64) -> Candidates:
    """The same pairs as Candidates."""
    earlier, later = np.minimum(texts, others).astype(np.int64), np.maximum(texts, others).astype(np.int64)
    pairs = earlier << 32 | later << 1 | (texts < others)
    # What is noted of a few is put in order by itself, and numbers without notes are sorted fastest.
    noted = np.flatnonzero(alone)
    noted = noted[np.argsort(pairs[noted])]
    notes = pairs[noted], alone[noted]
    pairs.sort()
    count = len(pairs)
    made = Candidates(
        earlier,
        later,
        np.zeros(count, dtype=np.uint64),
        np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.bool_),
    )
    count = int(_part(pairs, *notes, made))
    columns: tuple[NDArray[Any], ...] = made
    return Candidates(*(column[:count] for column in columns))


def lots(chosen: Chosen, sizes: Numbers) -> Iterator[Candidates]:
    """The pairs in lots that fit into memory. A text is in no lot before those of the earlier texts that it is compared with; texts
    that are compared with one another are in few lots, for their words have to be laid out in each."""
    columns: tuple[NDArray[Any], ...] = chosen
    lined_up = Chosen(*(np.empty_like(column) for column in columns))
    _line_up(chosen, len(sizes), lined_up)
    texts, others, alone = lined_up
    ends = np.empty(len(texts), dtype=np.int64)
    begin = 0
    for end in ends[: _ends(texts, others, sizes, WORDS, ends)].tolist():
        yield _sorted(texts[begin:end], others[begin:end], alone[begin:end])
        begin = end
