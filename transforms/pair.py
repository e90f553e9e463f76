"""One pair of texts on its own: what they share and what the verdict would be, with the numbers behind it.

What belongs here: the comparison that people look at (`firstprint explain`, tests). What does not: the rules; they are those of
`transforms.reuse` and `transforms.align`. What depends on the collection (boilerplate, nearer sources) is left out: a pair alone
knows nothing of other articles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms import align, records
from transforms.reuse import REPOST, compare_pairs_kernel, verdicts
from transforms.words import cut


class Run(NamedTuple):
    """A run of words that both texts hold: places in characters, half-open."""

    later_start: int
    later_end: int
    earlier_start: int
    earlier_end: int
    words: int


class Comparison(NamedTuple):
    """What two texts share. Shares are of words, 0 to 1; `kind` is one of records.REUSE_KINDS, None for no reuse."""

    kind: str | None
    share_of_later: float
    share_of_earlier: float
    longest_run: int  # words
    facts_equal: int  # numbers and names that both have in the same place
    facts_different: int  # and those that stand against each other there
    places_different: int  # the places with such
    twins: bool  # the same words around other facts: no reuse
    runs: tuple[Run, ...]  # in the order of the later text


def compare(later: str, earlier: str, *, same_day: bool) -> Comparison:
    """Compares two texts as `transforms.reuse` compares a pair of whose words none is boilerplate.

    Takes the texts, and whether they were published on one day (a correction of the same day may differ in one fact).
    """
    cuts = [cut(earlier), cut(later)]
    bounds = np.cumsum([0, *(len(one.hashes) for one in cuts)])
    figures = np.zeros((1, align.FIGURES), dtype=np.int64)
    runs = np.empty((len(cuts[1].hashes) + 2, 4), dtype=np.int32)
    run_bounds = np.zeros(2, dtype=np.int64)
    compare_pairs_kernel(
        np.array([0]),
        np.array([1]),
        np.concatenate([one.hashes for one in cuts]),
        np.concatenate([one.marks for one in cuts]),
        np.ones(int(bounds[-1]), dtype=np.uint8),
        bounds,
        figures,
        runs,
        run_bounds,
        0,
    )
    found = verdicts(figures, np.array([same_day]))
    kinds = found.kinds
    # So much is shared that only the facts can have stood against it.
    twins = bool(kinds[0] < 0 and min(found.later[0], found.earlier[0]) >= REPOST)
    told = figures[0]
    shares = (
        told[align.SHARED_LATER] / max(told[align.CONTENT_LATER], 1),
        told[align.SHARED_EARLIER] / max(told[align.CONTENT_EARLIER], 1),
    )
    before, after = cuts
    if len(after.hashes) and np.array_equal(before.hashes, after.hashes):
        # One text, however short: no run has to be found.
        kinds[0] = records.REUSE_KINDS.index("copy")
        shares = (1.0, 1.0)
        runs[0, :3] = 0, 0, len(after.hashes)
        run_bounds[1] = 1
        told[align.LONGEST] = len(after.hashes)
    return Comparison(
        kind=records.REUSE_KINDS[kinds[0]] if kinds[0] >= 0 else None,
        share_of_later=round(float(shares[0]), 4),
        share_of_earlier=round(float(shares[1]), 4),
        longest_run=int(told[align.LONGEST]),
        facts_equal=int(told[align.AGREE]),
        facts_different=int(told[align.CONFLICT]),
        places_different=int(told[align.PLACES]),
        twins=twins,
        runs=tuple(
            Run(
                int(after.starts[j]),
                int(after.ends[j + length - 1]),
                int(before.starts[i]),
                int(before.ends[i + length - 1]),
                int(length),
            )
            for i, j, length in runs[: run_bounds[1], :3].tolist()
        ),
    )
