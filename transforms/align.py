"""What two texts share, word by word, and whether their facts agree.

What belongs here: the comparison of one pair, a pure function of the two texts and of which of their words are boilerplate.
What does not: which pairs are compared and which edges are kept (`transforms.reuse`).

The shared runs are found by greedy tiling from left to right of the later text, after Running Karp-Rabin Greedy String Tiling
(Wise, 1993): every run of `SEED` words of the earlier text stands in a table, each position of the later one is looked up, and
the longest run that begins there is taken. A longer run takes back the words that a shorter one before it had taken.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import Int, compiled
from transforms.words import CAPITAL, LINE, NUMBER, OPENS, P1, U32

SEED: Final = 3  # words: the shortest run that is looked up
ALONE: Final = 5  # words: a run as long counts wherever it stands, a shorter one beside another run
NEAR: Final = 4  # words between a short run and the run that it stands beside
CHAIN: Final = 32  # occurrences of a seed that are tried; keeps texts that repeat themselves linear
PLAIN: Final = 2  # other words a conflicting fact, at most
GAP: Final = 40  # words: facts are compared between runs that are as near in both texts
ANCHOR: Final = (
    5  # words: facts are compared from the first to the last run as long; before and after stand clocks and counters
)
MEND: Final = 12  # words: a gap as short in both texts is a place that was edited
REWRITTEN: Final = 80  # words: a gap as short in both texts was written anew, a paragraph at most
FRAME: Final = 4  # and one in so many words that are shared: a longer one holds another text in the same frame
END_GAP: Final = 3  # words: and after the last one where the texts end there

# What words are, beside boilerplate (0).
CONTENT: Final = 1
LISTED: Final = 2  # in a list of headlines: their facts count, their words do not

# Columns of the figures of a pair.
SHARED_LATER: Final = 0  # content words of the later text that are shared
SHARED_EARLIER: Final = 1
CONTENT_LATER: Final = 2  # content words of the later text
CONTENT_EARLIER: Final = 3
LONGEST: Final = 4  # content words of the longest run
AGREE: Final = (
    5  # places in shared runs with facts: numbers, capitalised words; those that follow one another are one place
)
CONFLICT: Final = 6  # facts that stand in the same place and differ
PLACES: Final = 7  # the places where they do
SAME_PLAIN: Final = 8  # words that are no facts: in shared runs
OTHER_PLAIN: Final = 9  # and between them
MENDED: Final = 10  # content words between shared runs that lie near each other in both texts, as many as both have
# Content words of the later text in stretches without a shared one, less what the other text has in that place (REPLACED), where
# more than MEND are left.
HOLES_LATER: Final = 11
HOLES_EARLIER: Final = 12
PASSAGE: Final = 13  # content words of the longest run, in a list of headlines those of the longest headline
WIDEST_LATER: Final = 14  # content words of the longest such stretch
WIDEST_EARLIER: Final = 15
TEMPLATE: Final = 16  # words of shared runs that are boilerplate
REPLACED: Final = (
    17  # content words between runs that follow one another in both texts, as many as both have: written anew
)
OTHER: Final = 18  # content words of the longest such place that is too long for that: another text in the same frame
FIGURES: Final = 19

_BASE: Final = np.uint64(P1)


@compiled
def index_kernel(
    words: U32, begin: Int, end: Int, heads: NDArray[np.int32], chain: NDArray[np.int32], shift: Int
) -> None:
    """Puts the seeds of words[begin:end] into a table: `heads` by hash, `chain` from each to the one before it."""
    heads[:] = -1
    for i in range(begin, end - SEED + 1):
        slot = np.int64(
            ((np.uint64(words[i]) * _BASE + words[i + 1]) * _BASE + words[i + 2]) * _BASE >> np.uint64(shift)
        )
        chain[i - begin] = heads[slot]
        heads[slot] = i - begin


@compiled
def tile_kernel(
    words: U32,
    a0: Int,
    a1: Int,
    b0: Int,
    b1: Int,
    heads: NDArray[np.int32],
    chain: NDArray[np.int32],
    shift: Int,
    runs: NDArray[np.int32],
) -> Int:
    """The shared runs (place in a, place in b, words) in the order of b, into the columns of `runs`; how many."""
    count = 0
    diagonal = 0
    j = b0
    while j <= b1 - SEED:
        slot = np.int64(
            ((np.uint64(words[j]) * _BASE + words[j + 1]) * _BASE + words[j + 2]) * _BASE >> np.uint64(shift)
        )
        best = 0
        best_i: Int = 0
        best_off: Int = 0
        i = np.int64(heads[slot])
        tries = 0
        while i >= 0 and tries < CHAIN:
            tries += 1
            p = a0 + i
            length = 0
            while p + length < a1 and j + length < b1 and words[p + length] == words[j + length]:
                length += 1
            off = abs((p - a0) - (j - b0) - diagonal)
            # The longest; of equals the one that goes on where the last run ended, then the first.
            if length >= SEED and (length > best or (length == best and off <= best_off)):
                best = length
                best_i = p
                best_off = off
            i = np.int64(chain[i])
        if best == 0:
            j += 1
            continue
        start = j
        while best_i > a0 and start > b0 and words[best_i - 1] == words[start - 1]:
            if count > 0 and start - 1 < runs[count - 1, 1] + runs[count - 1, 2] + b0:
                if runs[count - 1, 2] >= best:
                    break
                runs[count - 1, 2] -= 1
                runs[count - 1, 3] = runs[count - 1, 2] >= ALONE
                if runs[count - 1, 2] < SEED:
                    count -= 1
            best_i -= 1
            start -= 1
            best += 1
        runs[count, 0] = best_i - a0
        runs[count, 1] = start - b0
        runs[count, 2] = best
        runs[count, 3] = best >= ALONE
        diagonal = (best_i - a0) - (start - b0)
        count += 1
        j = start + best
    # Short runs count only beside others: three words in common are nothing by themselves.
    for turn in range(2):
        for k in range(1, count):
            here = k if turn == 0 else count - 1 - k
            there = here - 1 if turn == 0 else here + 1
            if runs[there, 3] and not runs[here, 3]:
                first = min(here, there)
                between_a = runs[first + 1, 0] - runs[first, 0] - runs[first, 2]
                between_b = runs[first + 1, 1] - runs[first, 1] - runs[first, 2]
                if 0 <= between_a <= NEAR and 0 <= between_b <= NEAR:
                    runs[here, 3] = 1
    kept = 0
    for k in range(count):
        if runs[k, 3]:
            runs[kept, :3] = runs[k, :3]
            kept += 1
    return kept


@compiled
def _facts(
    words: U32, marks: NDArray[np.uint8], a0: Int, a1: Int, b0: Int, b1: Int, wanted: Int, without: Int
) -> tuple[Int, Int]:
    """Facts of one sort in two stretches of words: how many of them agree, how many stand against each other."""
    in_a = 0
    for p in range(a0, a1):
        if marks[p] & wanted and not marks[p] & without:
            in_a += 1
    if in_a == 0:
        return 0, 0
    in_b = 0
    common = 0
    for q in range(b0, b1):
        if marks[q] & wanted and not marks[q] & without:
            in_b += 1
            before = 0
            for k in range(b0, q):
                if words[k] == words[q]:
                    before += 1
            for p in range(a0, a1):
                if words[p] == words[q]:
                    if before == 0:
                        common += 1
                        break
                    before -= 1
    return common, max(0, min(in_a, in_b) - common)


@compiled
def _hole(figures: NDArray[np.int64], words: Int, holes: Int, widest: Int) -> None:
    """Counts a stretch of so many words without a shared one."""
    if words > MEND:
        figures[holes] += words
        figures[widest] = max(figures[widest], words)


@compiled
def compare_kernel(
    words: U32,
    marks: NDArray[np.uint8],
    content: NDArray[np.uint8],
    a0: Int,
    a1: Int,
    b0: Int,
    b1: Int,
    content_a: Int,
    content_b: Int,
    loud: bool,
    runs: NDArray[np.int32],
    count: Int,
    covered: NDArray[np.uint8],
    anew: NDArray[np.int32],
    figures: NDArray[np.int64],
) -> Int:
    """The figures of a pair from its shared runs; drops the runs that are boilerplate, and says how many stay. The pair has
    content_a and content_b words of content; in a `loud` one capitals tell nothing. `covered` and `anew` have room for a text
    and one word more."""
    figures[:] = 0
    figures[CONTENT_EARLIER] = content_a
    figures[CONTENT_LATER] = content_b
    covered[: a1 - a0] = 0
    without = NUMBER | OPENS
    kept = 0
    for k in range(count):
        i = a0 + np.int64(runs[k, 0])
        j = b0 + np.int64(runs[k, 1])
        length = np.int64(runs[k, 2])
        own, mine = 0, 0
        was_fact = False
        # Headlines that follow one another in a list are no passage.
        stretch, longest = 0, 0
        for t in range(length):
            if marks[j + t] & LINE and marks[i + t] & LINE:
                stretch = 0
            if content[i + t] and content[j + t]:
                own += 1
            if content[i + t] == CONTENT and content[j + t] == CONTENT:
                mine += 1
                stretch += 1
                longest = max(longest, stretch)
        if own < SEED:
            continue
        figures[LONGEST] = max(figures[LONGEST], mine)
        figures[PASSAGE] = max(figures[PASSAGE], longest)
        for t in range(length):
            if content[j + t] == CONTENT:
                figures[SHARED_LATER] += 1
            elif not content[j + t]:
                figures[TEMPLATE] += 1
            if content[i + t] == CONTENT and not covered[i + t - a0]:
                figures[SHARED_EARLIER] += 1
            covered[i + t - a0] = 1
            mark = marks[j + t] & marks[i + t]
            if mark & NUMBER or (not loud and mark & CAPITAL and not (marks[j + t] | marks[i + t]) & OPENS):
                if not was_fact:
                    figures[AGREE] += 1
                was_fact = True
            else:
                figures[SAME_PLAIN] += 1
                was_fact = False
        runs[kept, 0] = runs[k, 0]
        runs[kept, 1] = runs[k, 1]
        runs[kept, 2] = runs[k, 2]
        kept += 1
    wide = min(REWRITTEN, figures[SHARED_LATER] // FRAME)
    hole: Int = 0
    for k in range(kept + 1):
        # What stands before the run in both texts, and how much of it was written anew.
        i, j = np.int64(a0), np.int64(b0)
        if k > 0:
            i += np.int64(runs[k - 1, 0]) + np.int64(runs[k - 1, 2])
            j += np.int64(runs[k - 1, 1]) + np.int64(runs[k - 1, 2])
        until = np.int64(b1) if k == kept else b0 + np.int64(runs[k, 1])
        hole = 0
        for q in range(j, until):
            hole += content[q] == CONTENT
        both: Int = 0
        there = a0 + np.int64(runs[k, 0]) if k < kept else i
        if 0 < k < kept and there - i <= wide and until - j <= wide:
            for p in range(i, there):
                both += content[p] == CONTENT and not covered[p - a0]
            both = min(both, hole)
            if 0 < there - i <= MEND and 0 < until - j <= MEND:
                own_a, own_b = 0, 0
                # Other facts in the same place are what twins have: not mended.
                for p in range(i, there):
                    own_a += content[p] == CONTENT and not marks[p] & NUMBER and (loud or not marks[p] & CAPITAL)
                for q in range(j, until):
                    own_b += content[q] == CONTENT and not marks[q] & NUMBER and (loud or not marks[q] & CAPITAL)
                figures[MENDED] += min(own_a, own_b)
        elif 0 < k < kept and there - i > wide and until - j > wide:
            figures[OTHER] = max(figures[OTHER], min(there - i, hole))
        figures[REPLACED] += both
        anew[i - a0] = both
        _hole(figures, hole - both, HOLES_LATER, WIDEST_LATER)
    hole = 0
    both = 0
    for p in range(a0, a1 + 1):
        if p == a1 or covered[p - a0]:
            _hole(figures, hole - both, HOLES_EARLIER, WIDEST_EARLIER)
            # A stretch begins where a run has ended.
            hole, both = 0, 0
        else:
            if p == a0 or covered[p - 1 - a0]:
                both = np.int64(anew[p - a0])
            hole += content[p] == CONTENT
    first = 0
    while first < kept and runs[first, 2] < ANCHOR:
        first += 1
    last = kept
    while last > 0 and runs[last - 1, 2] < ANCHOR:
        last -= 1
    before = first
    plain: Int = 0
    for k in range(first + 1, last + 1):
        pa = a0 + np.int64(runs[before, 0]) + np.int64(runs[before, 2])
        pb = b0 + np.int64(runs[before, 1]) + np.int64(runs[before, 2])
        qa = a1 if k == kept else a0 + np.int64(runs[k, 0])
        qb = b1 if k == kept else b0 + np.int64(runs[k, 1])
        if k < kept:
            # A date between a clock and a counter is no text between two places.
            worded = False
            for t in range(runs[k, 2]):
                worded = worded or not marks[qb + t] & NUMBER
            if not worded and k < last:
                continue
            before = k
        if k == last < kept:
            break
        widest = GAP if k < kept else END_GAP
        if qa <= pa or qb <= pb or qa - pa > widest or qb - pb > widest:
            continue
        numbers, other_numbers = _facts(words, marks, pa, qa, pb, qb, NUMBER, 0)
        names, other_names = (0, 0) if loud else _facts(words, marks, pa, qa, pb, qb, CAPITAL, without)
        conflict = other_numbers + other_names
        plain = max(0, max(qa - pa, qb - pb) - conflict - numbers - names)
        # Among many other words that differ, other facts are another headline or a rewritten sentence, not a form filled in.
        if conflict and plain <= PLAIN * conflict:
            figures[CONFLICT] += conflict
            figures[PLACES] += 1
        else:
            figures[OTHER_PLAIN] += plain
            if numbers + names:
                figures[AGREE] += 1
    return kept
