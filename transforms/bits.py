"""Sets of places as bits: of words, of circles, whatever is numbered from nought on.

What belongs here: 64 places in one number, so that many are looked at with one step. What does not: what the places are.

`planes` are sets side by side, (rows, sets) numbers: a row has BITS places of each set, so that what is asked of one place lies
together. There is room for a row more than the last place needs.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from transforms.compiled import Int, compiled
from transforms.words import U64

BITS: Final = 64
ROW: Final = 6  # a place shifted by so many is its row

ZERO: Final = np.uint64(0)
ONE: Final = np.uint64(1)
LAST: Final = np.uint64(BITS - 1)
ALL: Final = np.uint64((1 << BITS) - 1)


@compiled
def population(bits: np.uint64) -> Int:
    """How many bits are set (Warren, Hacker's Delight, section 5-1)."""
    # Compilers know these steps and make one instruction of them.
    bits -= bits >> ONE & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (bits >> np.uint64(2) & np.uint64(0x3333333333333333))
    bits = bits + (bits >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64(bits * np.uint64(0x0101010101010101) >> np.uint64(56))


@compiled
def lowest(bits: np.uint64) -> Int:
    """The place of the first bit that is set; there is one."""
    return population((bits & ZERO - bits) - ONE)


@compiled
def head(count: Int) -> np.uint64:
    """The first `count` bits, one at least; all of them where `count` is more."""
    return ALL >> np.uint64(BITS - min(count, BITS))


@compiled
def part(planes: U64, plane: Int, at: Int) -> np.uint64:
    """The bits of the places from `at` on."""
    # An index without a sign is not looked at whether it counts from the end.
    row, bit = np.uint64(at >> ROW), np.uint64(at & BITS - 1)
    return np.uint64(planes[row, plane] >> bit | planes[row + ONE, plane] << ONE << LAST - bit)


@compiled
def count_in(planes: U64, plane: Int, begin: Int, end: Int) -> Int:
    """How many of the places [begin, end) are in this set."""
    total: Int = 0
    for at in range(begin, end, BITS):
        total += population(part(planes, plane, at) & head(end - at))
    return total


@compiled
def put(planes: U64, plane: Int, begin: Int, end: Int) -> None:
    """Puts the places [begin, end) into a set."""
    for at in range(begin, end, BITS):
        row, bit = np.uint64(at >> ROW), np.uint64(at & BITS - 1)
        bits = head(end - at)
        planes[row, plane] |= bits << bit
        planes[row + ONE, plane] |= bits >> ONE >> LAST - bit


@compiled
def take(planes: U64, plane: Int, begin: Int, end: Int) -> None:
    """Takes the places [begin, end) out of a set."""
    for at in range(begin, end, BITS):
        row, bit = np.uint64(at >> ROW), np.uint64(at & BITS - 1)
        bits = head(end - at)
        planes[row, plane] &= ~(bits << bit)
        planes[row + ONE, plane] &= ~(bits >> ONE >> LAST - bit)


@compiled
def following(planes: U64, plane: Int, at: Int, end: Int, flip: np.uint64) -> Int:
    """The first of the places [at, end) that is in a set, or where `flip` is ALL the first that is not; `end` if there is none."""
    while at < end:
        bits = (planes[np.uint64(at >> ROW), plane] ^ flip) >> np.uint64(at & BITS - 1)
        if bits != ZERO:
            return min(end, at + lowest(bits))
        at = (at | BITS - 1) + 1
    return end
