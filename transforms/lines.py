"""The lines of a whole batch of texts, and the class of those whose looks tell it at once; the texts without some of them.

What belongs here: the kernels that pass over the bytes. What does not: what the classes mean and the lines that need
their words looked at (transforms.chrome, whose `lines` is the plain path that this one is held against).

Whatever the kernel does not know for certain it leaves open (OPEN): so it has to know no Unicode beyond the letters of
ASCII and Cyrillic, and a word that it takes for a known one by chance costs time and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, cast

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from transforms.compiled import Int, allocating, compiled
from transforms.words import buffers, copy

OPEN: Final = 0
"""Code of a line that has to be looked at."""
PROSE: Final = 1
SENTENCE: Final = 2
HEADING: Final = 3
MAYBE: Final = 1
"""Of a text: its lines may all be prose or sentences, once the open ones are looked at."""
SURE: Final = 2

# Letters that the kernel knows beyond ASCII: the Cyrillic blocks.
_FIRST_LETTER: Final = 0x400
_LAST_LETTER: Final = 0x530
# Places of the sieve, a bit each (16 kB): with the 737 words of today one first word in 178 is looked at for nothing.
_SIEVE: Final = 1 << 17
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


class Batch(NamedTuple):
    """A batch of texts: their UTF-8 bytes, end to end, and where each begins (one more than texts)."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]


def batch(texts: pl.Series) -> Batch:
    """The bytes of a column of texts without NULLs."""
    return Batch(*buffers(texts))


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
    texts (characters, half-open, without the line's end) and their codes; the same places in the batch's bytes; per text the byte
    where its lines begin, and whether it has lines and all of them are prose or sentences (SURE), or may be (MAYBE: some are
    open)."""

    bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    codes: NDArray[np.uint8]
    first_bytes: NDArray[np.int64]
    last_bytes: NDArray[np.int64]
    head_bytes: NDArray[np.int64]
    plain: NDArray[np.uint8]


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
    sieve = np.zeros(_SIEVE >> 3, dtype=np.uint8)
    for word in known:
        state = _BASIS
        for char in word:
            state = (state ^ ord(char)) * _PRIME & _MASK
        place = (state >> 15 ^ state) & _SIEVE - 1
        sieve[place >> 3] |= 1 << (place & 7)
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
    place = (state >> 15 ^ state) & (_SIEVE - 1)
    return inside and sieve[place >> 3] >> (place & 7) & 1 == 0


@compiled
def _characters(data: NDArray[np.uint8], begin: Int, end: Int) -> Int:
    count = np.int64(0)
    part = data[begin:end]
    for at in range(len(part)):  # from 0, so that the compiler takes many bytes at a time
        count += part[at] & 0xC0 != 0x80
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
        odd = False
        for at in range(begin + 1, end):
            byte, before = data[at], data[at - 1]
            if byte == 32 and before in (46, 44):  # ". " or ", "
                return PROSE
            odd |= (byte == 119 and before == 119) or (byte == 47 and before == 58)  # of "www." and "://"
            odd |= byte == 9 or (byte == 32 and before == 32)  # a menu may be parted by blanks
        return OPEN if odd else HEADING
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
def _is_blank(point: Int) -> bool:
    """Whether Python's `str.strip` takes the character off."""
    if point <= 0x20:
        return bool(point == 0x20 or 9 <= point <= 13 or 28 <= point <= 31)
    if point < 0x1680:
        return bool(point == 0x85 or point == 0xA0)  # noqa: PLR1714 - numba compiles this
    if 0x2000 <= point <= 0x200A or point == 0x1680:
        return True
    return bool(point == 0x2028 or point == 0x2029 or point == 0x202F or point == 0x205F or point == 0x3000)  # noqa: PLR1714


@compiled
def _all_blank(data: NDArray[np.uint8], begin: Int, end: Int) -> bool:
    at = begin
    while at < end:
        if not _is_blank(_point(data, at)):
            return False
        at += 1
        while at < end and data[at] & 0xC0 == 0x80:
            at += 1
    return True


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
    first_bytes: NDArray[np.int64],
    last_bytes: NDArray[np.int64],
    head_bytes: NDArray[np.int64],
    plain: NDArray[np.uint8],
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
        head_bytes[row] = at
        state: Int = SURE
        while at < limit:
            begin = at
            while line < len(breaks) and breaks[line] < begin:
                line += 1
            end = min(breaks[line], limit) if line < len(breaks) else limit
            at = end + 1
            start = character
            length = _characters(data, begin, end)
            whole = end - begin
            character += length + 1
            if length > paragraph and 0 < _last_kind(data, end) < _ODD:
                code = PROSE
            else:
                stop = end
                while begin < stop and (data[stop - 1] == 32 or data[stop - 1] == 9):
                    stop -= 1
                while begin < stop and (data[begin] == 32 or data[begin] == 9):
                    begin += 1
                if begin == stop:
                    continue
                size = length if stop - begin == whole else _characters(data, begin, stop)
                code = _code(data, begin, stop, size, noticed, small, sieve, prose, label, notice, words)
                if code == OPEN and _all_blank(data, begin, stop):
                    continue
            starts[found] = start
            ends[found] = start + length
            codes[found] = code
            first_bytes[found] = at - 1 - whole
            last_bytes[found] = at - 1
            if code == HEADING:
                state = 0
            elif code == OPEN:
                state = min(state, MAYBE)
            found += 1
        plain[row] = state if found > bounds[row] else 0
    bounds[len(heads)] = found
    return found


def find(texts: Batch, heads: NDArray[np.int64], notices: NDArray[np.bool_], told: Rules) -> Found:
    """The lines of a batch.

    Takes the texts, where in each the lines begin (characters), whether each can hold the words of a notice, and the rules. Gives
    the lines that are not blank.
    """
    data, offsets = texts
    count = len(heads)
    breaks = np.flatnonzero(data == 10)
    most = len(breaks) + count
    bounds = np.empty(count + 1, dtype=np.int64)
    places = [np.empty(most, dtype=np.int64) for _ in range(4)]
    codes = np.empty(most, dtype=np.uint8)
    head_bytes, plain = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.uint8)
    starts, ends, firsts, lasts = places
    found = _find_kernel(
        data, offsets, breaks, heads, notices, *told, bounds, starts, ends, codes, firsts, lasts, head_bytes, plain
    )
    return Found(bounds, starts[:found], ends[:found], codes[:found], firsts[:found], lasts[:found], head_bytes, plain)


# --- cutting ----------------------------------------------------------------------------------------------------------------------


@compiled
def _copy(data: NDArray[np.uint8], begin: Int, end: Int, out: NDArray[np.uint8], base: Int, at: Int) -> Int:
    """Copies the bytes to `at`, without the blanks that would begin the text at `base`; the place after them."""
    while at == base and begin < end and _is_blank(_point(data, begin)):
        begin += 1
        while begin < end and data[begin] & 0xC0 == 0x80:
            begin += 1
    copy(data[begin:end], out[at : at + end - begin])
    return at + end - begin


@compiled
def _cut_kernel(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    head_bytes: NDArray[np.int64],
    heads: NDArray[np.int64],
    bounds: NDArray[np.int64],
    cut: NDArray[np.int64],
    ends: NDArray[np.int64],
    first_bytes: NDArray[np.int64],
    last_bytes: NDArray[np.int64],
    out: NDArray[np.uint8],
    places: NDArray[np.int64],
    span_ends: NDArray[np.int64],
) -> Int:
    to: Int = np.int64(0)
    for row in range(len(heads)):
        base = to
        places[row] = base
        at = head_bytes[row] if heads[row] > 0 else offsets[row]
        limit = offsets[row + 1]
        for i in range(bounds[row], bounds[row + 1]):
            line = cut[i]
            to = _copy(data, at, first_bytes[line], out, base, to)
            # The line's end and the blank lines after it; blanks at the beginning of the next line are its own.
            at = last_bytes[line]
            look = at
            while look < limit:
                if data[look] == 10:
                    look += 1
                    at = look
                elif at > last_bytes[line] and (data[look] == 32 or data[look] == 9):
                    look += 1
                else:
                    break
            span_ends[i] = ends[line] + at - last_bytes[line]
        to = _copy(data, at, limit, out, base, to)
        while to > base:
            last = to - 1
            while out[last] & 0xC0 == 0x80:
                last -= 1
            if not _is_blank(_point(out, last)):
                break
            to = last
    places[len(heads)] = to
    return to


def cut(
    texts: Batch, heads: NDArray[np.int64], found: Found, bounds: NDArray[np.int64], lines: NDArray[np.int64]
) -> tuple[pl.Series, NDArray[np.int64]]:
    """The texts without their heads and without some of their lines, stripped.

    Takes the texts of `find`, where their lines begin, what `find` gave, and the lines that go: where each text's begin among them
    (one more than texts), and which of `found` they are. Gives the texts, and where the span of each such line ends (characters):
    behind its end and the blank lines after it.
    """
    data, offsets = texts
    count = len(heads)
    out = np.empty(int(offsets[-1] - offsets[0]) if count else 0, dtype=np.uint8)
    places, span_ends = np.zeros(count + 1, dtype=np.int64), np.empty(len(lines), dtype=np.int64)
    size = _cut_kernel(
        data,
        offsets,
        found.head_bytes,
        heads,
        bounds,
        lines,
        found.ends,
        found.first_bytes,
        found.last_bytes,
        out,
        places,
        span_ends,
    )
    array = pa.LargeStringArray.from_buffers(count, pa.py_buffer(places), pa.py_buffer(out[:size]))
    return cast("pl.Series", pl.from_arrow(array)), span_ends


# --- stems ------------------------------------------------------------------------------------------------------------------------


class Stems(NamedTuple):
    """Strings to look for: their bytes, end to end, with the small letters of ASCII; where each begins (one more than strings);
    by mark of its first bytes the number (from 1) of one string; by string the number of another one of its mark, or 0."""

    data: NDArray[np.uint8]
    bounds: NDArray[np.int64]
    marks: NDArray[np.uint8]
    others: NDArray[np.int64]


STEM_BYTES: Final = 6
"""Bytes that the mark of a stem is made of (three Cyrillic letters). Shorter ones are not taken."""
# Places of the sieve of stems: with the hundred of today a place in fifty holds one.
_STEM_SIEVE: Final = 1 << 12
_MOST_STEMS: Final = 255
# Bytes whose marks are made at a time: marks and places stay in the nearest cache.
_BLOCK: Final = 2048


@compiled
def _mark_of(data: NDArray[np.uint8], marks: NDArray[np.uint16]) -> None:
    """The marks of all places of `data` that have STEM_BYTES bytes, capitals of ASCII and some of Cyrillic as small letters.
    Shifts and sums of the six bytes and no state, so that the compiler takes many places at a time."""
    for at in range(len(marks)):
        one = np.uint16((data[at] ^ data[at + 2] ^ data[at + 4]) | 32)
        marks[at] = (
            np.uint16(data[at + 1] | 32)
            ^ np.uint16(data[at + 3] | 32) << np.uint16(3)
            ^ np.uint16(data[at + 5] | 32) << np.uint16(6)
            ^ one << np.uint16(4)
        ) & np.uint16(_STEM_SIEVE - 1)


def stems(told: Sequence[str]) -> Stems:
    """The stems, made ready. Raises ValueError for one of fewer than STEM_BYTES bytes, or for too many."""
    raw = [stem.encode().lower() for stem in told]  # of bytes `lower` takes the letters of ASCII alone
    if len(raw) > _MOST_STEMS or any(len(one) < STEM_BYTES for one in raw):
        raise ValueError(f"At most {_MOST_STEMS} stems, each of {STEM_BYTES} bytes or more.")
    marks, others = np.zeros(_STEM_SIEVE, dtype=np.uint8), np.zeros(len(raw) + 1, dtype=np.int64)
    place = np.empty(1, dtype=np.uint16)
    for number, one in enumerate(raw, 1):
        _mark_of(np.frombuffer(one[:STEM_BYTES], dtype=np.uint8), place)
        others[number], marks[place[0]] = marks[place[0]], number
    bounds = np.zeros(len(raw) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in raw], out=bounds[1:])
    return Stems(np.frombuffer(b"".join(raw), dtype=np.uint8), bounds, marks, others)


@compiled
def _begins(data: NDArray[np.uint8], at: Int, stem: NDArray[np.uint8]) -> bool:
    for i in range(len(stem)):
        byte = data[at + i]
        if (byte | 32 if 65 <= byte <= 90 else byte) != stem[i]:
            return False
    return True


@allocating
def _held_kernel(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    stem_data: NDArray[np.uint8],
    stem_bounds: NDArray[np.int64],
    sieve: NDArray[np.uint8],
    others: NDArray[np.int64],
    held: NDArray[np.bool_],
) -> None:
    marks = np.empty(_BLOCK, dtype=np.uint16)
    hits = np.empty(_BLOCK, dtype=np.int64)
    row = 0
    last = offsets[len(held)] - STEM_BYTES + 1
    for base in range(offsets[0], last, _BLOCK):
        size = min(_BLOCK, last - base)
        _mark_of(data[base : base + size + STEM_BYTES - 1], marks[:size])
        count = 0
        for i in range(size):  # without a branch: a place that is no hit is written over
            hits[count] = i
            count += sieve[marks[i]] != 0
        for i in range(count):
            at = base + hits[i]
            number = np.int64(sieve[marks[hits[i]]])
            while at >= offsets[row + 1]:
                row += 1
            while number > 0:
                begin, end = stem_bounds[number - 1], stem_bounds[number]
                if at + end - begin <= offsets[row + 1] and _begins(data, at, stem_data[begin:end]):
                    held[row, number - 1] = True
                number = others[number]


def held(texts: Batch, told: Stems) -> NDArray[np.bool_]:
    """Which stems each text holds (texts by stems), whatever the case of the letters of ASCII."""
    data, offsets = texts
    found = np.zeros((len(offsets) - 1, len(told.bounds) - 1), dtype=np.bool_)
    _held_kernel(data, offsets, *told, found)
    return found


# --- clean texts ------------------------------------------------------------------------------------------------------------------


# Bytes from the beginning of a text on in which the letters that it needs are counted.
_LETTERS_WITHIN: Final = 256


@allocating
def _clean_kernel(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    letters: Int,
    suspects: NDArray[np.bool_],
    sure: NDArray[np.bool_],
) -> None:
    marks = np.empty(_BLOCK, dtype=np.uint8)
    for row in range(len(sure)):
        begin, end = offsets[row], offsets[row + 1]
        # Two bytes are looked at behind each; the last text of a batch has none behind it.
        if end - begin < 2 or end + 2 > len(data) or suspects[np.int64(data[begin]) << 8 | np.int64(data[begin + 1])]:
            sure[row] = False
            continue
        count = 0
        for at in range(begin, min(end, begin + _LETTERS_WITHIN)):
            byte = data[at]
            count += (byte & 0xFC == 0xD0) | ((byte | 32) >= 97) & ((byte | 32) <= 122)
        odd = 0
        for base in range(begin, end, _BLOCK):
            size = min(_BLOCK, end - base)
            one, two, three = (
                data[base : base + size],
                data[base + 1 : base + size + 1],
                data[base + 2 : base + size + 2],
            )
            # From 0, without a branch and without a sum, so that the compiler takes many bytes at a time.
            for at in range(size):
                byte, second, third = one[at], two[at], three[at]
                cyrillic = (byte & 0xFC == 0xD0) & ((byte != 0xD2) | (second < 0x82) | (second > 0x89))
                quote = (byte == 0xC2) & ((second == 0xAB) | (second == 0xBB))
                dash = (byte == 0xE2) & (second == 0x80) & (third >= 0x90) & (third <= 0xA6)
                number = (byte == 0xE2) & (second == 0x84) & (third == 0x96)
                plain = (byte >= 0x20) & (byte < 0xC0) & (byte != 0x7F) | (byte == 10) | (byte == 9)
                marks[at] = np.uint8(not (plain | cyrillic | quote | dash | number))
            for at in range(size):
                odd += marks[at]
        sure[row] = odd == 0 and count >= letters


def clean(texts: Batch, letters: int, suspects: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which texts certainly hold nothing but printable ASCII, line feeds, tabs, Cyrillic letters (U+0400 to U+04FF without
    the signs and marks among them), « and », dashes, quotation marks and dots of U+2010 to U+2026, and №; begin with none of
    the pairs of bytes that `suspects` marks (the first of a pair counts 256); and hold at least so many letters. Of the others
    nothing is said."""
    data, offsets = texts
    sure = np.empty(len(offsets) - 1, dtype=np.bool_)
    _clean_kernel(data, offsets, letters, suspects, sure)
    return sure
