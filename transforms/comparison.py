"""One pair of texts on its own: what they share and what the verdict would be, with the numbers behind it.

What belongs here: the comparison that people look at (`firstprint explain`, tests). What does not: the rules; they are those of
`transforms.reuse` and `transforms.align`. What depends on the collection (boilerplate, nearer sources) is left out: a pair alone
knows nothing of other articles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms import align, records
from transforms.kinds import COPY, NONE
from transforms.pairs import compare_pairs_kernel, lists_kernel, verdicts
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
    facts_equal: int  # places where both have the same numbers and names
    facts_different: int  # and places where these stand against each other
    twins: bool  # the same words around other facts: no reuse
    runs: tuple[Run, ...]  # in the order of the later text


def compare(later: str, earlier: str, *, days: int, same_site: bool | None = None) -> Comparison:
    """Compares two texts as `transforms.reuse` compares a pair of whose words none is boilerplate.

    Takes the texts, how many days lie between them (a correction of the same day may differ in one fact, and what shares little in
    short runs is no repost a week later), and whether they were published on one site (two pages of it share its chrome, so more
    has to be shared) or on two; None where that is not known.
    """
    cuts = [cut(earlier), cut(later)]
    bounds = np.cumsum([0, *(len(one.hashes) for one in cuts)])
    figures = np.zeros((1, align.FIGURES), dtype=np.int64)
    runs = np.empty((len(cuts[1].hashes) + 2, 3), dtype=np.int32)
    run_bounds = np.zeros(2, dtype=np.int64)
    marks = np.concatenate([one.marks for one in cuts])
    content = np.full(int(bounds[-1]), align.CONTENT, dtype=np.uint8)
    lists_kernel(bounds, marks, content)
    compare_pairs_kernel(
        np.array([0]),
        np.array([1]),
        np.concatenate([one.hashes for one in cuts]),
        marks,
        content,
        bounds,
        figures,
        runs,
        run_bounds,
        0,
    )
    told = figures[0]
    kind = _kind(told, days, same_site)
    shares = (
        told[align.SHARED_LATER] / max(told[align.CONTENT_LATER], 1),
        told[align.SHARED_EARLIER] / max(told[align.CONTENT_EARLIER], 1),
    )
    before, after = cuts
    if len(after.hashes) and np.array_equal(before.hashes, after.hashes):
        # One text, however short: no run has to be found.
        kind = COPY
        shares = (1.0, 1.0)
        runs[0] = 0, 0, len(after.hashes)
        run_bounds[1] = 1
        told[align.LONGEST] = len(after.hashes)
    return Comparison(
        kind=records.REUSE_KINDS[kind] if kind != NONE else None,
        share_of_later=round(float(shares[0]), 4),
        share_of_earlier=round(float(shares[1]), 4),
        longest_run=int(told[align.LONGEST]),
        facts_equal=int(told[align.AGREE]),
        facts_different=int(told[align.PLACES]),
        twins=kind == NONE and _kind(told, days, same_site, facts=False) != NONE,
        runs=tuple(
            Run(
                int(after.starts[j]),
                int(after.ends[j + length - 1]),
                int(before.starts[i]),
                int(before.ends[i + length - 1]),
                int(length),
            )
            for i, j, length in runs[: run_bounds[1]].tolist()
        ),
    )


def _kind(figures: NDArray[np.int64], days: int, same_site: bool | None, *, facts: bool = True) -> int:
    """The verdict on one pair's figures; without `facts`: what it would be if no fact stood against another."""
    told = figures[None, :].copy()
    if not facts:
        told[:, [align.CONFLICT, align.PLACES]] = 0
    one, two = np.array([same_site is True]), np.array([same_site is False])
    sizes = told[:, [align.CONTENT_LATER, align.CONTENT_EARLIER]]  # no word is boilerplate
    return int(verdicts(told, np.array([days]), one, sizes, two).kinds[0])
