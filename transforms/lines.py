"""The lines of a whole batch of texts, and the class of those whose looks tell it at once.

What belongs here: the kernel that passes over the bytes. What does not: what the classes mean and the lines that need
their words looked at (transforms.chrome, whose `lines` is the plain path that this one is held against).

Whatever the kernel does not know for certain it leaves open (OPEN): so it has to know no Unicode beyond the letters of
ASCII and Cyrillic, and a word that it takes for a known one by chance costs time and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.compiled import Int, compiled
from transforms.words import buffers

OPEN: Final = 0
"""Code of a line that has to be looked at."""
PROSE: Final = 1
SENTENCE: Final = 2
HEADING: Final = 3

# Letters that the kernel knows beyond ASCII: the Cyrillic blocks.
_FIRST_LETTER: Final = 0x400
_LAST_LETTER: Final = 0x530
# Places of the sieve: with the 465 words of today one first word in 35 is looked at for nothing.
_SIEVE: Final = 1 << 14
# FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv), over code points in place of bytes.
_BASIS: Final = 0x811C9DC5
_PRIME: Final = 0x01000193
_MASK: Final = 0xFFFFFFFF

# What a last or first character is to the kernel.
_OTHER: Final = 0
_STOP: Final = 1  # . ! ? …
_PAUSE: Final = 2  # : ;
_QUOTE: Final = 3  # » ” "
_ODD: Final = 4  # may be a blank that is no space or tab


class Rules(NamedTuple):
    """What the kernel goes by: the letters' small forms (from U+0400 on; 0: no letter), the marks of the known first words, and
    the lengths of transforms.chrome and transforms.date."""

    small: NDArray[np.int64]
    sieve: NDArray[np.uint8]
    prose: int
    label: int
    notice: int
    words: int


class Found(NamedTuple):
    """The lines of a batch that are not blank: where each text's begin among them (one more than texts), their places in their
    texts (characters, half-open, without the line's end) and their codes."""

    bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    codes: NDArray[np.uint8]


def rules(known: Iterable[str], *, prose: int, label: int, notice: int, words: int) -> Rules:
    """The rules.

    Takes the folded first words that have to be looked at, the lengths (characters) from which a line is prose, beyond which it is
    no label, beyond which it is no notice, and the most words of a stamp.
    """
    small = np.zeros(_LAST_LETTER - _FIRST_LETTER, dtype=np.int64)
    for point in range(_FIRST_LETTER, _LAST_LETTER):
        folded = chr(point).casefold()
        if chr(point).isalpha() and len(folded) == 1:
            small[point - _FIRST_LETTER] = ord(folded)
    sieve = np.zeros(_SIEVE, dtype=np.uint8)
    for word in known:
        state = _BASIS
        for char in word:
            state = (state ^ ord(char)) * _PRIME & _MASK
        sieve[(state >> 14 ^ state) & _SIEVE - 1] = 1
    return Rules(small, sieve, prose, label, notice, words)


@compiled
def _point(data: NDArray[np.uint8], at: Int) -> Int:
    """The code point whose first byte is at `at`."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return lead
    if lead < 0xE0:
        return (lead & 31) << 6 | np.int64(data[at + 1]) & 63
    if lead < 0xF0:
        return (lead & 15) << 12 | (np.int64(data[at + 1]) & 63) << 6 | np.int64(data[at + 2]) & 63
    return (
        (lead & 7) << 18
        | (np.int64(data[at + 1]) & 63) << 12
        | (np.int64(data[at + 2]) & 63) << 6
        | np.int64(data[at + 3]) & 63
    )


@compiled
def _kind(point: Int) -> Int:
    if point == 0x2E or point == 0x21 or point == 0x3F or point == 0x2026:  # noqa: PLR1714 - numba compiles this
        return _STOP
    if point == 0x3A or point == 0x3B:  # noqa: PLR1714
        return _PAUSE
    if point == 0xBB or point == 0x201D or point == 0x22:  # noqa: PLR1714
        return _QUOTE
    if point < 0x20 or 0x7F <= point <= 0xA0:
        return _ODD
    # The blanks of Unicode beyond Latin-1: U+1680, U+2000 to U+205F with what lies between, U+3000.
    if point == 0x1680 or 0x2000 <= point <= 0x200F or 0x2028 <= point <= 0x202F or point == 0x205F or point == 0x3000:  # noqa: PLR1714
        return _ODD
    return _OTHER


@compiled
def _last_kind(data: NDArray[np.uint8], end: Int) -> Int:
    at = end - 1
    while data[at] & 0xC0 == 0x80:
        at -= 1
    return _kind(_point(data, at))


@compiled
def _unknown(data: NDArray[np.uint8], begin: Int, end: Int, small: NDArray[np.int64], sieve: NDArray[np.uint8]) -> bool:
    """Whether the line has a first word and it is certainly none of the known."""
    state: Int = _BASIS
    inside = False
    at = begin
    while at < end:
        byte = np.int64(data[at])
        letter: Int = 0
        if byte < 0x80:
            lower = byte | 32
            if 97 <= lower <= 122:
                letter = lower
            at += 1
        else:
            point = _point(data, at)
            at += 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            if _FIRST_LETTER <= point < _LAST_LETTER:
                letter = np.int64(small[point - _FIRST_LETTER])
            # Beside letters only quotation marks, dashes, bullets, the ellipsis and the numero sign are known.
            if letter == 0 and not (
                point == 0xAB or point == 0xBB or 0x2010 <= point <= 0x2027 or point == 0x2116  # noqa: PLR1714
            ):
                return False
        if letter != 0:
            inside = True
            state = (state ^ letter) * _PRIME & _MASK
        elif inside:
            break
    return inside and sieve[(state >> 14 ^ state) & (_SIEVE - 1)] == 0


@compiled
def _characters(data: NDArray[np.uint8], begin: Int, end: Int) -> Int:
    count = np.int64(0)
    for at in range(begin, end):
        count += data[at] & 0xC0 != 0x80
    return count


@compiled
def _code(
    data: NDArray[np.uint8],
    begin: Int,
    end: Int,
    size: Int,
    noticed: bool,
    small: NDArray[np.int64],
    sieve: NDArray[np.uint8],
    prose: Int,
    label: Int,
    notice: Int,
    words: Int,
) -> Int:
    """The code of a line of `size` characters without the blanks at its ends."""
    last = _last_kind(data, end)
    if last == _ODD or _kind(_point(data, begin)) == _ODD:
        return OPEN
    if size > label:
        if noticed and size <= notice:
            return OPEN
        if last != _OTHER:
            return PROSE
        for at in range(begin + 1, end):
            if data[at] == 32 and (data[at - 1] == 46 or data[at - 1] == 44):  # ". " or ", "
                return PROSE
        return HEADING
    if noticed or last == _OTHER:
        return OPEN
    blanks = np.int64(data[begin] == 32)
    digits = np.int64(48 <= data[begin] <= 57)
    marks = np.int64(0)
    for at in range(begin + 1, end):  # without a branch, so that the compiler takes many bytes at a time
        byte, before = data[at], data[at - 1]
        blanks += byte == 32
        digits += (byte >= 48) & (byte <= 57)
        # Of "©", "www." and "://" two bytes each.
        marks += (byte == 0xA9) & (before == 0xC2) | (byte == 119) & (before == 119) | (byte == 47) & (before == 58)
    if marks > 0:
        return OPEN
    if size >= prose:
        code = PROSE
    elif last != _QUOTE and ((blanks >= words and last == _STOP) or (blanks >= 2 and digits == 0)):
        code = SENTENCE  # without a digit it is no stamp, and with such an end no credit
    else:
        return OPEN
    return code if _unknown(data, begin, end, small, sieve) else OPEN


@compiled
def _find_kernel(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    breaks: NDArray[np.int64],
    heads: NDArray[np.int64],
    notices: NDArray[np.bool_],
    small: NDArray[np.int64],
    sieve: NDArray[np.uint8],
    prose: Int,
    label: Int,
    notice: Int,
    words: Int,
    bounds: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    codes: NDArray[np.uint8],
) -> Int:
    found = 0
    line = 0
    code: Int = OPEN
    for row in range(len(heads)):
        bounds[row] = found
        at = offsets[row]
        limit = offsets[row + 1]
        noticed = notices[row]
        paragraph = notice if noticed else label
        character = np.int64(0)
        while at < limit and (character < heads[row] or data[at] & 0xC0 == 0x80):
            character += data[at] & 0xC0 != 0x80
            at += 1
        while at < limit:
            begin = at
            while line < len(breaks) and breaks[line] < begin:
                line += 1
            end = min(breaks[line], limit) if line < len(breaks) else limit
            at = end + 1
            start = character
            length = _characters(data, begin, end)
            character += length + 1
            if length > paragraph and 0 < _last_kind(data, end) < _ODD:
                code = PROSE
            else:
                stop = end
                whole = end - begin
                while begin < stop and (data[stop - 1] == 32 or data[stop - 1] == 9):
                    stop -= 1
                while begin < stop and (data[begin] == 32 or data[begin] == 9):
                    begin += 1
                if begin == stop:
                    continue
                size = length if stop - begin == whole else _characters(data, begin, stop)
                code = _code(data, begin, stop, size, noticed, small, sieve, prose, label, notice, words)
            starts[found] = start
            ends[found] = start + length
            codes[found] = code
            found += 1
    bounds[len(heads)] = found
    return found


def find(texts: pl.Series, heads: list[int], notices: list[bool], told: Rules) -> Found:
    """The lines of a batch.

    Takes the texts, where in each the lines begin (characters), whether each can hold the words of a notice, and the rules. Gives
    the lines that are not blank (of blanks beyond space and tab some are left in, as OPEN).
    """
    data, offsets = buffers(texts)
    count = len(heads)
    breaks = np.flatnonzero(data == 10)
    most = len(breaks) + count
    bounds = np.empty(count + 1, dtype=np.int64)
    starts, ends = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    codes = np.empty(most, dtype=np.uint8)
    where, sure = np.array(heads, dtype=np.int64), np.array(notices, dtype=np.bool_)
    found = _find_kernel(data, offsets, breaks, where, sure, *told, bounds, starts, ends, codes)
    return Found(bounds, starts[:found], ends[:found], codes[:found])
