"""Words: the one notion that the product has of them, and their hashes.

What belongs here: cutting texts into folded words, with the place of each. What does not: n-grams (`transforms.fingerprint`).

A word is a run of letters and digits (Unicode categories L and N); marks and format characters (soft hyphen, zero-width joiner)
neither end a word nor count. In scripts that put no space between words every letter is a word of its own. Folding is NFKD and
casefold with marks dropped (`transforms.fold`), so that case, spacing, punctuation and ways of composing a letter do not matter.

The full hash of a word is a cyclic polynomial (Cohen, Recursive hashing functions for n-grams, 1997), with sums for exclusive ors,
over the code points of its folded form, each of which stands for itself times XXH64's first prime plus its fifth, finished by
XXH64's avalanche and made even; it begins with the fifth prime, turns by seven bits a letter, and is finished by the avalanche: a
look-up and a turn a letter, since cutting texts into words is what the search for reuse costs. The hash of a text is the polynomial
of Karp and Rabin (1987) to the base of XXH64's first prime over the full hashes of its words. What is kept of a word, and compared
with others word by word, are the upper 32 bits of its hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import fold
from transforms.compiled import COMPILED, Int, allocating, compiled
from transforms.memory import bare

NUMBER: Final = 1
"""Mark of a word that has a digit."""
CAPITAL: Final = 2
"""Mark of a word whose first letter is a capital."""
OPENS: Final = 4
"""Mark of the first word of a sentence or line, whose capital tells nothing."""
UNSPACED: Final = 8
"""Mark of a letter that is a word of its own."""
LINE: Final = 16
"""Mark of a word with a capital that begins a line, after one that no punctuation ended: headlines in a list, not wrapped prose."""
PRINTED: Final = 64
"""Mark of the first word of a fingerprint, of words that are kept (`transforms.sheets`)."""
_STOPPED: Final = 32  # kept beside the marks of the word to come: the sentence before it has ended

P1: Final = 0x9E3779B185EBCA87  # four of the primes of XXH64 (Collet, xxHash specification 0.1.1, "XXH64 algorithm description")
P2: Final = 0xC2B2AE3D27D4EB4F
P3: Final = 0x165667B19E3779F9
P5: Final = 0x27D4EB2F165667C5
_Q1, _Q2, _Q3, _Q5 = (np.uint64(p) for p in (P1, P2, P3, P5))
_PAGE_BITS: Final = 8
_LINE_FEED: Final = 10
_RETURN: Final = 13
_TURN: Final = np.uint64(7)  # bits: prime to 64, so that 64 letters stand in places of their own
_OTHER: Final = np.uint64(1)  # is set in what a character stands for that is no letter
_ONE, _TWO, _SIX, _EIGHT, _FIVE, _LOW = (np.uint64(number) for number in (1, 2, 6, 8, 31, 63))
_PLAIN: Final = (
    fold.KIND_MASK | fold.DIGIT | fold.EXPANDS
)  # of an entry that is WORD: a letter that folds to one letter
_SPACE: Final = 32
_KIND_SHIFT: Final = 21  # where fold.KIND_MASK begins

_INLINE: Final = (
    12  # bytes of a text that stands in its view (Arrow columnar format, "Variable-size Binary View Layout")
)
_TOGETHER: Final = 16  # texts in one memory, in the mean: a call for each takes as long as to copy so many

# Where a word stands is kept in one byte: the characters since the word before it and its own length, where both are as small as
# those of nearly all words; 0 says that it stands among the `far` ones.
_GAP_SHIFT: Final = 5
_LENGTH_MASK: Final = (1 << _GAP_SHIFT) - 1
_MOST_GAP: Final = 7

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]


class Words(NamedTuple):
    """The words of one text, in order; `starts` and `ends` are characters (code points) of the text, half-open."""

    hashes: U32
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    marks: NDArray[np.uint8]


@compiled
def copy(values: NDArray[Any], to: NDArray[Any]) -> None:
    """Copies values, the first one first: to assign a slice would ask first whether both overlap, and copy them twice.

    Both are to be parts of arrays: with places counted on in the loop the compiler does not take many values at a time.
    """
    for at in range(len(values)):
        to[at] = values[at]


@allocating
def avalanche(value: np.uint64) -> np.uint64:
    """The last step of XXH64: every bit of `value` reaches every bit of the result. Those of an array as well."""
    value = (value ^ (value >> np.uint64(33))) * _Q2
    value = (value ^ (value >> np.uint64(29))) * _Q3
    return value ^ (value >> np.uint64(32))


@compiled
def _turned(value: np.uint64) -> np.uint64:
    return np.uint64(value << _TURN) | np.uint64(value >> (np.uint64(64) - _TURN))


@compiled
def _letter(point: np.uint64) -> np.uint64:
    """What a folded code point stands for in the hash of a word."""
    return avalanche(point * _Q1 + _Q5) & ~_OTHER


class Table(NamedTuple):
    """What the kernels know of characters: `transforms.fold.Fold`, and what letters stand for."""

    pages: NDArray[np.uint16]
    blocks: U32
    expansions: U32
    near: U32
    # Of what UTF-8 writes in one byte: what its folded code point stands for, where that is one letter, no digit; others are odd.
    letters: U64
    # The same of what it writes in two, by both bytes; all other pairs of bytes are odd as well, so that one look-up tells.
    pairs: U64


@cache
def table() -> Table:
    """The table that is part of the package."""
    folded = fold.load()
    points = (folded.near & np.uint32(fold.POINT_MASK)).astype(np.uint64)
    letters = _letter.__wrapped__(points)  # type: ignore[attr-defined]
    letters[folded.near & np.uint32(_PLAIN) != fold.WORD] |= _OTHER
    places = np.arange(0x80, len(letters))
    pairs = np.full(1 << 16, _OTHER)
    pairs[(0xC0 | places >> 6) << 8 | 0x80 | places & 63] = letters[places]
    return Table(*folded, letters[:0x80], pairs)


@compiled
def _point(data: NDArray[np.uint8], at: Int) -> tuple[np.int64, int]:
    """The code point at byte `at`, of those that UTF-8 writes in three bytes or four, and how many."""
    lead, second, third = np.int64(data[at]), np.int64(data[at + 1]) & 63, np.int64(data[at + 2]) & 63
    if lead < 0xF0:
        return (lead & 15) << 12 | second << 6 | third, 3
    return (lead & 7) << 18 | second << 12 | third << 6 | np.int64(data[at + 3]) & 63, 4


@compiled
def _place(places: U8, far: NDArray[np.int32], at: Int, far_at: Int, before: Int, start: Int, end: Int) -> Int:
    """Writes that word `at` stands in [start, end) where the one before it ends at `before`; where the next `far` one goes."""
    to = np.uint64(at)
    if start - before <= _MOST_GAP and end - start <= _LENGTH_MASK:
        places[to] = (start - before) << _GAP_SHIFT | (end - start)
        return far_at
    places[to] = 0
    far[far_at, 0] = start
    far[far_at, 1] = end
    return far_at + 1


@compiled
def _close(
    hashes: U32,
    marks: U8,
    places: U8,
    far: NDArray[np.int32],
    at: Int,
    far_at: Int,
    full: np.uint64,
    mark: Int,
    before: Int,
    start: Int,
    end: Int,
) -> Int:
    """Writes word `at`; where the next `far` one goes."""
    to = np.uint64(at)  # a place without a sign is not looked at whether it counts from the end
    hashes[to] = full >> np.uint64(32)
    marks[to] = mark
    return _place(places, far, at, far_at, before, start, end)


@compiled
def first_start(places: U8, far: NDArray[np.int32], at: Int, far_at: Int) -> Int:
    """Where the first word of a text begins, which is word `at`."""
    return np.int64(places[at]) >> _GAP_SHIFT if places[at] else np.int64(far[far_at, 0])


@compiled
def spread_kernel(
    places: U8,
    far: NDArray[np.int32],
    begin: Int,
    end: Int,
    far_at: Int,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
) -> None:
    """Where the words [begin, end) of one text stand, the first of whose `far` ones is that at `far_at`."""
    character: Int = 0
    for at in range(begin, end):
        place = np.int64(places[at])
        if place:
            start = character + (place >> _GAP_SHIFT)
            character = start + (place & _LENGTH_MASK)
        else:
            start, character = np.int64(far[far_at, 0]), np.int64(far[far_at, 1])
            far_at += 1
        starts[at - begin] = start
        ends[at - begin] = character


@compiled
def span_kernel(places: U8, begin: Int, at: Int, reached: Int, first: Int, stop: Int) -> tuple[Int, Int]:
    """Where the words [first, stop) of a text stand that has no far ones and begins with word `begin`; those before word `at` end
    at `reached`, from where on characters are counted if they can be."""
    if first < at:
        at, reached = begin, 0
    # Bytes that are added up, many at a time: to place each word takes five times as long.
    before, inside = np.uint32(0), np.uint32(0)
    for place in places[at:first]:
        before += np.uint32(place >> _GAP_SHIFT) + np.uint32(place & _LENGTH_MASK)
    for place in places[first:stop]:
        inside += np.uint32(place >> _GAP_SHIFT) + np.uint32(place & _LENGTH_MASK)
    reached += np.int64(before)
    return reached + (np.int64(places[first]) >> _GAP_SHIFT), reached + np.int64(inside)


@compiled
def cut_kernel(
    data: U8,
    begin: Int,
    end: Int,
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
    at: Int,
    far_at: Int,
) -> tuple[Int, Int, Int, np.uint64]:
    """Cuts the UTF-8 bytes [begin, end) into words, which are written from `at` on, those that are far from `far_at` on.

    Gives where the next ones go, where the last one ends, and the hash of the text.
    """
    first = at
    text = _Q5
    character: Int = 0  # code points so far
    inside = False
    state = _Q5
    mark: Int = 0
    opens = OPENS
    before: Int = 0  # where the word before this one ends
    start: Int = 0
    byte: Int = begin
    until = np.uint64(end)
    limit = np.uint64(max(end - 1, 0))  # before it two bytes can be looked at
    while True:
        lead = np.int64(_SPACE)
        entry: Int = 0
        point: Int = 0
        kind: Int = fold.SEPARATOR
        if byte < end:
            lead = np.int64(data[byte])
            if lead < 0xE0:
                if lead < 0x80:
                    entry = np.int64(near[lead])
                    byte += 1
                else:
                    entry = np.int64(near[(lead & 31) << 6 | np.int64(data[byte + 1]) & 63])
                    byte += 2
                point = entry  # these entries have the folded code point itself
            else:
                point, width = _point(data, byte)
                byte += width
                entry = np.int64(blocks[pages[point >> _PAGE_BITS], point & 255])
                point += entry
            kind = entry & fold.KIND_MASK
            if kind == fold.SKIP:
                character += 1
                # A mark belongs to the letter before it.
                if not inside and at > first and before == character - 1 and marks[at - 1] & UNSPACED:
                    if places[at - 1] == 0:
                        far[far_at - 1, 1] = character
                    elif places[at - 1] & _LENGTH_MASK < _LENGTH_MASK:
                        places[at - 1] += 1
                    else:
                        far_at = _place(places, far, at - 1, far_at, start, start, character)
                    before = character
                continue
        elif not inside:
            return at, far_at, before, avalanche(text)
        if inside and kind != fold.WORD:
            full = avalanche(state)
            text = (text + full) * _Q1
            far_at = _close(hashes, marks, places, far, at, far_at, full, mark, before, start, character)
            before = character
            at += 1
            inside = False
            opens = 0
        if kind == fold.SEPARATOR:
            if entry & fold.STOP:
                if lead not in (_LINE_FEED, _RETURN):
                    opens = OPENS | _STOPPED
                elif not opens & _STOPPED:
                    opens = OPENS | LINE
            character += 1
            continue
        if not inside:
            start = character
            state = _Q5
            mark = opens & OPENS
            if entry & fold.UPPER:
                mark = opens & (OPENS | LINE) | CAPITAL
        if entry & fold.DIGIT:
            mark |= NUMBER
        if entry & fold.EXPANDS:
            expansion = entry & 0xFFFF
            for i in range(expansion, expansion + (entry >> 16 & 31)):
                state = _turned(state) + _letter(np.uint64(expansions[i]))
        else:
            state = _turned(state) + _letter(np.uint64(point & fold.POINT_MASK))
        character += 1
        if kind == fold.LONE:
            full = avalanche(state)
            text = (text + full) * _Q1
            far_at = _close(hashes, marks, places, far, at, far_at, full, mark | UNSPACED, before, start, character)
            before = character
            at += 1
            opens = 0
            continue
        inside = True
        # Most of all text: letters of two bytes, or of one, then a space and such a letter again. Places that are known not to be
        # negative save the compiler a look at each.
        while True:
            now = np.uint64(byte)
            while now < limit:
                value = pairs[np.uint64(data[now]) << _EIGHT | np.uint64(data[now + _ONE])]
                if value & _OTHER:
                    break
                state = _turned(state) + value
                now += _TWO
            character += (np.int64(now) - byte) >> 1
            begun = now
            if now < until and data[now] != _SPACE:
                while now < until:
                    letter = data[now]
                    if letter >= 0x80:
                        break
                    value = letters[np.uint64(letter)]
                    if value & _OTHER:
                        break
                    state = _turned(state) + value
                    now += _ONE
                character += np.int64(now - begun)
            byte = np.int64(now)
            if now + _TWO >= until or data[now] != _SPACE:
                break
            one, two = np.uint64(data[now + _ONE]), np.uint64(data[now + _TWO])
            place, width = (one & _FIVE) << _SIX | two & _LOW, 2
            value = pairs[one << _EIGHT | two]
            if value & _OTHER:
                if one >= 0x80:
                    break
                place, width = one, 1
                value = letters[one]
                if value & _OTHER:
                    break
            full = avalanche(state)
            text = (text + full) * _Q1
            far_at = _close(hashes, marks, places, far, at, far_at, full, mark, before, start, character)
            before = character
            at += 1
            opens = 0
            start = character + 1
            mark = np.int64(near[place]) // fold.UPPER % 2 * CAPITAL
            state = _turned(_Q5) + value
            byte += 1 + width
            character += 2


@compiled
def _kind(
    data: NDArray[np.uint8], at: Int, pages: NDArray[np.uint16], blocks: NDArray[np.uint32], near: NDArray[np.uint32]
) -> tuple[Int, Int]:
    """What the character at byte `at` is (fold.KIND_MASK), and its bytes."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return np.int64(near[lead]) & fold.KIND_MASK, 1
    if lead < 0xE0:
        return np.int64(near[(lead & 31) << 6 | np.int64(data[at + 1]) & 63]) & fold.KIND_MASK, 2
    point, width = _point(data, at)
    return np.int64(blocks[pages[point >> _PAGE_BITS], point & 255]) & fold.KIND_MASK, width


@compiled
def _outer(
    data: NDArray[np.uint8],
    begins: NDArray[np.int64],
    stops: NDArray[np.int64],
    pages: NDArray[np.uint16],
    blocks: NDArray[np.uint32],
    near: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    for row in range(len(starts)):
        at = begins[row]
        end = stops[row]
        while at < end:
            kind, width = _kind(data, at, pages, blocks, near)
            if kind in (fold.WORD, fold.LONE):
                break
            at += width
            starts[row] += 1
        # What is skipped behind the last letter is of its word, unless something else stands between.
        last = end
        while end > at:
            end -= 1
            while data[end] & 0xC0 == 0x80:
                end -= 1
            kind, width = _kind(data, end, pages, blocks, near)
            if kind in (fold.WORD, fold.LONE):
                break
            if kind == fold.SEPARATOR:
                last = end
        ends[row] = starts[row]
        for k in range(at, last):
            ends[row] += data[k] & 0xC0 != 0x80


def outer(texts: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the first word of each text begins and its last one ends, in characters; without words both are its length."""
    known = fold.load()
    starts, ends = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    for rows, part in parts(texts):
        _outer(*part, known.pages, known.blocks, known.near, starts[rows], ends[rows])
    return starts, ends


# Bytes that are looked at together: what is found of them stays in the nearest cache.
_BLOCK: Final = 2048


@compiled
def _count_near(
    data: NDArray[np.uint8],
    begin: Int,
    end: Int,
    part: NDArray[np.uint8],
    marks: NDArray[np.uint8],
) -> Int:
    """The words of a text that holds nothing but ASCII, Cyrillic letters (U+0400 to U+04FF), « », and dashes, quotation marks and
    dots of U+2010 to U+2026, of which none is skipped and each letter or digit is of a word; -1 for any other text. A letter or
    digit behind anything else begins a word."""
    count = np.int64(0)
    part[0] = part[1] = 32
    for base in range(begin, end, _BLOCK):
        size = min(_BLOCK, end - base)
        copy(data[base : base + size], part[2 : 2 + size])
        seconds, befores, now = part[:size], part[1 : 1 + size], part[2 : 2 + size]
        # From 0, without a branch, one thing at a time and its sum apart, so that the compiler takes many bytes at a time.
        for at in range(size):
            second, before, byte = seconds[at], befores[at], now[at]
            known = (before & 0xFC == 0xD0) & ((before != 0xD2) | (byte < 0x82) | (byte > 0x89))
            known |= (before == 0xC2) & ((byte == 0xAB) | (byte == 0xBB))
            known |= (before == 0xE2) & (byte == 0x80)
            known |= (second == 0xE2) & (before == 0x80) & (byte >= 0x90) & (byte <= 0xA6)
            known &= (byte >= 0x80) & (byte < 0xC0)
            marks[at] = np.uint8(not (known | (byte < 0x80) | (byte & 0xFC == 0xD0) | (byte == 0xC2) | (byte == 0xE2)))
        strange = 0
        for at in range(size):
            strange += marks[at]
        if strange > 0:
            return -1
        for at in range(size):
            second, before, byte = seconds[at], befores[at], now[at]
            small, small_before = np.uint8(byte | 32), np.uint8(before | 32)
            letter = (byte & 0xFC == 0xD0) | (byte >= 48) & (byte <= 57) | (small >= 97) & (small <= 122)
            inside = (second & 0xFC == 0xD0) & (before >= 0x80)
            inside |= (before >= 48) & (before <= 57) | (small_before >= 97) & (small_before <= 122)
            marks[at] = np.uint8(letter & (not inside))
        for at in range(size):
            count += marks[at]
        part[0], part[1] = part[size], part[size + 1]
    return count


@allocating
def _count_kernel(
    data: NDArray[np.uint8],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    pages: NDArray[np.uint16],
    blocks: NDArray[np.uint32],
    entries: NDArray[np.uint32],
    counts: NDArray[np.int64],
) -> None:
    # The kinds of all that UTF-8 writes in two bytes lie close together, and are passed without a branch on the kind.
    near = np.empty(len(entries), dtype=np.int64)
    for early in range(len(entries)):
        near[early] = (np.int64(entries[early]) & fold.KIND_MASK) >> _KIND_SHIFT
    part, marks = np.empty(_BLOCK + 2, dtype=np.uint8), np.empty(_BLOCK, dtype=np.uint8)
    for row in range(len(counts)):
        simple = _count_near(data, begins[row], ends[row], part, marks)
        if simple >= 0:
            counts[row] = simple
            continue
        count: Int = 0
        inside: Int = 0
        at = begins[row]
        end = ends[row]
        while at < end:
            lead = np.int64(data[at])
            kind: Int
            if lead < 0x80:
                kind = near[lead]
                at += 1
            elif lead < 0xE0:
                kind = near[(lead & 31) << 6 | np.int64(data[at + 1]) & 63]
                at += 2
            else:
                point, width = _point(data, at)
                at += width
                kind = (np.int64(blocks[pages[point >> _PAGE_BITS], point & 255]) & fold.KIND_MASK) >> _KIND_SHIFT
            # Bit 0: a word or a lone letter; bit 1: skipped or a lone letter (fold.WORD, SKIP, LONE).
            word, skipped = kind & 1, kind >> 1
            count += word & (skipped | 1 - inside)
            inside = word & 1 - skipped | inside & skipped & 1 - word
        counts[row] = count


def buffers(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The UTF-8 bytes of a column of texts, end to end, and where each begins; NULL counts as the empty text."""
    array = (texts.fill_null("") if texts.null_count() else texts).to_arrow()
    if array.type != "large_string":
        array = array.cast("large_string")
    _, offsets, data = array.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    flat = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(0, dtype=np.uint8)
    return flat, bounds


class Part(NamedTuple):
    """Texts that stand in one memory: those of text i are its bytes [begins[i], ends[i])."""

    memory: U8
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]


def parts(texts: pl.Series) -> Iterator[tuple[slice, Part]]:
    """The UTF-8 bytes of a column of texts, without a copy of them; NULL counts as the empty text.

    Some texts at a time, that stand in one memory: which of them, and where. Where texts that follow one another stand in many,
    they are copied.
    """
    import pyarrow as pa

    array = (texts.fill_null("") if texts.null_count() else texts).to_arrow(compat_level=pl.CompatLevel.newest())
    if array.type != pa.string_view():
        yield slice(0, len(texts)), _copied(texts)
        return
    _, views, *others = array.buffers()
    # A view is 16 bytes: the length, and up to _INLINE bytes of text, or the first four, the number of the memory, the place in it.
    seen = np.frombuffer(views, dtype=np.uint32).reshape(-1, 4)[array.offset : array.offset + len(array)]
    inline = seen[:, 0] <= _INLINE
    homes = np.where(inline, len(others), seen[:, 2])
    begins = np.where(inline, 16 * (array.offset + np.arange(len(seen))) + 4, seen[:, 3]).astype(np.int64)
    ends = begins + seen[:, 0]
    changes = np.flatnonzero(homes[1:] != homes[:-1]) + 1
    if len(changes) * _TOGETHER > len(texts):
        yield slice(0, len(texts)), _copied(texts)
        return
    for begin, end in pairwise([0, *changes.tolist(), len(texts)]):
        if begin < end:
            home = int(homes[begin])
            memory = np.frombuffer(others[home] if home < len(others) else views, dtype=np.uint8)
            yield slice(begin, end), Part(memory, begins[begin:end], ends[begin:end])


def _copied(texts: pl.Series) -> Part:
    memory, offsets = buffers(texts)
    bounds = offsets.copy()  # may be written to, as places in views may: a kernel is compiled for either
    return Part(memory, bounds[:-1], bounds[1:])


def most_words(size: int) -> int:
    """The most words that `size` bytes can hold: one byte a word and one between them, or three bytes an unspaced letter."""
    return size // 2 + 1


class Room(NamedTuple):
    """Memory for words, end to end, as the kernels write them."""

    hashes: U32
    marks: U8
    places: U8
    far: NDArray[np.int32]  # (words, 2): start and end of those whose place is 0


def make_room(words: int) -> Room:
    """Memory for so many words; what is not written costs nothing."""
    return Room(
        bare(words, np.uint32),
        bare(words, np.uint8),
        bare(words, np.uint8),
        bare((words, 2), np.int32),
    )


def cut(text: str) -> Words:
    """The words of one text: their hashes, places and marks (NUMBER, CAPITAL, OPENS, UNSPACED, LINE)."""
    if not COMPILED:
        return cut_plain(text)
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    made = make_room(most_words(len(data)))
    count, _, _, _ = cut_kernel(data, 0, len(data), *table(), *made, 0, 0)
    starts, ends = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    spread_kernel(made.places, made.far, 0, count, 0, starts, ends)
    return Words(made.hashes[:count].copy(), starts, ends, made.marks[:count].copy())


def count_words(texts: pl.Series) -> pl.Series:
    """How many words each text has (Int64, 0 for NULL), under the name of the column."""
    if not COMPILED:
        return pl.Series(texts.name, [len(cut_plain(text or "").hashes) for text in texts], dtype=pl.Int64)
    known = fold.load()
    counts = np.zeros(len(texts), dtype=np.int64)
    for rows, part in parts(texts):
        _count_kernel(*part, known.pages, known.blocks, known.near, counts[rows])
    return pl.Series(texts.name, counts, dtype=pl.Int64)


# The same in plain Python: where there is no numba, and what the kernels are held against.

_MASK: Final = (1 << 64) - 1


def _turned_plain(value: int) -> int:
    return (value << int(_TURN) | value >> 64 - int(_TURN)) & _MASK


def avalanche_plain(value: int) -> int:
    """`avalanche` in plain Python."""
    value = (value ^ value >> 33) * P2 & _MASK
    value = (value ^ value >> 29) * P3 & _MASK
    return value ^ value >> 32


def cut_plain(text: str) -> Words:
    """`cut` in plain Python."""
    return cut_and_hash_plain(text)[0]


def cut_and_hash_plain(text: str) -> tuple[Words, int]:
    """The words of a text and its hash, in plain Python."""
    known = fold.load()
    blocks = known.blocks
    pages = known.pages
    rows: list[list[int]] = []
    opens = OPENS
    state = whole = P5
    inside = False

    def close() -> None:
        nonlocal inside, opens, whole
        full = avalanche_plain(state)
        whole = (whole + full) * P1 & _MASK
        rows[-1][0] = full >> 32
        inside = False
        opens = 0

    for at, character in enumerate(text):
        point = ord(character)
        entry = int(blocks[pages[point >> _PAGE_BITS], point & 255])
        kind = entry & fold.KIND_MASK
        if kind == fold.SKIP:
            if rows and (inside or (rows[-1][3] & UNSPACED and rows[-1][2] == at)):
                rows[-1][2] = at + 1
            continue
        if inside and kind != fold.WORD:
            close()
        if kind == fold.SEPARATOR:
            if entry & fold.STOP:
                if point not in (_LINE_FEED, _RETURN):
                    opens = OPENS | _STOPPED
                elif not opens & _STOPPED:
                    opens = OPENS | LINE
            continue
        if not inside:
            rows.append([0, at, at, opens & (OPENS | LINE) | CAPITAL if entry & fold.UPPER else opens & OPENS])
            state = P5
            inside = True
        rows[-1][3] |= NUMBER if entry & fold.DIGIT else 0
        rows[-1][2] = at + 1
        points = [(point + entry) & fold.POINT_MASK]
        if entry & fold.EXPANDS:
            first = entry & 0xFFFF
            points = known.expansions[first : first + (entry >> 16 & 31)].tolist()
        for folded in points:
            state = (_turned_plain(state) + (avalanche_plain(folded * P1 + P5 & _MASK) & ~1)) & _MASK
        if kind == fold.LONE:
            rows[-1][3] |= UNSPACED
            close()
    if inside:
        close()
    hashes, starts, ends, marks = zip(*rows, strict=True) if rows else ((), (), (), ())
    words = Words(
        np.array(hashes, dtype=np.uint32),
        np.array(starts, dtype=np.int32),
        np.array(ends, dtype=np.int32),
        np.array(marks, dtype=np.uint8),
    )
    return words, avalanche_plain(whole)
