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

from transforms.bits import ALL, BITS, LAST, ONE, ROW, ZERO, count_in, following, head, lowest, part, population, put
from transforms.compiled import Int, allocating, compiled
from transforms.words import CAPITAL, LINE, NUMBER, OPENS, U32, U64

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
AHEAD: Final = 19  # content words before the first run, in the text that has more of them
BEHIND: Final = 20  # and behind the last one
FIGURES: Final = 21

# What words are: sets of them, side by side in `planes` (transforms.bits).
IS_OWN: Final = 0  # no boilerplate
IS_CONTENT: Final = 1
IS_NUMBER: Final = 2
IS_CAPITAL: Final = 3
IS_NAME: Final = 4  # has a capital that tells something
IS_LINE: Final = 5
PLANES: Final = 6
FINER: Final = (
    4  # bits by which a filter of seeds is finer than their table: it passes one in 30 of those that are not there
)
_TWO: Final = np.uint64(2)
_UP: Final = np.uint64(30)  # from the 34 bits of three words to the highest of 64


@allocating
def planes_kernel(marks: NDArray[np.uint8], content: NDArray[np.uint8]) -> U64:
    """The planes of words, with room behind the last one."""
    planes = np.zeros((len(marks) // BITS + 2, PLANES), dtype=np.uint64)
    for row in range(len(planes)):
        own = listed = numbers = capitals = names = lines = ZERO
        for place in range(min(BITS, len(marks) - row * BITS)):
            mark, what = marks[row * BITS + place], content[row * BITS + place]
            bit = np.uint64(place)
            own |= np.uint64(what != 0) << bit
            listed |= np.uint64(what == LISTED) << bit
            numbers |= np.uint64(mark & NUMBER != 0) << bit
            capitals |= np.uint64(mark & CAPITAL != 0) << bit
            names |= np.uint64(mark & (CAPITAL | OPENS) == CAPITAL) << bit
            lines |= np.uint64(mark & LINE != 0) << bit
        planes[row, IS_OWN] = own
        planes[row, IS_CONTENT] = own & ~listed
        planes[row, IS_NUMBER] = numbers
        planes[row, IS_CAPITAL] = capitals
        planes[row, IS_NAME] = names
        planes[row, IS_LINE] = lines
    return planes


@compiled
def _seed(words: U32, at: Int, bits: Int) -> np.uint64:
    """The place of the words from `at` on in the filter of a table of 2**bits; its first `bits` are their place in the table.

    The hashes of words are spread evenly already: it is enough to shift them, so that their order counts, and to put them together.
    """
    first, second, third = np.uint64(at), np.uint64(at + 1), np.uint64(at + 2)
    value = (np.uint64(words[first]) << _TWO ^ np.uint64(words[second]) << ONE ^ np.uint64(words[third])) << _UP
    return np.uint64(value >> np.uint64(BITS - FINER - bits))


@compiled
def table_bits(words: Int) -> Int:
    """How many bits a table of the seeds of so many words has: at most half of it is filled."""
    bits = 4
    while (1 << bits) < 2 * words:
        bits += 1
    return bits


@compiled
def index_kernel(
    words: U32, begin: Int, end: Int, seen: U64, heads: NDArray[np.int32], chain: NDArray[np.int32], bits: Int
) -> None:
    """Puts the seeds of words[begin:end] into a table of 2**bits: `heads` by hash, `chain` from each to the one before it; and into
    its filter `seen`, which has a bit for each."""
    heads[: 1 << bits] = -1
    seen[: 1 << bits + FINER >> ROW] = ZERO
    for place in range(end - SEED + 1 - begin):
        seed = _seed(words, begin + place, bits)
        seen[seed >> np.uint64(ROW)] |= ONE << (seed & LAST)
        slot = seed >> np.uint64(FINER)
        chain[place] = heads[slot]
        heads[slot] = place


@compiled
def tile_kernel(
    words: U32,
    a0: Int,
    a1: Int,
    b0: Int,
    b1: Int,
    seen: U64,
    heads: NDArray[np.int32],
    chain: NDArray[np.int32],
    bits: Int,
    runs: NDArray[np.int32],
) -> Int:
    """The shared runs (place in a, place in b, words) in the order of b, into the columns of `runs`; how many."""
    count = 0
    diagonal = 0
    j = b0
    while j <= b1 - SEED:
        seed = _seed(words, j, bits)
        if seen[seed >> np.uint64(ROW)] >> (seed & LAST) & ONE == ZERO:
            j += 1
            continue
        best = 0
        best_i: Int = 0
        best_off: Int = 0
        i = np.int64(heads[seed >> np.uint64(FINER)])
        tries = 0
        while i >= 0 and tries < CHAIN:
            tries += 1
            p = a0 + i
            length = 0
            most = min(a1 - p, b1 - j)
            while length < most and words[np.uint64(p + length)] == words[np.uint64(j + length)]:
                length += 1
            off = abs((p - a0) - (j - b0) - diagonal)
            # The longest; of equals the one that goes on where the last run ended, then the first.
            if length >= SEED and (length > best or (length == best and off <= best_off)):
                best = length
                best_i = p
                best_off = off
            i = np.int64(chain[np.uint64(i)])
        if best == 0:
            j += 1
            continue
        start = j
        while best_i > a0 and start > b0 and words[np.uint64(best_i - 1)] == words[np.uint64(start - 1)]:
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
            # To assign a slice would ask first whether both overlap, and take memory to copy them twice.
            for column in range(3):
                runs[kept, column] = runs[k, column]
            kept += 1
    return kept


@compiled
def _facts(words: U32, a0: Int, a1: Int, b0: Int, b1: Int, facts_a: np.uint64, facts_b: np.uint64) -> tuple[Int, Int]:
    """Facts of one sort, a bit for each, in two stretches of words: how many of them agree, how many stand against each other."""
    if ZERO in (facts_a, facts_b):
        return 0, 0
    common = 0
    rest = facts_b
    while rest != ZERO:
        q = b0 + lowest(rest)
        rest &= rest - ONE
        # The first one agrees with the first that is the same, the next one with the second.
        free = 0
        for p in range(a0, a1):
            free += words[np.uint64(p)] == words[np.uint64(q)]
        if free > 0:
            for k in range(b0, q):
                free -= words[np.uint64(k)] == words[np.uint64(q)]
            common += free > 0
    return common, max(0, min(population(facts_a), population(facts_b)) - common)


@compiled
def _hole(figures: NDArray[np.int64], words: Int, holes: Int, widest: Int) -> None:
    """Counts a stretch of so many words without a shared one."""
    if words > MEND:
        figures[holes] += words
        figures[widest] = max(figures[widest], words)


@compiled
def _runs(
    planes: U64,
    a0: Int,
    b0: Int,
    names: np.uint64,
    tiles: NDArray[np.int32],
    count: Int,
    runs: NDArray[np.int32],
    covered: U64,
    figures: NDArray[np.int64],
) -> Int:
    """Counts what is shared, keeps the runs that are no boilerplate, and says how many; marks what they cover in the first."""
    kept = 0
    for k in range(count):
        i = a0 + np.int64(tiles[k, 0])
        j = b0 + np.int64(tiles[k, 1])
        length = np.int64(tiles[k, 2])
        own: Int = 0
        own_later: Int = 0
        mine: Int = 0
        mine_later: Int = 0
        facts: Int = 0
        places: Int = 0
        was_fact = ZERO
        # Headlines that follow one another in a list are no passage.
        stretch: Int = 0
        longest: Int = 0
        for at in range(0, length, BITS):
            here = head(length - at)
            both = here & part(planes, IS_OWN, j + at)
            own_later += population(both)
            own += population(both & part(planes, IS_OWN, i + at))
            both = here & part(planes, IS_CONTENT, j + at)
            mine_later += population(both)
            both &= part(planes, IS_CONTENT, i + at)
            mine += population(both)
            lines = here & part(planes, IS_LINE, i + at) & part(planes, IS_LINE, j + at)
            while lines != ZERO:
                ahead = both & (lines & ZERO - lines) - ONE
                longest = max(longest, stretch + population(ahead))
                stretch = 0
                both ^= ahead
                lines &= lines - ONE
            stretch += population(both)
            fact = part(planes, IS_NUMBER, i + at) & part(planes, IS_NUMBER, j + at)
            fact |= names & part(planes, IS_NAME, i + at) & part(planes, IS_NAME, j + at)
            fact &= here
            facts += population(fact)
            places += population(fact & ~(fact << ONE | was_fact))
            was_fact = fact >> LAST
        if own < SEED:
            continue
        figures[LONGEST] = max(figures[LONGEST], mine)
        figures[PASSAGE] = max(figures[PASSAGE], longest, stretch)
        figures[SHARED_LATER] += mine_later
        figures[TEMPLATE] += length - own_later
        figures[AGREE] += places
        figures[SAME_PLAIN] += length - facts
        put(covered, 0, i - a0, i - a0 + length)
        for column in range(3):
            runs[kept, column] = tiles[k, column]
        kept += 1
    return kept


@compiled
def _changed(
    words: U32,
    planes: U64,
    a0: Int,
    a1: Int,
    b0: Int,
    b1: Int,
    names: np.uint64,
    runs: NDArray[np.int32],
    kept: Int,
    figures: NDArray[np.int64],
) -> None:
    """Counts the facts that agree or stand against each other between runs."""
    first = 0
    while first < kept and runs[first, 2] < ANCHOR:
        first += 1
    last = kept
    while last > 0 and runs[last - 1, 2] < ANCHOR:
        last -= 1
    before = first
    for k in range(first + 1, last + 1):
        pa = a0 + np.int64(runs[before, 0]) + np.int64(runs[before, 2])
        pb = b0 + np.int64(runs[before, 1]) + np.int64(runs[before, 2])
        qa = a1 if k == kept else a0 + np.int64(runs[k, 0])
        qb = b1 if k == kept else b0 + np.int64(runs[k, 1])
        if k < kept:
            # A date between a clock and a counter is no text between two places.
            length = np.int64(runs[k, 2])
            if k < last and count_in(planes, IS_NUMBER, qb, qb + length) == length:
                continue
            before = k
        if k == last < kept:
            break
        widest = GAP if k < kept else END_GAP
        if qa <= pa or qb <= pb or qa - pa > widest or qb - pb > widest:
            continue
        numbers_a = head(qa - pa) & part(planes, IS_NUMBER, pa)
        numbers_b = head(qb - pb) & part(planes, IS_NUMBER, pb)
        names_a = head(qa - pa) & names & part(planes, IS_NAME, pa) & ~numbers_a
        names_b = head(qb - pb) & names & part(planes, IS_NAME, pb) & ~numbers_b
        same_numbers, other_numbers = _facts(words, pa, qa, pb, qb, numbers_a, numbers_b)
        same_names, other_names = _facts(words, pa, qa, pb, qb, names_a, names_b)
        conflict = other_numbers + other_names
        plain = max(0, max(qa - pa, qb - pb) - conflict - same_numbers - same_names)
        # Among many other words that differ, other facts are another headline or a rewritten sentence, not a form filled in.
        if conflict and plain <= PLAIN * conflict:
            figures[CONFLICT] += conflict
            figures[PLACES] += 1
        else:
            figures[OTHER_PLAIN] += plain
            if same_numbers + same_names:
                figures[AGREE] += 1


@compiled
def compare_kernel(
    words: U32,
    planes: U64,
    a0: Int,
    a1: Int,
    b0: Int,
    b1: Int,
    content_a: Int,
    content_b: Int,
    loud: bool,
    tiles: NDArray[np.int32],
    count: Int,
    runs: NDArray[np.int32],
    covered: U64,
    anew: NDArray[np.int32],
    figures: NDArray[np.int64],
) -> Int:
    """The figures of a pair from its shared runs, so many `tiles`; puts those that are no boilerplate into `runs`, and says how
    many. The pair has content_a and content_b words of content; in a `loud` one capitals tell nothing. `covered` is a plane
    for a text and as many words more as a row has, `anew` has room for a text and one word more."""
    figures[:] = 0
    figures[CONTENT_EARLIER] = content_a
    figures[CONTENT_LATER] = content_b
    covered[: (a1 - a0 >> ROW) + 2] = ZERO
    names = ZERO if loud else ALL
    kept = _runs(planes, a0, b0, names, tiles, count, runs, covered, figures)
    wide = min(REWRITTEN, figures[SHARED_LATER] // FRAME)
    for k in range(kept + 1):
        # What stands before the run in both texts, and how much of it was written anew.
        i, j = np.int64(a0), np.int64(b0)
        if k > 0:
            i += np.int64(runs[k - 1, 0]) + np.int64(runs[k - 1, 2])
            j += np.int64(runs[k - 1, 1]) + np.int64(runs[k - 1, 2])
        until = np.int64(b1) if k == kept else b0 + np.int64(runs[k, 1])
        hole = count_in(planes, IS_CONTENT, j, until)
        both: Int = 0
        there = a0 + np.int64(runs[k, 0]) if k < kept else i
        if 0 < k < kept and there - i <= wide and until - j <= wide:
            for p in range(i, there, BITS):
                free = part(planes, IS_CONTENT, p) & ~part(covered, 0, p - a0)
                both += population(free & head(there - p))
            both = min(both, hole)
            if 0 < there - i <= MEND and 0 < until - j <= MEND:
                # Other facts in the same place are what twins have: not mended.
                facts_a = part(planes, IS_NUMBER, i) | names & part(planes, IS_CAPITAL, i)
                facts_b = part(planes, IS_NUMBER, j) | names & part(planes, IS_CAPITAL, j)
                own_a = population(head(there - i) & part(planes, IS_CONTENT, i) & ~facts_a)
                own_b = population(head(until - j) & part(planes, IS_CONTENT, j) & ~facts_b)
                figures[MENDED] += min(own_a, own_b)
        elif 0 < k < kept and there - i > wide and until - j > wide:
            figures[OTHER] = max(figures[OTHER], min(there - i, hole))
        if k == 0:
            figures[AHEAD] = hole
        if k == kept:
            figures[BEHIND] = hole
        figures[REPLACED] += both
        anew[i - a0] = both
        _hole(figures, hole - both, HOLES_LATER, WIDEST_LATER)
    # What is not covered of the earlier text: each stretch begins with the text, or where a run has ended.
    figures[SHARED_EARLIER] = content_a
    size = a1 - a0
    begin = following(covered, 0, 0, size, ALL)
    while begin < size:
        end = following(covered, 0, begin, size, ZERO)
        hole = count_in(planes, IS_CONTENT, a0 + begin, a0 + end)
        if begin == 0:
            figures[AHEAD] = max(figures[AHEAD], hole)
        if end == size:
            figures[BEHIND] = max(figures[BEHIND], hole)
        figures[SHARED_EARLIER] -= hole
        _hole(figures, hole - np.int64(anew[begin]), HOLES_EARLIER, WIDEST_EARLIER)
        begin = following(covered, 0, end, size, ALL)
    _changed(words, planes, a0, a1, b0, b1, names, runs, kept, figures)
    return kept
