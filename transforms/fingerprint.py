"""Fingerprints: what stands for a text in the index of reuse.

What belongs here: n-grams of words, their hashes, and which of them are kept. What does not: what a word is
(`transforms.words`), what is concluded from shared fingerprints (`transforms.reuse`).

Winnowing (Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003, section 3): of
every `WINDOW` consecutive n-grams the one with the least hash is kept, of equals the one whose place leaves the greatest rest by
`WINDOW`. Two texts that share a run of `GRAM + WINDOW - 1` words are sure to share a fingerprint.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.compiled import COMPILED, Int, compiled
from transforms.hashes import ANY
from transforms.kinds import QUOTE_WORDS
from transforms.words import (
    P1,
    PRINTED,
    U8,
    U32,
    U64,
    avalanche,
    avalanche_plain,
    count_words,
    cut_and_hash_plain,
    cut_kernel,
    first_start,
)

__all__ = ["FINGERPRINTS", "GRAM", "WINDOW", "count_words", "fingerprint", "fingerprint_plain"]

GRAM: Final = 5  # words of an n-gram (docs/choices/reuse.md)
WINDOW: Final = 8  # n-grams of a window
AROUND: Final = QUOTE_WORDS - GRAM  # words on either side of an n-gram that a run of a quote's length may reach to

FINGERPRINTS: Final = pl.Schema(
    {
        "article_id": pl.String(),
        "word_count": pl.Int64(),
        "text_hash": pl.UInt64(),  # of the folded word sequence: equal for copies
        "fingerprints": pl.List(pl.UInt64),  # in the order of the text; the same one may come back
        "positions": pl.List(pl.UInt32),  # index of the first word of each
    }
)
"""What stands for a text in the index of reuse."""

_BASE: Final = np.uint64(P1)
_ONE, _TWO, _THREE, _FOUR = (np.uint64(number) for number in (1, 2, 3, 4))
_SECOND, _THIRD, _FOURTH = (np.uint64(P1**power % 2**64) for power in (2, 3, 4))
_PLACE: Final = np.uint64(WINDOW - 1)  # the lowest bits of a gram's hash, which make room for its place in a window
_BESIDE: Final = (1 << 2 * AROUND) - 1  # the notes of AROUND words


@compiled
def _stands_for(one: Int, two: Int, three: Int, four: Int, five: Int) -> np.uint64:
    """What an n-gram of these words stands for, its lowest bits included."""
    value = np.uint64(one) * _FOURTH + np.uint64(two) * _THIRD + np.uint64(three) * _SECOND
    return avalanche(value + np.uint64(four) * _BASE + np.uint64(five))


@compiled
def _short(mine: U32) -> np.uint64:
    """The same for fewer words than an n-gram has."""
    value = np.uint64(0)
    for word in mine:
        value = value * _BASE + np.uint64(word)
    return avalanche(value)


@compiled
def grams_kernel(hashes: U32, begin: Int, count: Int, positions: U32, first: Int, last: Int, prints: U64) -> None:
    """Writes prints[first:last]: what the n-grams at these positions of the `count` words from `begin` on stand for."""
    mine = hashes[begin : begin + count]
    if count < GRAM:
        prints[first:last] = _short(mine) & ~_PLACE
        return
    for k in range(first, last):
        at = np.uint64(positions[k])
        gram = _stands_for(mine[at], mine[at + _ONE], mine[at + _TWO], mine[at + _THREE], mine[at + _FOUR])
        prints[k] = gram & ~_PLACE


@compiled
def winnow_kernel(hashes: U32, begin: Int, count: Int, grams: U64, prints: U64, positions: U32, at: Int) -> Int:
    """Writes the fingerprints of the `count` word hashes from `begin` on, from place `at` on; the place after the last.

    `grams` has room for the words, `prints` and `positions` for one more than there are.
    """
    if count == 0:
        return at
    total = max(count - GRAM, 0) + 1
    # The place of a gram among WINDOW of them, from the right, stands in the lowest bits: so of equals one is the least,
    # and the least of many can be found without a branch, and its place with it.
    if count < GRAM:
        grams[0] = _short(hashes[begin : begin + count]) | _PLACE
    else:
        # Each from its words, which takes a third of the time of one from the gram before it: many at a time for the compiler.
        one, two, three = hashes[begin : begin + total], hashes[begin + 1 :][:total], hashes[begin + 2 :][:total]
        four, five, made = hashes[begin + 3 :][:total], hashes[begin + 4 :][:total], grams[:total]
        for i in range(total):
            gram = _stands_for(one[i], two[i], three[i], four[i], five[i])
            made[i] = (gram | _PLACE) ^ np.uint64(i & (WINDOW - 1))
    for i in range(1, total if total < WINDOW else 0):
        grams[0] = min(grams[0], grams[i])
    # The least of WINDOW from each place on, in pairs: many at a time for the compiler.
    for i in range(total - WINDOW + 1):
        first, second = min(grams[i], grams[i + 1]), min(grams[i + 2], grams[i + 3])
        third, fourth = min(grams[i + 4], grams[i + 5]), min(grams[i + 6], grams[i + 7])
        first, third = min(first, second), min(third, fourth)
        grams[i] = min(first, third)
    last = np.int64(-1)
    to = np.uint64(at)
    for i in range(max(total - WINDOW, 0) + 1):
        least = grams[i]
        place = i + (np.int64(~least & _PLACE) - i & WINDOW - 1)
        prints[to] = least & ~_PLACE
        positions[to] = place
        to += np.uint64(place != last)
        last = place
    return np.int64(to)


@compiled
def _contexts(
    hashes: U32, begin: Int, count: Int, notes: U32, positions: U32, at: Int, end: Int, contexts: U32
) -> None:
    """What stands around the n-grams at positions[at:end]: two bits of each of the AROUND words before it, those of the nearest in
    the lowest bits, then of those after it, the nearest in the highest. `notes` has room for the words and GRAM + AROUND more."""
    seen = np.uint32(0)
    mine = hashes[begin : begin + count]
    for k in range(count):
        seen = np.uint32(seen << np.uint32(2)) | np.uint32(mine[k] & np.uint32(3))
        notes[k] = seen
    for k in range(count, count + GRAM + AROUND):
        seen = np.uint32(seen << np.uint32(2))
        notes[k] = seen
    for k in range(at, end):
        place = np.int64(positions[k])
        before = notes[place - 1] & np.uint32(_BESIDE) if place > 0 else np.uint32(0)
        after = notes[place + GRAM + AROUND - 1] & np.uint32(_BESIDE)
        contexts[k] = before | after << np.uint32(2 * AROUND)


@compiled
def may_share(context: Int, other: Int) -> bool:
    """Whether two texts that share an n-gram may share a run of QUOTE_WORDS words with it, by its contexts. No never errs."""
    different = context ^ other
    if max(context, other) == ANY:
        return True
    before, after = 0, 0
    while before < AROUND and different >> (2 * before) & 3 == 0:
        before += 1
    while after < AROUND and different >> (2 * (2 * AROUND - 1 - after)) & 3 == 0:
        after += 1
    return GRAM + before + after >= QUOTE_WORDS


@compiled
def print_kernel(
    data: U8,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    pages: NDArray[np.uint16],
    blocks: U32,
    expansions: U32,
    near: U32,
    letters: U64,
    pairs: U64,
    hashes: U32,
    marks: U8,
    places: U8,
    far: NDArray[np.int32],
    words: NDArray[np.int64],
    fars: NDArray[np.int64],
    keep: bool,
    spans: NDArray[np.int32],
    text_hashes: U64,
    grams: U64,
    notes: U32,
    prints: U64,
    positions: U32,
    contexts: U32,
    bounds: NDArray[np.int64],
) -> None:
    """The words and fingerprints of every text, end to end from words[0], fars[0] and bounds[0] on; where those of each end, and
    the characters from its first word to its last.

    Words that are not to be kept are written at the beginning, over those of the text before."""
    for row in range(len(text_hashes)):
        begin, far_begin, at = (words[row], fars[row], bounds[row]) if keep else (np.int64(0), np.int64(0), bounds[row])
        to, far_to, last, text_hash = cut_kernel(
            data,
            begins[row],
            ends[row],
            pages,
            blocks,
            expansions,
            near,
            letters,
            pairs,
            hashes,
            marks,
            places,
            far,
            begin,
            far_begin,
        )
        words[row + 1], fars[row + 1] = words[row] + to - begin, fars[row] + far_to - far_begin
        text_hashes[row] = text_hash
        if begin < to:
            spans[row, 0], spans[row, 1] = first_start(places, far, begin, far_begin), last
        end = winnow_kernel(hashes, begin, to - begin, grams, prints, positions, at)
        _contexts(hashes, begin, to - begin, notes, positions, at, end, contexts)
        for k in range(at, end):
            marks[begin + np.int64(positions[k])] |= PRINTED
        bounds[row + 1] = end


class Prints(NamedTuple):
    """Fingerprints of texts, those of text i in [bounds[i], bounds[i + 1]), in the order of the text."""

    values: U64
    positions: NDArray[np.uint32]
    bounds: NDArray[np.int64]


def fingerprint(frame: pl.DataFrame) -> pl.DataFrame:
    """The fingerprints of texts as a frame: takes (article_id String, text String) and gives FINGERPRINTS, a row a row, in the same
    order.

    `text_hash` is the hash of a text (`transforms.words`); a fingerprint is the polynomial of Karp and Rabin (1987) over the word
    hashes to the base of XXH64's first prime, modulo 2^64, finished by its avalanche, less its lowest bits, which make room for a
    place. A text of fewer than GRAM words has one fingerprint, of all its words; an empty one has none.
    """
    from transforms.sheets import read

    if not COMPILED:
        return fingerprint_plain(frame)
    made, positions, _ = read(np.arange(len(frame)), frame["text"], keep=False)
    return pl.DataFrame(
        [
            frame["article_id"],
            column("word_count", made.counts),
            column("text_hash", made.text_hashes),
            lists("fingerprints", made.prints, made.bounds),
            lists("positions", positions[: made.bounds[-1]], made.bounds),
        ]
    )


class _Exported:
    """An array of pyarrow, as what Arrow's C interface gives.

    For one that it knows as pyarrow's polars loads all that computes with them, which takes a tenth of a second.
    """

    def __init__(self, array: Any) -> None:
        self.__arrow_c_array__ = array.__arrow_c_array__


def lists(name: str, values: NDArray[np.generic], bounds: NDArray[np.int64]) -> pl.Series:
    """A column of lists: row i holds values[bounds[i]:bounds[i + 1]]."""
    import pyarrow as pa

    items, kept = _array(values), [None, pa.py_buffer(np.ascontiguousarray(bounds))]
    made = pa.Array.from_buffers(pa.large_list(items.type), len(bounds) - 1, kept, children=[items])
    return pl.Series(_Exported(made)).alias(name)


def column(name: str, values: NDArray[np.generic]) -> pl.Series:
    """A column of numbers, in the memory that they are in, or of truth values."""
    return pl.Series(_Exported(_array(values))).alias(name)


def as_frame(schema: pl.Schema, **columns: pl.Series | NDArray[np.generic]) -> pl.DataFrame:
    """A frame of columns and of numbers, in the order of its schema."""
    made = [values if isinstance(values, pl.Series) else column(name, values) for name, values in columns.items()]
    return pl.DataFrame(dict(zip(columns, made, strict=True)), schema=schema)


def _array(values: NDArray[np.generic]) -> Any:
    import pyarrow as pa

    # From buffers: pyarrow asks pandas, which takes a third of a second to load, what else an array might be.
    if values.dtype == np.bool_:
        bits = np.packbits(values.view(np.uint8), bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])
    kept = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, kept])


def fingerprint_plain(frame: pl.DataFrame) -> pl.DataFrame:
    """`fingerprint` in plain Python: the same bits, a hundred times slower."""
    mask = (1 << 64) - 1
    rows = []
    for article_id, text in frame.select("article_id", "text").iter_rows():
        words, text_hash = cut_and_hash_plain(text or "")
        hashes = words.hashes.tolist()
        size = min(GRAM, len(hashes))
        grams = []
        for i in range(len(hashes) - size + 1 if hashes else 0):
            rolling = 0
            for h in hashes[i : i + size]:
                rolling = (rolling * P1 + h) & mask
            grams.append(avalanche_plain(rolling) & ~(WINDOW - 1))
        kept: list[int] = []
        for last in range(min(WINDOW, len(grams)) - 1, len(grams)) if grams else ():
            least = min(range(max(0, last - WINDOW + 1), last + 1), key=lambda i: (grams[i], -(i % WINDOW)))
            if kept[-1:] != [least]:
                kept.append(least)
        rows.append((article_id, len(hashes), text_hash, [grams[i] for i in kept], kept))
    return pl.DataFrame(rows, schema=FINGERPRINTS, orient="row")
