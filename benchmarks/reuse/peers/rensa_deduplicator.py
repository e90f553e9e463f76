"""rensa's Deduplicator with the settings of its README: words between spaces, threshold .8, 128 permutations, LSH.

It says which texts are duplicates of kept ones; a duplicate belongs to the first kept one that it is told for it.
"""

from __future__ import annotations

from common import Components, folders, parts, write
from rensa import RMinHash, RMinHashDeduplicator


def main() -> None:
    collection, answer = folders()
    dedup = RMinHashDeduplicator(threshold=0.8, num_perm=128, use_lsh=True)
    components, every = Components(), []
    for ids, texts in parts(collection):
        first = len(every)
        every += ids
        components.grow(len(ids))
        sketches = RMinHash.from_token_sets((text.split() for text in texts), num_perm=128, seed=42)
        kept = dedup.add_pairs((str(first + i), sketch) for i, sketch in enumerate(sketches))
        doubled = [i for i, is_new in enumerate(kept) if not is_new]
        for i, found in zip(doubled, dedup.get_duplicate_sets([sketches[i] for i in doubled]), strict=True):
            if found:
                components.tie(first + i, min(map(int, found)))
    write(answer, every, components)


if __name__ == "__main__":
    main()
