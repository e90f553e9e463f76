"""Fingerprints: what stands for a text in the index of reuse.

What belongs here: n-grams of words, their hashes, and which of them are kept. What does not: what a word is
(`transforms.words`), what is concluded from shared fingerprints (`transforms.reuse`).

Winnowing (Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003, section 3): of
every `WINDOW` consecutive n-grams the one with the least hash is kept, the rightmost of equals. Two texts that share a run of
`GRAM + WINDOW - 1` words are sure to share a fingerprint.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import fold
from transforms.compiled import COMPILED, Int, compiled
from transforms.hashes import ANY
from transforms.kinds import QUOTE_WORDS
from transforms.words import (
    P1,
    P5,
    U64,
    absorb,
    absorb_plain,
    avalanche,
    avalanche_plain,
    buffers,
    count_words,
    cut_kernel,
    cut_plain,
    room,
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
_SLICE: Final = 2048  # rows a call of the kernel: bounds the copy of the texts to some 6 MB, which stay in a cache


@compiled
def winnow_kernel(hashes: U64, count: Int, grams: U64, prints: U64, positions: NDArray[np.uint32], at: Int) -> Int:
    """Writes the fingerprints of `count` word hashes from place `at` on; the place after the last."""
    if count == 0:
        return at
    gram = min(GRAM, count)
    total = count - gram + 1
    power = np.uint64(1)
    for _ in range(gram - 1):
        power *= _BASE
    rolling = np.uint64(0)
    for i in range(gram):
        rolling = rolling * _BASE + hashes[i]
    grams[0] = avalanche(rolling)
    for i in range(1, total):
        rolling = (rolling - hashes[i - 1] * power) * _BASE + hashes[i + gram - 1]
        grams[i] = avalanche(rolling)
    least = -1
    for last in range(min(WINDOW, total) - 1, total):
        first = max(0, last - WINDOW + 1)
        if least < first:
            least = first
            for i in range(first + 1, last + 1):
                if grams[i] <= grams[least]:
                    least = i
        elif grams[last] <= grams[least]:
            least = last
        else:
            continue
        prints[at] = grams[least]
        positions[at] = least
        at += 1
    return at


@compiled
def context(hashes: U64, count: Int, place: Int) -> np.uint32:
    """What stands around the n-gram at `place`: two bits of each of AROUND words before it, then of those after it."""
    made = np.uint32(0)
    for k in range(AROUND):
        before, after = place - 1 - k, place + GRAM + k
        if before >= 0:
            made |= np.uint32(hashes[before] & np.uint64(3)) << np.uint32(2 * k)
        if after < count:
            made |= np.uint32(hashes[after] & np.uint64(3)) << np.uint32(2 * (AROUND + k))
    return made


@compiled
def may_share(context: Int, other: Int) -> bool:
    """Whether two texts that share an n-gram may share a run of QUOTE_WORDS words with it, by its contexts. No never errs."""
    different = context ^ other
    if max(context, other) == ANY:
        return True
    before, after = 0, 0
    while before < AROUND and different >> (2 * before) & 3 == 0:
        before += 1
    while after < AROUND and different >> (2 * (AROUND + after)) & 3 == 0:
        after += 1
    return GRAM + before + after >= QUOTE_WORDS


@compiled
def fingerprint_kernel(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    pages: NDArray[np.uint16],
    blocks: NDArray[np.uint32],
    expansions: NDArray[np.uint32],
    near: NDArray[np.uint32],
    hashes: U64,
    grams: U64,
    counts: NDArray[np.int64],
    text_hashes: U64,
    prints: U64,
    positions: NDArray[np.uint32],
    contexts: NDArray[np.uint32],
    bounds: NDArray[np.int64],
) -> None:
    """The fingerprints of every text, end to end in `prints`, `positions` and `contexts`, those of row i from bounds[i] on."""
    nowhere = np.empty(0, dtype=np.int32)
    nothing = np.empty(0, dtype=np.uint8)
    at: Int = 0
    bounds[0] = 0
    for row in range(len(counts)):
        count = cut_kernel(
            data,
            offsets[row],
            offsets[row + 1],
            pages,
            blocks,
            expansions,
            near,
            hashes,
            nowhere,
            nowhere,
            nothing,
            False,
        )
        state = np.uint64(P5)
        for i in range(count):
            state = absorb(state, hashes[i])
        counts[row] = count
        text_hashes[row] = avalanche(state)
        begin = at
        at = winnow_kernel(hashes, count, grams, prints, positions, at)
        for k in range(begin, at):
            contexts[k] = context(hashes, count, np.int64(positions[k]))
        bounds[row + 1] = at


class Prints(NamedTuple):
    """Fingerprints of texts, those of text i in [bounds[i], bounds[i + 1]), in the order of the text."""

    values: U64
    positions: NDArray[np.uint32]
    bounds: NDArray[np.int64]


class Printed(NamedTuple):
    """What stands for texts, in their order."""

    word_counts: NDArray[np.int64]
    text_hashes: U64
    prints: Prints
    contexts: NDArray[np.uint32]  # of the prints


def joined(parts: list[Prints]) -> Prints:
    """The fingerprints of several lots of texts as those of one."""
    if len(parts) == 1:
        return parts[0]
    lengths = [np.zeros(1, dtype=np.int64), *(np.diff(part.bounds) for part in parts)]
    return Prints(
        np.concatenate([np.zeros(0, dtype=np.uint64), *(part.values for part in parts)]),
        np.concatenate([np.zeros(0, dtype=np.uint32), *(part.positions for part in parts)]),
        np.cumsum(np.concatenate(lengths)),
    )


def fingerprints(texts: pl.Series) -> Printed:
    """The fingerprints of a column of texts, the same whatever the batches.

    `text_hashes` are the running state of XXH64 over the word hashes, begun with its fifth prime and finished by its avalanche;
    a fingerprint is the polynomial of Karp and Rabin (1987) over the word hashes to the base of XXH64's first prime, modulo
    2^64, finished the same way. A text of fewer than GRAM words has one fingerprint, of all its words; an empty one has none.
    """
    slices = [texts.slice(at, _SLICE) for at in range(0, len(texts), _SLICE)]
    # A text of n words has at most n - GRAM + 1 fingerprints, a short one 1; memory that is not written costs nothing.
    most = [int(part.str.len_bytes().fill_null(0).sum()) // 2 + len(part) for part in slices]
    size = max(most, default=0)
    room = np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.uint32), np.empty(size, dtype=np.uint32)
    parts = [_slice(part, *room) for part in slices]
    return Printed(
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.word_counts for part in parts)]),
        np.concatenate([np.zeros(0, dtype=np.uint64), *(part.text_hashes for part in parts)]),
        joined([part.prints for part in parts]),
        np.concatenate([np.zeros(0, dtype=np.uint32), *(part.contexts for part in parts)]),
    )


def fingerprint(frame: pl.DataFrame) -> pl.DataFrame:
    """`fingerprints` as a frame: takes (article_id String, text String) and gives FINGERPRINTS, a row a row, in the same order."""
    if not COMPILED:
        return fingerprint_plain(frame)
    made = fingerprints(frame["text"])
    return pl.DataFrame(
        [
            frame["article_id"],
            pl.Series("word_count", made.word_counts),
            pl.Series("text_hash", made.text_hashes),
            lists("fingerprints", made.prints.values, made.prints.bounds),
            lists("positions", made.prints.positions, made.prints.bounds),
        ]
    )


def _slice(texts: pl.Series, prints: U64, positions: NDArray[np.uint32], contexts: NDArray[np.uint32]) -> Printed:
    data, offsets = buffers(texts)
    rows = len(texts)
    sizes = np.diff(offsets)
    longest = room(int(sizes.max()))
    counts = np.zeros(rows, dtype=np.int64)
    text_hashes = np.zeros(rows, dtype=np.uint64)
    bounds = np.zeros(rows + 1, dtype=np.int64)
    fingerprint_kernel(
        data,
        offsets,
        *fold.load(),
        np.empty(longest, dtype=np.uint64),
        np.empty(longest, dtype=np.uint64),
        counts,
        text_hashes,
        prints,
        positions,
        contexts,
        bounds,
    )
    total = int(bounds[-1])
    made = Prints(prints[:total].copy(), positions[:total].copy(), bounds)
    return Printed(counts, text_hashes, made, contexts[:total].copy())


def lists(name: str, values: NDArray[np.generic], bounds: NDArray[np.int64]) -> pl.Series:
    """A column of lists: row i holds values[bounds[i]:bounds[i + 1]]."""
    import pyarrow as pa

    items, kept = _array(values), [None, pa.py_buffer(np.ascontiguousarray(bounds))]
    return pl.Series(name, pa.Array.from_buffers(pa.large_list(items.type), len(bounds) - 1, kept, children=[items]))


def column(name: str, values: NDArray[np.generic]) -> pl.Series:
    """A column of numbers, in the memory that they are in."""
    return pl.Series(name, _array(values))


def _array(values: NDArray[np.generic]) -> Any:
    import pyarrow as pa

    # From buffers: pyarrow asks pandas, which takes a third of a second to load, what else an array might be.
    kept = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, kept])


def fingerprint_plain(frame: pl.DataFrame) -> pl.DataFrame:
    """`fingerprint` in plain Python: the same bits, a hundred times slower."""
    mask = (1 << 64) - 1
    rows = []
    for article_id, text in frame.select("article_id", "text").iter_rows():
        hashes = [int(h) for h in cut_plain(text or "").hashes]
        state = P5
        for h in hashes:
            state = absorb_plain(state, h)
        size = min(GRAM, len(hashes))
        grams = []
        for i in range(len(hashes) - size + 1 if hashes else 0):
            rolling = 0
            for h in hashes[i : i + size]:
                rolling = (rolling * P1 + h) & mask
            grams.append(avalanche_plain(rolling))
        kept: list[int] = []
        for last in range(min(WINDOW, len(grams)) - 1, len(grams)) if grams else ():
            least = min(range(max(0, last - WINDOW + 1), last + 1), key=lambda i: (grams[i], -i))
            if not kept or kept[-1] != least:
                kept.append(least)
        rows.append((article_id, len(hashes), avalanche_plain(state), [grams[i] for i in kept], kept))
    return pl.DataFrame(rows, schema=FINGERPRINTS, orient="row")
