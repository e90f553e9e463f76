"""Stories: which articles are one text that went from outlet to outlet.

What belongs here: who belongs to which story, given who took from whom. What does not: whether two texts are reuse
(`transforms.reuse`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

# Of the words of a member and of its story's first print, the share of each that has to be in the other: a chain of reposts that
# drifts further from where it began is no longer the same story. Below REPOST, since two mended versions of one text differ from
# each other more than each does from the text (docs/choices/reuse.md).
ROOT_SHARE: Final = 0.4


class Candidate(NamedTuple):
    """A source that an article is a copy or repost of, by itself."""

    source: int
    closeness: float  # smaller of the two shares


def settle(
    count: int, candidates: Mapping[int, Sequence[Candidate]], closeness: Mapping[tuple[int, int], float]
) -> tuple[list[int], list[int]]:
    """The story of every article, and the source that ties it to the story.

    Articles are numbers 0 to `count` - 1 in their total order (earliest first). `candidates` holds for an article its possible
    sources, nearest first; `closeness` holds for (earlier, later) the smaller of the shares that each has of the other, and may
    leave out pairs that share nothing. An article joins the story of its nearest source whose first print it still resembles
    (ROOT_SHARE); an article with none begins a story. Gives (first print, source or -1) of each.
    """
    roots = list(range(count))
    sources = [-1] * count
    for article in sorted(candidates):
        for candidate in candidates[article]:
            root = roots[candidate.source]
            if root == candidate.source or closeness.get((root, article), 0.0) >= ROOT_SHARE:
                roots[article] = root
                sources[article] = candidate.source
                break
    return roots, sources
