"""Verified MinHash with rensa: R-MinHash of word 3-grams, 32 bands of 4, and the exact Jaccard of each candidate pair.

Pairs whose sketches agree far too little for the threshold are refused by that (all at once, in numpy), the others by the 3-grams'
64-bit hashes. A pair whose two texts are in one component already is not looked at (the components are the same without it), nor is
one that was refused in an earlier band.
"""

from __future__ import annotations

import re

import numpy as np
from common import Components, folders, parts, write
from rensa import RMinHash

BANDS, ROWS = 32, 4
THRESHOLD = 0.6
MARGIN = 0.12  # below the threshold, for the sketches: the estimate's standard deviation is .043 with 128 permutations
ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)  # a band's four values become one key
BLOCK = 4_000_000  # pairs of a band at a time
WORD = re.compile(r"\w+")


def three_grams(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    if len(words) < 3:
        return words or [""]
    return [" ".join(gram) for gram in zip(words, words[1:], words[2:], strict=False)]


def pairs_of(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every two rows (lower, higher) of equal keys."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    starts, sizes = starts[sizes > 1], sizes[sizes > 1]
    # The row at place j of a bucket has the j rows before it as partners.
    places = np.concatenate([np.arange(size) for size in sizes]) if len(sizes) else np.zeros(0, dtype=np.int64)
    bases = np.repeat(starts, sizes)
    higher = np.repeat(bases + places, places)
    ends = np.cumsum(places)
    lower = np.repeat(bases, places) + np.arange(places.sum()) - np.repeat(ends - places, places)
    return order[lower], order[higher]


def main() -> None:
    collection, answer = folders()
    components, every = Components(), []
    grams: list[np.ndarray] = []
    digests: list[np.ndarray] = []
    for ids, texts in parts(collection):
        every += ids
        components.grow(len(ids))
        for at in range(0, len(texts), 1000):
            hashed = RMinHash.hash_token_sets([three_grams(text) for text in texts[at : at + 1000]])
            sets = [np.unique(np.asarray(one, dtype=np.uint64)) for one in hashed]
            grams += sets
            flat, offsets = np.concatenate(sets), np.cumsum([0, *map(len, sets)]).astype(np.uint64)
            matrix = RMinHash.digest_matrix_from_flat_token_hashes(flat, offsets, num_perm=BANDS * ROWS, seed=42)
            digests.append(np.asarray(matrix.to_rows(), dtype=np.uint32))
    digest = np.concatenate(digests)
    refused = np.zeros(0, dtype=np.int64)
    count = len(every)
    for band in range(BANDS):
        rows = np.ascontiguousarray(digest[:, band * ROWS : (band + 1) * ROWS])
        halves = rows.view(np.uint64) * ODD
        lower, higher = pairs_of((halves ^ (halves >> np.uint64(29))).sum(axis=1) * ODD[0])
        refused_here: list[np.ndarray] = []
        for at in range(0, len(lower), BLOCK):
            one, other = lower[at : at + BLOCK], higher[at : at + BLOCK]
            roots = np.fromiter(map(components.root, range(count)), dtype=np.int64, count=count)
            open_ = roots[one] != roots[other]
            codes = one[open_] * count + other[open_]
            if len(refused):
                codes = codes[refused[np.minimum(np.searchsorted(refused, codes), len(refused) - 1)] != codes]
            alike = np.concatenate(
                [(digest[part // count] == digest[part % count]).mean(1) for part in np.array_split(codes, 64)]
            )
            far = alike < THRESHOLD - MARGIN
            refused_here.append(codes[far])
            codes, exact = codes[~far], []
            for code in codes.tolist():
                a, b = divmod(code, count)
                if components.root(a) == components.root(b):
                    continue
                x, y = grams[a], grams[b]
                if min(len(x), len(y)) < THRESHOLD * max(len(x), len(y)):
                    exact.append(code)
                    continue
                shared = len(np.intersect1d(x, y, assume_unique=True))
                if shared >= THRESHOLD * (len(x) + len(y) - shared):
                    components.tie(a, b)
                else:
                    exact.append(code)
            refused_here.append(np.asarray(exact, dtype=np.int64))
        refused = np.unique(np.concatenate([refused, *refused_here]))
    write(answer, every, components)


if __name__ == "__main__":
    main()
