"""The kinds of reuse as numbers, for kernels, and the lengths that go with them."""

from __future__ import annotations

from typing import Final

NONE: Final = -1
COPY: Final = 0  # these are places in records.REUSE_KINDS
REPOSTED: Final = 1
EXCERPTED: Final = 2
QUOTED: Final = 3

QUOTE_WORDS: Final = 12  # words of the least quote: what winnowing is sure to find
PASSAGE_WORDS: Final = (
    15  # of an excerpt or quote, runs below it that are not its longest are titles and stock phrases, no evidence
)

NEARLY: Final = 0.67  # of the content words of both, at least: neither of two texts is a part of the other
CUT_OFF: Final = (
    0.54  # a repost looks less cut off than that (transforms.pairs), in the mean beside what explains it best
)
