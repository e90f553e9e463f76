"""Sheets: what stands of texts that were read, their words and their fingerprints, in little memory.

What belongs here: reading texts, keeping what was found in them, and laying the words of some of them side by side. What does not:
what a word or a fingerprint is (`transforms.words`, `transforms.fingerprint`), which texts are looked at (`transforms.reuse`).

To read a text and cut it costs more than to compare it with another, so its words are kept as long as there is room: six bytes
each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.compiled import compiled
from transforms.fingerprint import AROUND, GRAM, column, print_kernel
from transforms.hashes import NOBODY, Pairs, Rows, are_among, sort_pairs, unique
from transforms.memory import bare, cut_off, fetch
from transforms.recurrence import SLOTS, signatures
from transforms.words import P1, U8, U32, U64, Room, copy, make_room, most_words, outer, parts, table

Numbers = NDArray[np.int64]

# Texts that are asked for at a time, some 60 MB: a database may have to go through all of its own.
ASKED: Final = 20_000
WORDS: Final = 300_000_000  # that are kept: 1.8 GB, at most, when the index is not there yet
# Numbers of texts, as far as so many times as many would fill their range: a table of all tells their rows. Those of a collection
# have holes where texts are the same as others, those that a night asks for again stand anywhere.
DENSE: Final = 4


class Worded(NamedTuple):
    """Words of texts that were read together: those of text i stand in [bounds[i], bounds[i + 1]), the far ones from fars[i] on."""

    numbers: Numbers  # of the texts, sorted
    rows: NDArray[np.int32]  # as _rows_of gives them
    bounds: Numbers
    fars: Numbers
    words: Room


class Printed(NamedTuple):
    """What stands for texts that were read together: the fingerprints of text i are prints[bounds[i]:bounds[i + 1]]."""

    numbers: Numbers  # of the texts, sorted
    rows: NDArray[np.int32]  # as _rows_of gives them
    counts: Numbers  # of their words
    spans: NDArray[np.int32]  # (texts, 2): characters from the first word to the last
    text_hashes: U64
    signatures: U64  # (texts, recurrence.SLOTS)
    bounds: Numbers
    prints: U64
    contexts: U32


def read(
    numbers: Numbers, texts: pl.Series, *, keep: bool, places: U32 | None = None
) -> tuple[Printed, U32, Worded | None]:
    """Reads texts (String, NULL counts as empty), which have these numbers, sorted.

    Gives what stands for them, the place of the first word of each fingerprint (into the memory of `places`, where there is
    enough), and, with `keep`, their words.
    """
    sizes = texts.str.len_bytes().fill_null(0).to_numpy()
    total, widest = most_words(int(sizes.sum())) + len(texts), most_words(int(sizes.max(initial=0))) + 1
    # As much as there may be: memory that is not written costs nothing, and what was not goes back.
    words = make_room(total if keep else widest)
    scratch = np.empty(widest, dtype=np.uint64), np.empty(widest + GRAM + AROUND, dtype=np.uint32)
    prints, contexts = bare(total, np.uint64), bare(total, np.uint32)
    positions = places if places is not None and len(places) >= total else bare(total + total // 4, np.uint32)
    bounds, fars, print_bounds = (np.zeros(len(texts) + 1, dtype=np.int64) for _ in range(3))
    spans, text_hashes = np.zeros((len(texts), 2), dtype=np.int32), np.empty(len(texts), dtype=np.uint64)
    seen = 0
    for rows, part in parts(texts):
        ends = slice(rows.start, rows.stop + 1)
        # As many words and fingerprints a byte as before are to be expected.
        here, more = int(sizes[rows].sum()), 0.95 / max(seen, 1)
        at, print_at = int(bounds[rows.start]), int(print_bounds[rows.start])
        if keep:
            for array in (words.hashes, words.marks, words.places):
                fetch(array, at, at + int(at * more * here))
        for array in (prints, contexts):
            fetch(array, print_at, print_at + int(print_at * more * here))
        seen += here
        print_kernel(
            part.memory,
            part.begins,
            part.ends,
            *table(),
            *words,
            bounds[ends],
            fars[ends],
            keep,
            spans[rows],
            text_hashes[rows],
            *scratch,
            prints,
            positions,
            contexts,
            print_bounds[ends],
        )
    for array in (prints, contexts):
        cut_off(array, int(print_bounds[-1]))
    counts = np.diff(bounds)
    signed = signatures(prints, positions, print_bounds, counts)
    rows_of = _rows_of(numbers)
    printed = Printed(numbers, rows_of, counts, spans, text_hashes, signed, print_bounds, prints, contexts)
    return printed, positions, _fit(Worded(numbers, rows_of, bounds, fars, words)) if keep else None


def _fit(worded: Worded) -> Worded:
    """Gives back the memory behind the words."""
    for array in worded.words:
        cut_off(array, int(worded.fars[-1] if array is worded.words.far else worded.bounds[-1]))
    return worded


class Cut(NamedTuple):
    """The words of texts, end to end: those of text i stand in [bounds[i], bounds[i + 1]), the far ones from fars[i] on."""

    hashes: U32
    marks: U8
    places: U8
    far: NDArray[np.int32]
    bounds: Numbers
    fars: Numbers


@compiled
def _lay(
    hashes: U32,
    marks: U8,
    places: U8,
    far: NDArray[np.int32],
    bounds: Numbers,
    fars: Numbers,
    rows: Numbers,
    slots: Numbers,
    to_hashes: U32,
    to_marks: U8,
    to_places: U8,
    to_far: NDArray[np.int32],
    to_bounds: Numbers,
    to_fars: Numbers,
) -> None:
    """Copies the words of the texts `rows` to where those of `slots` are to stand."""
    for k in range(len(rows)):
        begin, end, to = bounds[rows[k]], bounds[rows[k] + 1], to_bounds[slots[k]]
        copy(hashes[begin:end], to_hashes[to : to + end - begin])
        copy(marks[begin:end], to_marks[to : to + end - begin])
        copy(places[begin:end], to_places[to : to + end - begin])
        begin, end, to = fars[rows[k]], fars[rows[k] + 1], to_fars[slots[k]]
        for at in range(end - begin):
            to_far[to + at, 0], to_far[to + at, 1] = far[begin + at, 0], far[begin + at, 1]


@compiled
def _keep_some(
    hashes: U32, marks: U8, places: U8, far: NDArray[np.int32], bounds: Numbers, fars: Numbers, kept: NDArray[np.bool_]
) -> None:
    """Moves the words of the texts that are `kept` to the front, in their memory; the others are left without."""
    to, far_to = np.int64(0), np.int64(0)
    begin, far_begin = bounds[0], fars[0]
    for row in range(len(kept)):
        end, far_end = bounds[row + 1], fars[row + 1]
        if kept[row]:
            copy(hashes[begin:end], hashes[to : to + end - begin])
            copy(marks[begin:end], marks[to : to + end - begin])
            copy(places[begin:end], places[to : to + end - begin])
            for at in range(far_end - far_begin):
                far[far_to + at, 0], far[far_to + at, 1] = far[far_begin + at, 0], far[far_begin + at, 1]
            to += end - begin
            far_to += far_end - far_begin
        begin, far_begin = end, far_end
        bounds[row + 1], fars[row + 1] = to, far_to


def _kept(worded: Worded, kept: NDArray[np.bool_]) -> Worded:
    """The words of those texts that are `kept`, in the same memory; `worded` is not to be looked at any more."""
    _keep_some(*worded.words, worded.bounds, worded.fars, kept)
    ends, numbers = np.append(True, kept), worded.numbers[kept]
    return _fit(Worded(numbers, _rows_of(numbers), worded.bounds[ends], worded.fars[ends], worded.words))


def _between(numbers: Numbers, some: Numbers) -> Numbers:
    """Those of the sorted `numbers` that are not below the first nor above the last of some others, which are sorted."""
    begin, end = np.searchsorted(numbers, [some[0], some[-1] + 1])
    return numbers[begin:end]


def _rows_of(numbers: Numbers) -> NDArray[np.int32]:
    """The row of each number from the first of some sorted ones to the last, -1 where it is none of them; empty where they are not
    DENSE."""
    if not len(numbers) or numbers[-1] - numbers[0] >= DENSE * len(numbers):
        return np.empty(0, dtype=np.int32)
    rows = np.full(numbers[-1] - numbers[0] + 1, -1, dtype=np.int32)
    rows[numbers - numbers[0]] = np.arange(len(numbers))
    return rows


_Read = TypeVar("_Read", Worded, Printed)


def _find(records: list[_Read], numbers: Numbers) -> tuple[list[tuple[_Read, Numbers, Numbers]], Numbers]:
    """Where texts stand: a record, which of its rows, and as the how manieth of `numbers`, which are sorted; those that do not."""
    found = []
    left = np.ones(len(numbers), dtype=np.bool_)
    for record in records:
        first, last = record.numbers[0], record.numbers[-1]
        begin, end = np.searchsorted(numbers, [first, last + 1])
        some = np.flatnonzero(left[begin:end])
        if not len(some):
            continue
        some += begin
        if len(record.rows):
            rows = record.rows[numbers[some] - first].astype(np.int64)
            here = rows >= 0
        else:
            rows = np.searchsorted(record.numbers, numbers[some])
            here = record.numbers[rows] == numbers[some]
        rows, some = rows[here], some[here]
        if len(some):
            found.append((record, rows, some))
            left[some] = False
    return found, np.flatnonzero(left)


@compiled
def _first_of(hashes: U64, numbers: Numbers, known: U64, firsts: Numbers, found: Numbers) -> None:
    """Finds for each text, by its hash, the number of the first one with that; `known` hashes and `firsts` (-1: none) are a table,
    of a power of two."""
    mask = np.uint64(len(known) - 1)
    for k in range(len(hashes)):
        slot = hashes[k] & mask
        while firsts[slot] >= 0 and known[slot] != hashes[k]:
            slot = slot + np.uint64(1) & mask
        if firsts[slot] < 0:
            known[slot], firsts[slot] = hashes[k], numbers[k]
        found[k] = firsts[slot]


class Sheets:
    """What stands of the texts that were read; others are read when they are asked for.

    `texts` gives the texts of articles, by their numbers, which are sorted, in their order. No number is asked for twice at once.
    Of texts that are the same, byte for byte, and of which the sums are asked for together, one is read for all.
    """

    def __init__(self, texts: Callable[[Numbers], pl.Series]) -> None:
        self._texts = texts
        self._printed: list[Printed] = []
        self._past: list[Printed] = []  # whose fingerprints are not kept
        self._worded: list[Worded] = []
        self._room = make_room(0)
        self._places: U32 = np.empty(0, dtype=np.uint32)  # memory for those of fingerprints, which are not kept
        # The numbers of texts that are the same as another, sorted, and of that one.
        self._same: Numbers = np.empty(0, dtype=np.int64)
        self._other: Numbers = np.empty(0, dtype=np.int64)

    def _filled(self) -> int:
        """Words that are kept."""
        return sum(int(worded.bounds[-1]) for worded in self._worded)

    def _read(self, numbers: Numbers, *, keep: bool = False) -> Iterator[tuple[Printed, Worded | None]]:
        """Reads texts; their words are there where there is room to keep them, or all of them with `keep`."""
        for at in range(0, len(numbers), ASKED):
            part = numbers[at : at + ASKED]
            yield self._read_part(part, self._texts(part), keep=keep)

    def _read_part(self, numbers: Numbers, texts: pl.Series, *, keep: bool = False) -> tuple[Printed, Worded | None]:
        room = self._filled() < WORDS
        printed, self._places, worded = read(numbers, texts, keep=keep or room, places=self._places)
        if worded and room:
            self._worded.append(worded)
        return printed, worded

    def _read_once(self, numbers: Numbers) -> None:
        """Reads texts, whose numbers are sorted, one of those that are the same."""
        size = 1 << len(numbers).bit_length() + 1
        known, firsts = np.zeros(size, dtype=np.uint64), np.full(size, -1, dtype=np.int64)
        same, other = [self._same], [self._other]
        for at in range(0, len(numbers), ASKED):
            part = numbers[at : at + ASKED]
            first = self._read_new(part, known, firsts)
            same.append(part[first != part])
            other.append(first[first != part])
        self._same, self._other = np.concatenate(same), np.concatenate(other)
        order = np.argsort(self._same)
        self._same, self._other = self._same[order], self._other[order]

    def _read_new(self, part: Numbers, known: U64, firsts: Numbers) -> Numbers:
        """Reads those of some texts that are not the same as one that is `known`; which text each of them is the same as."""
        # The memory of texts is free again when the next ones are asked for.
        texts = self._texts(part)
        # No hash that is specified: nothing shows of it.
        hashes = texts.hash().to_numpy() + texts.str.len_bytes().fill_null(0).to_numpy() * np.uint64(P1)
        first = np.empty(len(part), dtype=np.int64)
        _first_of(hashes, part, known, firsts, first)
        new = first == part
        if not new.all():
            part, texts = part[new], texts.filter(column("new", new))
        if len(part):
            self._printed.append(self._read_part(part, texts)[0])
        return first

    def _first(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """The numbers of the texts that are read for these, sorted, and for the how manieth of `numbers` each is."""
        same = np.flatnonzero(are_among(numbers, self._same))
        if len(same):
            numbers = numbers.copy()
            numbers[same] = self._other[np.searchsorted(self._same, numbers[same])]
        order = np.argsort(numbers, kind="stable")  # sorted but for those that are the same: timsort goes through once
        return numbers[order], order

    def _prints(self, numbers: Numbers, *, once: bool = False) -> list[tuple[Printed, Numbers, Numbers]]:
        """Where texts stand with their fingerprints."""
        ordered, _ = self._first(numbers)
        missing = unique(ordered[_find(self._printed, ordered)[1]])
        if once:
            self._read_once(missing)
        else:
            self._printed.extend(printed for printed, _ in self._read(missing))
        ordered, order = self._first(numbers)
        return [(printed, rows, order[asked]) for printed, rows, asked in _find(self._printed, ordered)[0]]

    def sums(self, numbers: Numbers) -> tuple[Numbers, U64, U64]:
        """How many words texts have, whose numbers are sorted, their hashes, and their signatures."""
        counts = np.zeros(len(numbers), dtype=np.int64)
        hashes, signed = np.zeros(len(numbers), dtype=np.uint64), np.zeros((len(numbers), SLOTS), dtype=np.uint64)
        for printed, rows, asked in self._prints(numbers, once=True):
            counts[asked], hashes[asked] = printed.counts[rows], printed.text_hashes[rows]
            signed[asked] = printed.signatures[rows]
        return counts, hashes, signed

    def prints(self, numbers: Numbers, *, forget: bool = False) -> Pairs:
        """The fingerprints of texts, whose numbers are sorted and below 2^32 - 1; owners are numbers, notes contexts.

        With `forget` the fingerprints of all that was read so far are not kept.
        """
        parts, left = [], self._prints(numbers)
        while left:
            printed, rows, asked = left.pop(0)
            owners = np.full(len(printed.numbers), NOBODY, dtype=np.uint32)
            here = np.append(True, rows[1:] != rows[:-1])  # texts that are the same stand one after the other
            owners[rows[here]] = numbers[asked[here]]
            parts.append(Rows(printed.prints, printed.bounds, owners, printed.contexts))
            if not here.all():
                left.insert(0, (printed, rows[~here], asked[~here]))
        if forget:
            self._past += [
                each._replace(prints=each.prints[:0].copy(), contexts=each.contexts[:0].copy())
                for each in self._printed
            ]
            self._printed = []
        return sort_pairs(parts)

    def keep_words(self, numbers: Numbers) -> None:
        """Where there is not much room: of what was read only the words of these texts, whose numbers are sorted, are kept."""
        if self._filled() < WORDS // 2:
            return
        numbers = unique(self._first(numbers)[0])
        self._worded = [
            _kept(worded, are_among(worded.numbers, _between(numbers, worded.numbers))) for worded in self._worded
        ]
        self._worded = [worded for worded in self._worded if len(worded.numbers)]

    def expect(self, numbers: Numbers) -> None:
        """The words of these texts, whose numbers are sorted, will be asked for, some at a time: those that are not there are read
        in one go, as far as there is room."""
        ordered, _ = self._first(numbers)
        missing = unique(ordered[_find(self._worded, ordered)[1]])
        if len(missing):
            self.keep_words(numbers)
            for _ in self._read(missing):
                if self._filled() >= WORDS:
                    break

    def forget_words(self) -> None:
        """Words will not be asked for again."""
        self._worded = []
        self._room = make_room(0)

    def cut(self, numbers: Numbers) -> Cut:
        """The words of texts; they are there until others are asked for."""
        ordered, order = self._first(numbers)
        found, missing = _find(self._worded, ordered)
        now = [worded for _, worded in self._read(unique(ordered[missing]), keep=True) if worded]
        found += [(worded, rows, missing[asked]) for worded, rows, asked in _find(now, ordered[missing])[0]]
        bounds, fars = np.zeros(len(numbers) + 1, dtype=np.int64), np.zeros(len(numbers) + 1, dtype=np.int64)
        for worded, rows, asked in found:
            bounds[order[asked] + 1] = worded.bounds[rows + 1] - worded.bounds[rows]
            fars[order[asked] + 1] = worded.fars[rows + 1] - worded.fars[rows]
        np.cumsum(bounds, out=bounds)
        np.cumsum(fars, out=fars)
        total = int(bounds[-1])
        # Into the same memory lot after lot: on many machines new memory costs more than to fill it.
        if total > len(self._room.hashes):
            self._room = make_room(
                total + total // 4
            )  # lots are of about one size, and what is not written takes nothing
        for worded, rows, asked in found:
            _lay(*worded.words, worded.bounds, worded.fars, rows, order[asked], *self._room, bounds, fars)
        hashes, marks, places, far = self._room
        return Cut(hashes[:total], marks[:total], places[:total], far[: fars[-1]], bounds, fars)

    def outer(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Where the first word of each text begins and its last one ends, in characters; texts have words, numbers are sorted."""
        spans = np.zeros((len(numbers), 2), dtype=np.int64)
        ordered, order = self._first(numbers)
        found, missing = _find(self._printed + self._past, ordered)
        for printed, rows, asked in found:
            spans[order[asked]] = printed.spans[rows]
        missing = np.sort(order[missing])
        for at in range(0, len(missing), ASKED):
            part = missing[at : at + ASKED]
            spans[part, 0], spans[part, 1] = outer(self._texts(numbers[part]))
        return spans[:, 0], spans[:, 1]
