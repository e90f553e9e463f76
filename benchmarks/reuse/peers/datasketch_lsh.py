"""datasketch's MinHashLSH, tuned: word 3-grams, xxHash instead of SHA-1, 128 permutations, all permutations of a set at once.

Each text is tied to whatever the index gives for it, as the library's examples do it. THRESHOLD gave the best F1 of .5 to .9.
"""

from __future__ import annotations

import re

from common import Components, folders, parts, write
from datasketch import MinHash, MinHashLSH
from xxhash import xxh32_intdigest

THRESHOLD = 0.7
WORD = re.compile(r"\w+")


def three_grams(text: str) -> set[bytes]:
    words = WORD.findall(text.lower())
    grams = zip(words, words[1:], words[2:], strict=False) if len(words) > 2 else [words]
    return {" ".join(gram).encode() for gram in grams}


def main() -> None:
    collection, answer = folders()
    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    components, every = Components(), []
    for ids, texts in parts(collection):
        first = len(every)
        every += ids
        components.grow(len(ids))
        sketches = MinHash.generator((three_grams(t) for t in texts), num_perm=128, hashfunc=xxh32_intdigest)
        for i, sketch in enumerate(sketches):
            for other in index.query(sketch):
                components.tie(first + i, other)
            index.insert(first + i, sketch, check_duplication=False)
    write(answer, every, components)


if __name__ == "__main__":
    main()
