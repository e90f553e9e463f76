"""Sheets: what stands of texts that were read, their words and their fingerprints, in little memory.

What belongs here: reading texts, keeping what was found in them, and laying the words of some of them side by side. What does not:
what a word or a fingerprint is (`transforms.words`, `transforms.fingerprint`), which texts are looked at (`transforms.reuse`).

To read a text and cut it costs more than to compare it with another, so its words are kept as long as there is room: six bytes
each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import fold
from transforms.compiled import compiled
from transforms.fingerprint import AROUND, GRAM, print_kernel
from transforms.hashes import NOBODY, Pairs, Rows, sort_pairs
from transforms.recurrence import SLOTS, signatures
from transforms.words import U8, U32, U64, Room, buffers, make_room, most_words, outer, spread_kernel

Numbers = NDArray[np.int64]

# Texts that are asked for at a time, some 150 MB: a database may have to go through all of its own.
ASKED: Final = 50_000
SLICE: Final = 2_048  # texts that are cut at a time, some 6 MB: what is copied of them stays in a cache
WORDS: Final = 200_000_000  # that are kept: 1.2 GB


class Sheet(NamedTuple):
    """Texts that were read together: the words of text i stand in [bounds[i], bounds[i + 1]) of the arrays of `words`, of which
    the far ones from fars[i] on, and its fingerprints in [print_bounds[i], print_bounds[i + 1])."""

    numbers: Numbers  # of the texts, sorted
    bounds: Numbers
    fars: Numbers
    words: Room
    worded: bool  # whether the words are kept
    text_hashes: U64
    signatures: U64  # (texts, recurrence.SLOTS)
    print_bounds: Numbers
    prints: U64
    contexts: U32
    printed: bool  # whether the fingerprints are


_NO_PRINTS: Final = np.zeros(0, dtype=np.uint64)
_NO_CONTEXTS: Final = np.zeros(0, dtype=np.uint32)


def _cut_off(array: NDArray[Any], length: int) -> None:
    """Gives back the memory of an array behind its first items; nothing else may look into it."""
    array.resize((length, *array.shape[1:]), refcheck=False)


def read(numbers: Numbers, texts: pl.Series, *, keep: bool) -> tuple[Sheet, U32]:
    """Reads texts (String, NULL counts as empty), which have these numbers; whether their words are to be kept.

    Gives, beside them, the place of the first word of each fingerprint.
    """
    sizes = texts.str.len_bytes().fill_null(0).to_numpy()
    rooms = [most_words(int(sizes[at : at + SLICE].sum())) + SLICE for at in range(0, len(texts), SLICE)]
    total, widest = sum(rooms), max(rooms, default=0)
    # As much as there may be: memory that is not written costs nothing, and what was not goes back.
    words = make_room(total if keep else widest)
    scratch = np.empty(widest, dtype=np.uint64), np.empty(widest + GRAM + AROUND, dtype=np.uint32)
    prints = np.empty(total, dtype=np.uint64)
    positions, contexts = np.empty(total, dtype=np.uint32), np.empty(total, dtype=np.uint32)
    bounds, fars, print_bounds = (np.zeros(len(texts) + 1, dtype=np.int64) for _ in range(3))
    text_hashes = np.empty(len(texts), dtype=np.uint64)
    for at in range(0, len(texts), SLICE):
        rows = slice(at, at + SLICE + 1)
        data, offsets = buffers(texts.slice(at, SLICE))
        print_kernel(
            data,
            offsets,
            *fold.load(),
            *words,
            bounds[rows],
            fars[rows],
            keep,
            text_hashes[at : at + SLICE],
            *scratch,
            prints,
            positions,
            contexts,
            print_bounds[rows],
        )
    for array in (prints, positions, contexts):
        _cut_off(array, int(print_bounds[-1]))
    if keep:
        for kept in words:
            _cut_off(kept, int(fars[-1] if kept is words.far else bounds[-1]))
    signed = signatures(prints, positions, print_bounds, np.diff(bounds))
    words = words if keep else make_room(0)
    sheet = Sheet(numbers, bounds, fars, words, keep, text_hashes, signed, print_bounds, prints, contexts, True)
    return sheet, positions


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
        until = to + end - begin
        to_hashes[to:until] = hashes[begin:end]
        to_marks[to:until] = marks[begin:end]
        to_places[to:until] = places[begin:end]
        begin, end, to = fars[rows[k]], fars[rows[k] + 1], to_fars[slots[k]]
        to_far[to : to + end - begin] = far[begin:end]


@compiled
def _outer(
    places: U8, far: NDArray[np.int32], bounds: Numbers, fars: Numbers, rows: Numbers, starts: Numbers, ends: Numbers
) -> None:
    """Where the first word of each of the texts `rows`, which have some, begins and its last one ends."""
    longest = 0
    for row in rows:
        longest = max(longest, bounds[row + 1] - bounds[row])
    spread = np.empty((2, longest), dtype=np.int32)
    for k in range(len(rows)):
        begin, end = bounds[rows[k]], bounds[rows[k] + 1]
        spread_kernel(places, far, begin, end, fars[rows[k]], spread[0], spread[1])
        starts[k], ends[k] = spread[0, 0], spread[1, end - begin - 1]


class _Place(NamedTuple):
    """Some of the texts that were asked for."""

    sheet: Sheet  # that they stand on
    rows: Numbers  # as these
    asked: Numbers  # and as the how manieth they were asked for


class Sheets:
    """What stands of the texts that were read; others are read when they are asked for.

    `texts` gives the texts of articles, by their numbers, which are sorted, in their order. No number is asked for twice at once.
    """

    def __init__(self, texts: Callable[[Numbers], pl.Series]) -> None:
        self._texts = texts
        self._sheets: list[Sheet] = []
        self._left = WORDS  # for so many more words there is room
        self._room = make_room(0)

    def _read(self, numbers: Numbers, *, keep: bool = False) -> Iterator[Sheet]:
        """Reads texts; their words are there where there is room to keep them, or all of them with `keep`."""
        for at in range(0, len(numbers), ASKED):
            part = numbers[at : at + ASKED]
            yield read(part, self._texts(part), keep=keep or self._left > 0)[0]

    def _find(self, sheets: list[Sheet], numbers: Numbers) -> tuple[list[_Place], Numbers]:
        """Where texts stand on these sheets, and those of them (places in `numbers`, which are sorted) that do not."""
        found = []
        left = np.arange(len(numbers))
        for sheet in sheets:
            begin, end = np.searchsorted(numbers[left], [sheet.numbers[0], sheet.numbers[-1] + 1])
            some = left[begin:end]
            rows = np.searchsorted(sheet.numbers, numbers[some])
            here = sheet.numbers[rows] == numbers[some]
            if here.any():
                found.append(_Place(sheet, rows[here], some[here]))
                left = np.concatenate([left[:begin], some[~here], left[end:]])
        return found, left

    def _printed(self, numbers: Numbers) -> list[_Place]:
        """Where texts stand with their fingerprints."""
        _, missing = self._find([sheet for sheet in self._sheets if sheet.printed], numbers)
        for sheet in self._read(numbers[missing]):
            self._sheets.append(sheet)
            self._left -= int(sheet.bounds[-1])
        return self._find([sheet for sheet in self._sheets if sheet.printed], numbers)[0]

    def sums(self, numbers: Numbers) -> tuple[Numbers, U64, U64]:
        """How many words texts have, whose numbers are sorted, their hashes, and their signatures."""
        counts = np.zeros(len(numbers), dtype=np.int64)
        hashes, signed = np.zeros(len(numbers), dtype=np.uint64), np.zeros((len(numbers), SLOTS), dtype=np.uint64)
        for sheet, rows, asked in self._printed(numbers):
            counts[asked] = sheet.bounds[rows + 1] - sheet.bounds[rows]
            hashes[asked], signed[asked] = sheet.text_hashes[rows], sheet.signatures[rows]
        return counts, hashes, signed

    def prints(self, numbers: Numbers) -> Pairs:
        """The fingerprints of texts, whose numbers are sorted; owners are places in `numbers`, notes their contexts."""
        parts = []
        for sheet, rows, asked in self._printed(numbers):
            owners = np.full(len(sheet.numbers), NOBODY, dtype=np.uint32)
            owners[rows] = asked
            parts.append(Rows(sheet.prints, sheet.print_bounds, owners, sheet.contexts))
        return sort_pairs(parts)

    def forget_prints(self) -> None:
        """Fingerprints of what was read so far will not be asked for again."""
        self._sheets = [
            sheet._replace(prints=_NO_PRINTS, contexts=_NO_CONTEXTS, printed=False) for sheet in self._sheets
        ]

    def _worded(self) -> list[Sheet]:
        return [sheet for sheet in self._sheets if sheet.worded]

    def cut(self, numbers: Numbers) -> Cut:
        """The words of texts; they are there until others are asked for."""
        order = np.argsort(numbers)
        ordered = numbers[order]
        found, missing = self._find(self._worded(), ordered)
        for sheet in self._read(ordered[missing], keep=True):
            rows = np.arange(len(sheet.numbers))
            found.append(_Place(sheet, rows, missing[: len(rows)]))
            missing = missing[len(rows) :]
            if self._left > 0:
                self._sheets.append(sheet)
                self._left -= int(sheet.bounds[-1])
        bounds, fars = np.zeros(len(numbers) + 1, dtype=np.int64), np.zeros(len(numbers) + 1, dtype=np.int64)
        for sheet, rows, asked in found:
            bounds[order[asked] + 1] = sheet.bounds[rows + 1] - sheet.bounds[rows]
            fars[order[asked] + 1] = sheet.fars[rows + 1] - sheet.fars[rows]
        np.cumsum(bounds, out=bounds)
        np.cumsum(fars, out=fars)
        total = int(bounds[-1])
        # Into the same memory lot after lot: on many machines new memory costs more than to fill it.
        if total > len(self._room.hashes):
            self._room = make_room(total)
        for sheet, rows, asked in found:
            _lay(*sheet.words, sheet.bounds, sheet.fars, rows, order[asked], *self._room, bounds, fars)
        hashes, marks, places, far = self._room
        return Cut(hashes[:total], marks[:total], places[:total], far[: fars[-1]], bounds, fars)

    def outer(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Where the first word of each text begins and its last one ends, in characters; texts have words, numbers are sorted."""
        starts, ends = np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=np.int64)
        found, missing = self._find(self._worded(), numbers)
        for sheet, rows, asked in found:
            sides = np.zeros((2, len(rows)), dtype=np.int64)
            _outer(sheet.words.places, sheet.words.far, sheet.bounds, sheet.fars, rows, sides[0], sides[1])
            starts[asked], ends[asked] = sides
        for at in range(0, len(missing), ASKED):
            part = missing[at : at + ASKED]
            texts = self._texts(numbers[part])
            for begin in range(0, len(part), SLICE):
                some = part[begin : begin + SLICE]
                starts[some], ends[some] = outer(texts.slice(begin, SLICE))
        return starts, ends
