"""The table that folds characters: what a word is made of, and what two spellings of it have in common.

What belongs here: reading the table `fold.npz`, and the code that made it. What does not: cutting texts into words
(`transforms.words`).

The table is data, not a call of `unicodedata`: that module follows another version of Unicode in every Python, and two machines
must fold alike. It was made by `build()` on Python 3.11 (Unicode 14.0); `python -m transforms.fold FILE` writes it.
"""

from __future__ import annotations

import io
import sys
import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

# An entry of the table is 32 bits: what to add (modulo 2^21) to the code point to get the folded one, so that the many that fold to
# themselves share their blocks; or, with EXPANDS, where its code points stand in `expansions` (16 bits) and how many they are
# (5 bits); above them, what the character is.
POINT_MASK: Final = (1 << 21) - 1
SEPARATOR: Final = 0  # ends a word
WORD: Final = 1 << 21  # letter or digit
SKIP: Final = 2 << 21  # mark or format character: neither ends a word nor is part of its folded form
LONE: Final = 3 << 21  # letter of a script that puts no space between words: a word of its own
KIND_MASK: Final = 3 << 21
EXPANDS: Final = 1 << 23
UPPER: Final = 1 << 24
DIGIT: Final = 1 << 25
STOP: Final = 1 << 26  # a separator that ends a sentence

STOPS: Final = ".!?…。！？\n\r\u2028\u2029;:|•·։؟۔।"

# Scripts that put no space between words, by the first word of their characters' names (Unicode has the property only as Line
# Breaking Class SA and ID).
UNSPACED: Final = frozenset(
    (
        "CJK",
        "HIRAGANA",
        "KATAKANA",
        "THAI",
        "LAO",
        "KHMER",
        "MYANMAR",
        "TIBETAN",
        "BOPOMOFO",
        "YI",
        "JAVANESE",
        "BALINESE",
    )
)


class Fold(NamedTuple):
    """The table: code point `c` has the entry `blocks[pages[c >> 8], c & 255]`."""

    pages: NDArray[np.uint16]
    blocks: NDArray[np.uint32]
    expansions: NDArray[np.uint32]
    near: NDArray[
        np.uint32
    ]  # entries of all that UTF-8 writes in two bytes, with the folded code point for what to add


def fold_character(character: str) -> str:
    """NFKD, casefold, NFKD again (casefold composes some), and of that the letters and digits."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


def build() -> Fold:
    """The table, from this Python's `unicodedata`."""
    entries = np.zeros(0x110000, dtype=np.uint32)
    expansions: list[int] = []
    places: dict[str, int] = {}
    for point in range(0x110000):
        character = chr(point)
        category = unicodedata.category(character)
        if category[0] == "M" or category == "Cf":
            entries[point] = SKIP
            continue
        if category[0] not in "LN":
            entries[point] = STOP if character in STOPS else SEPARATOR
            continue
        folded = fold_character(character)
        if not folded:
            entries[point] = SKIP
            continue
        entry = LONE if unicodedata.name(character, "").split(" ")[0].split("-")[0] in UNSPACED else WORD
        if category in ("Lu", "Lt"):
            entry |= UPPER
        if category == "Nd":
            entry |= DIGIT
        if len(folded) == 1:
            entry |= (ord(folded) - point) & POINT_MASK
        else:
            if folded not in places:
                places[folded] = len(expansions)
                expansions.extend(map(ord, folded))
            entry |= EXPANDS | len(folded) << 16 | places[folded]
        entries[point] = entry
    blocks, pages = np.unique(entries.reshape(-1, 256), axis=0, return_inverse=True)
    return _with_near(pages.reshape(-1).astype(np.uint16), blocks, np.array(expansions, dtype=np.uint32))


def _with_near(pages: NDArray[np.uint16], blocks: NDArray[np.uint32], expansions: NDArray[np.uint32]) -> Fold:
    near: NDArray[np.uint32] = blocks[pages[: 0x800 >> 8]].reshape(-1).copy()
    folded = (near + np.arange(0x800).astype(np.uint32)) & np.uint32(POINT_MASK)
    adds = near & np.uint32(EXPANDS) == 0
    near = np.where(adds, near & np.uint32(0xFFFFFFFF ^ POINT_MASK) | folded, near)
    return Fold(pages, blocks, expansions, near)


@cache
def load() -> Fold:
    """The table that is part of the package."""
    with np.load(io.BytesIO(resources.files(__package__).joinpath("fold.npz").read_bytes())) as data:
        return _with_near(data["pages"], data["blocks"], data["expansions"])


if __name__ == "__main__":
    table = build()
    with Path(sys.argv[1]).open("wb") as out:
        np.savez_compressed(out, pages=table.pages, blocks=table.blocks, expansions=table.expansions)
