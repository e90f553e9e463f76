"""Pairs of texts: what they share, and what that makes of them.

What belongs here: the work on all pairs of a set of texts, as arrays. What does not: which pairs there are
(`transforms.candidates`), the comparison of one pair (`transforms.align`), the choice of sources (`transforms.story`), which
texts are looked at (`transforms.reuse`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.align import (
    AGREE,
    AHEAD,
    BEHIND,
    CONFLICT,
    CONTENT,
    CONTENT_EARLIER,
    CONTENT_LATER,
    FIGURES,
    FINER,
    HOLES_EARLIER,
    HOLES_LATER,
    IS_CAPITAL,
    IS_CONTENT,
    LISTED,
    LONGEST,
    MENDED,
    OTHER,
    OTHER_PLAIN,
    PASSAGE,
    PLACES,
    REPLACED,
    SAME_PLAIN,
    SEED,
    SHARED_EARLIER,
    SHARED_LATER,
    TEMPLATE,
    WIDEST_EARLIER,
    WIDEST_LATER,
    compare_kernel,
    index_kernel,
    planes_kernel,
    table_bits,
    tile_kernel,
)
from transforms.bits import BITS, count_in
from transforms.candidates import SHORT
from transforms.compiled import Int, allocating, compiled
from transforms.fingerprint import GRAM, Prints, grams_kernel
from transforms.kinds import COPY, CUT_OFF, EXCERPTED, NEARLY, NONE, PASSAGE_WORDS, QUOTE_WORDS, QUOTED, REPOSTED
from transforms.sheets import Cut
from transforms.words import LINE, OPENS, PRINTED, U8, U32, U64, span_kernel, spread_kernel

UNCUT: Final = (
    0.45  # how cut off a text that has NEARLY all looks, at most: less than CUT_OFF, by how much makes no difference
)
FRAMES: Final = 0.2  # for another text in the frame of what may be one site, by its share of the shorter text
AT_ONCE: Final = 0.5  # of what is missing at once counts twice, and on the other side speaks against a cut
VERBATIM: Final = 0.25  # for what is taken over in one run
OWN_WORDS: Final = 10  # of a page's content words, that its headline, dateline and captions come to
OWN_SHARE: Final = 8  # one in so many of them at most, where the text is short
SAME_WORDS: Final = 0.45  # as much is the same, however short the runs are
LITERAL: Final = 0.35  # of the content words of both that are the same in shared runs of a repost, however edited
VERSION: Final = (
    0.5  # and that are the same or edited in place: where both have more of their own, none is a version of the other
)
EXCERPT: Final = 0.56  # of the content words of one: most of it is part of the other
EXCERPT_WORDS: Final = 15  # words of the least excerpt, so that a line of a very short text is none
SITE_REPOST: Final = 0.8  # of the content words of both, between pages of one site
SITE_BULLETIN: Final = 0.9  # where they are of different days, and more than half of one is boilerplate
SITE_EXCERPT: Final = 0.8  # and of one
SITE_VERSION: Final = 0.6  # of the content words of both, and SITE_REPOST of one, where words in between were edited
SITE_EDITED: Final = 0.05  # of the content words, at least: where no two texts but versions of one are
SITE_OWN: Final = (
    30  # words that neither took from the other, and both have: two short articles in the frame of one site
)
SITE_WHOLE: Final = 0.9  # of the content words of one, which the same site printed again with more below
SITE_WORDS: Final = 60  # that are shared there: more than a headline and a lead that stand on every page
SITE_ANEW: Final = (
    3  # times as many words are written anew there at most: what twins have between their template is longer
)
# Of what is shared, in one run at the foot: the frame of what may be one site, where both pages have a text of their own.
IN_ONE: Final = 0.97
CONFLICTS: Final = 0.1  # places with facts where they may differ between reposts
DENSE: Final = (
    0.02  # places where facts differ, in what is shared: one in 50 words, as twins have; an edited text has fewer
)
LONG: Final = 100  # words that are shared, at least, to tell that
FILLED: Final = 0.25  # and between what is mostly shared: above it, it is a form, whatever else was rewritten
BARE: Final = (
    20  # content words: of a page that has fewer, beside boilerplate, nothing but a date or a headline is left
)
LINES: Final = 3  # without an end, one after the other: a list
LINE_WORDS: Final = 25  # of a headline, at most
INTRO: Final = 40  # content words: less beside a list is what introduces it
FRAMED: Final = 0.6  # of the words of what is shared are boilerplate, at most, in a repost: more is a template
FORM: Final = (
    0.15  # of the words of what is shared are boilerplate: other facts in it make it a form that was filled in again
)
FORM_RUN: Final = (
    15  # words: beside as much boilerplate shorter runs are what a form that recurs has between its blanks,
)
FORM_FACTS: Final = 4  # unless as many facts agree: too few to be compared tell nothing
BRIEF: Final = (
    60  # words that are shared: fewer, in short runs and with other facts, or after a WEEK, are a form or bulletin
)
CORRECTED: Final = 0.9  # of the content words of both are the same, where one fact was mended
SITE_QUOTE: Final = 30  # words in one run of content: longer than what stands between the blanks of a site's forms
# And in a quote between pages of one site, and in a repost of what it said a WEEK ago; or of either of these two pages.
SITE_FRAMED: Final = 0.4
WEEK: Final = 7  # days, at least, after which such a page is this week's, whichever of its sentences come back
REWRITE: Final = 1.5  # times as often as other words, at least, do facts differ between twins


@compiled
def content_kernel(
    bounds: NDArray[np.int64],
    print_bounds: NDArray[np.int64],
    positions: NDArray[np.uint32],
    flags: NDArray[np.bool_],
    content: NDArray[np.uint8],
) -> None:
    """Marks the words that are content: all but those between flagged fingerprints (docs/reuse.md)."""
    for row in range(len(bounds) - 1):
        begin = bounds[row]
        end = bounds[row + 1]
        content[begin:end] = CONTENT
        first = print_bounds[row]
        last = print_bounds[row + 1]
        for k in range(first, last):
            if not flags[k]:
                continue
            here = begin + np.int64(positions[k])
            if k + 1 < last:
                there = begin + np.int64(positions[k + 1])
                stop = there if flags[k + 1] else min(here + GRAM, there)
            else:
                stop = end
            content[begin if k == first else here : stop] = 0


@compiled
def lists_kernel(bounds: NDArray[np.int64], marks: NDArray[np.uint8], content: NDArray[np.uint8]) -> None:
    """Marks the content that stands in lists of headlines as LISTED: LINES lines or more, one after the other, that no
    punctuation ends. Where little else is left the list is the article."""
    for row in range(len(bounds) - 1):
        told, mine = marks[bounds[row] : bounds[row + 1]], content[bounds[row] : bounds[row + 1]]
        end = len(told)
        first = 0  # of the lines that follow one another, none of which has an end
        line = 0  # the one that stands here
        lines = 0
        listed = False
        plain: Int = 0
        for k in range(end + 1):
            if k < end and not told[k] & OPENS:
                continue
            # Behind the last word of a text stands no other that would tell whether its line had an end.
            goes_on = told[k] & LINE != 0 if k < end else lines > 0
            if goes_on and k - line <= LINE_WORDS:
                lines += 1
                if k < end:
                    line = k
                    continue
                line = end
            if lines >= LINES:
                listed = True
                for place in range(first, line):
                    mine[place] = LISTED * mine[place]
            lines = 0
            first = line = k
        if not listed:
            continue
        for k in range(end):
            plain += mine[k] == CONTENT
        if plain < INTRO:
            for k in range(end):
                mine[k] = min(mine[k], CONTENT)


class _Scratch(NamedTuple):
    """Memory for the comparison of pairs, of which none has more words than the longest text."""

    seen: U64
    heads: NDArray[np.int32]
    chain: NDArray[np.int32]
    tiles: NDArray[np.int32]
    covered: U64
    anew: NDArray[np.int32]


@compiled
def _compare_pairs(
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    words: U32,
    planes: U64,
    bounds: NDArray[np.int64],
    contents: NDArray[np.int64],
    loud: NDArray[np.bool_],
    scratch: _Scratch,
    figures: NDArray[np.int64],
    runs: NDArray[np.int32],
    run_bounds: NDArray[np.int64],
    begin: Int,
) -> Int:
    """Compares pairs, as `compare_pairs_kernel` tells."""
    bits: Int = 0
    indexed = -1
    at = run_bounds[begin]
    for pair in range(begin, len(earlier)):
        a = earlier[pair]
        b = later[pair]
        a0, a1, b0, b1 = bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]
        if at + (b1 - b0) + 1 > len(runs):
            return pair
        if a != indexed:
            bits = table_bits(a1 - a0)
            index_kernel(words, a0, a1, scratch.seen, scratch.heads, scratch.chain, bits)
            indexed = a
        count = tile_kernel(words, a0, a1, b0, b1, scratch.seen, scratch.heads, scratch.chain, bits, scratch.tiles)
        at += compare_kernel(
            words,
            planes,
            a0,
            a1,
            b0,
            b1,
            contents[a],
            contents[b],
            loud[a] or loud[b],
            scratch.tiles,
            count,
            runs[at:],
            scratch.covered,
            scratch.anew,
            figures[pair],
        )
        run_bounds[pair + 1] = at
    return len(earlier)


@allocating
def compare_pairs_kernel(
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    words: U32,
    marks: NDArray[np.uint8],
    content: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    figures: NDArray[np.int64],
    runs: NDArray[np.int32],
    run_bounds: NDArray[np.int64],
    begin: Int,
) -> Int:
    """Compares pairs from `begin` on, sorted by `earlier`; the pair at which there was no room left for runs."""
    longest = 0
    planes = planes_kernel(marks, content)
    contents = np.empty(len(bounds) - 1, dtype=np.int64)
    # Where most words have capitals (a text in capitals, a list of names), they tell nothing.
    loud = np.empty(len(bounds) - 1, dtype=np.bool_)
    for row in range(len(bounds) - 1):
        size = bounds[row + 1] - bounds[row]
        longest = max(longest, size)
        contents[row] = count_in(planes, IS_CONTENT, bounds[row], bounds[row + 1])
        loud[row] = 2 * count_in(planes, IS_CAPITAL, bounds[row], bounds[row + 1]) > size
    most = table_bits(longest)
    scratch = _Scratch(
        np.empty((1 << most + FINER) // BITS, dtype=np.uint64),
        np.empty(1 << most, dtype=np.int32),
        np.empty(longest + 1, dtype=np.int32),
        np.empty((longest // SEED + 1, 4), dtype=np.int32),
        np.empty((longest // BITS + 2, 1), dtype=np.uint64),
        np.empty(longest + 1, dtype=np.int32),
    )
    return _compare_pairs(
        earlier, later, words, planes, bounds, contents, loud, scratch, figures, runs, run_bounds, begin
    )


@compiled
def _run_through(
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    alone: U64,
    words: U32,
    bounds: NDArray[np.int64],
    prints: U64,
    positions: NDArray[np.uint32],
    print_bounds: NDArray[np.int64],
    worth: NDArray[np.bool_],
) -> None:
    for pair in range(len(earlier)):
        a, b = earlier[pair], later[pair]
        a0, a1, b0, b1 = bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]
        worth[pair] = alone[pair] == 0 or a1 - a0 <= SHORT or b1 - b0 <= SHORT
        if worth[pair]:
            continue
        # No more than has to be: the fingerprint of words that repeat themselves stands in many places of both.
        for k in range(print_bounds[a], print_bounds[a + 1]):
            if prints[k] != alone[pair]:
                continue
            for n in range(print_bounds[b], print_bounds[b + 1]):
                if prints[n] != alone[pair]:
                    continue
                i, j = a0 + np.int64(positions[k]), b0 + np.int64(positions[n])
                size = 0
                while size < QUOTE_WORDS and i + size < a1 and j + size < b1 and words[i + size] == words[j + size]:
                    size += 1
                while size < QUOTE_WORDS and i > a0 and j > b0 and words[i - 1] == words[j - 1]:
                    i, j, size = i - 1, j - 1, size + 1
                worth[pair] = size >= QUOTE_WORDS
                if worth[pair]:
                    break
            if worth[pair]:
                break


def worth_comparing(
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    alone: U64,
    words: Cut,
    prints: Prints,
) -> NDArray[np.bool_]:
    """Which pairs can be reuse: all but those whose only shared fingerprint (`alone`, 0 for several) stands in a run that is
    shorter than a quote: those share a stock phrase (of a hundred pairs that share one fingerprint 99 are nothing)."""
    worth = np.ones(len(earlier), dtype=np.bool_)
    _run_through(earlier, later, alone, words.hashes, words.bounds, *prints, worth)
    return worth


class Verdicts(NamedTuple):
    """What is said of pairs, parallel arrays."""

    kinds: NDArray[np.int8]  # place in records.REUSE_KINDS, or NONE
    later: NDArray[np.float64]  # share of the content words of the later text, those edited in place included
    earlier: NDArray[np.float64]  # and of the earlier one
    cut_off: NDArray[np.float64]  # how much the one looks like a part of the other, or of what the other was taken from


@compiled
def is_bare(content: Int, size: Int) -> bool:
    """Whether a text of so many words, of which so many are content, has next to nothing but boilerplate."""
    return bool(content < BARE and 2 * content < size)


@compiled
def _side(figures: NDArray[np.int64], holes: Int, widest: Int, content: Int) -> tuple[float, float, float]:
    """How cut off one text looks: what is missing of it, and at once; what was written anew in place of that; and what its longest
    hole says against that the other is cut off."""
    own = min(OWN_WORDS, figures[content] // OWN_SHARE)
    of = max(figures[content] - own, 1)
    hole, wide = max(figures[holes] - own, 0) / of, max(figures[widest] - own, 0) / of
    # Another text in the same frame is no hole that an edited text has.
    beside = max(wide - figures[OTHER] / max(figures[content], 1), 0.0)
    return hole + AT_ONCE * wide, figures[REPLACED] / of, AT_ONCE * beside


@compiled
def _cut_off(figures: NDArray[np.int64]) -> float:
    """How much one text of a pair looks cut off: what is missing of it, and at once, less what was written anew in its place.

    A part has one long hole where the rest of the whole is, and the whole has none; what it has it took over word for word. An
    edited text has many short holes and other words in between, and both sides have them.
    """
    later, anew_later, beside_later = _side(figures, HOLES_LATER, WIDEST_LATER, CONTENT_LATER)
    earlier, anew_earlier, beside_earlier = _side(figures, HOLES_EARLIER, WIDEST_EARLIER, CONTENT_EARLIER)
    verbatim = figures[LONGEST] / max(figures[SHARED_LATER], 1)
    missing = earlier - anew_earlier - beside_later if earlier >= later else later - anew_later - beside_earlier
    return float(missing + VERBATIM * verbatim)


@compiled
def _verdict(
    told: NDArray[np.int64], days: Int, one_site: bool, size_later: Int, size_earlier: Int, apart: bool
) -> tuple[Int, float, float, float]:
    content_later, content_earlier = told[CONTENT_LATER], told[CONTENT_EARLIER]
    short = min(content_later, content_earlier)
    # What was edited in place counts as taken over, as far as most of what stands around it is the same.
    of_later, of_earlier = max(content_later, 1), max(content_earlier, 1)
    same = min(told[SHARED_LATER] / of_later, told[SHARED_EARLIER] / of_earlier)
    later = (told[SHARED_LATER] + told[MENDED]) / of_later
    earlier = (told[SHARED_EARLIER] + told[MENDED]) / of_earlier
    least, most = min(later, earlier), max(later, earlier)
    cut_off = _cut_off(told)
    if not apart:  # two sites share no frame
        cut_off += FRAMES * told[OTHER] / max(short, 1)
    # What has so much of both is no part, whatever the page has beside it; but for another text in the same frame.
    if least >= NEARLY and told[OTHER] == 0:
        cut_off = min(cut_off, UNCUT)
    facts = told[PLACES] / max(told[PLACES] + told[AGREE], 1)
    plain = told[OTHER_PLAIN] / max(told[OTHER_PLAIN] + told[SAME_PLAIN], 1)
    # One mended place on the same day is a correction. Where other words differ as much as the facts do, it is a rewrite.
    mended = days == 0 and told[PLACES] <= 1
    both = min(told[SHARED_LATER], told[SHARED_EARLIER])
    dense = told[PLACES] >= DENSE * both or both < LONG
    twins = dense and facts > CONFLICTS and facts > REWRITE * plain and not mended
    kind = NONE
    if told[PASSAGE] >= QUOTE_WORDS:
        kind = QUOTED
    # Two pages of one site share its chrome, known or not: both have to have little else.
    if most >= (SITE_EXCERPT if one_site else EXCERPT) and both >= EXCERPT_WORDS:
        kind = EXCERPTED
    # The evidence of a repost is no less than that of a quote, unless most words of both are the same.
    repost = (told[LONGEST] >= QUOTE_WORDS or same >= SAME_WORDS) and cut_off < CUT_OFF
    repost = repost and same >= LITERAL and least >= VERSION
    # Nearly all of both is a template, filled in with other facts, however much of it was rewritten.
    filled = repost and dense and told[PLACES] > 1 and facts > FILLED
    framed = told[TEMPLATE] / max(told[TEMPLATE] + told[SHARED_LATER], 1)
    filled |= repost and framed > FRAMED
    filled |= repost and framed > FORM and facts > CONFLICTS and not (mended and same >= CORRECTED)
    filled |= repost and framed > FORM and told[LONGEST] < FORM_RUN and told[AGREE] < FORM_FACTS
    brief = both < BRIEF and told[LONGEST] < FORM_RUN
    filled |= repost and brief and ((days >= WEEK and same < CORRECTED) or (facts > CONFLICTS and not mended))
    framed_page = 2 * content_later < size_later or 2 * content_earlier < size_earlier
    # Both have a text of their own, and the rest is the page around it, known or not.
    own = min(content_later - told[SHARED_LATER], content_earlier - told[SHARED_EARLIER]) - told[MENDED]
    pages = own >= SITE_OWN and own > SITE_ANEW * told[MENDED]
    if not one_site and not apart:
        # A frame stands at the foot of both, a text that was taken over has other frames around it.
        repost &= not (pages and told[LONGEST] >= IN_ONE * both and told[BEHIND] <= OWN_WORDS)
    # Of two days most of which is boilerplate: a bulletin, unless enough is left, and nearly the same.
    again = one_site and days > 0 and framed_page
    if repost and one_site:
        enough = least >= (SITE_BULLETIN if again else SITE_REPOST) and not pages and (both >= SITE_WORDS or not again)
        # Twins have one place where they are different, an edited text has many small ones.
        edited = told[MENDED] >= SITE_EDITED * short and told[REPLACED] <= SITE_ANEW * told[MENDED]
        edited &= least >= SITE_VERSION and most >= SITE_REPOST and not framed_page
        # What was printed again with more below: it begins as it did, and is all there.
        longer = most >= SITE_WHOLE and least >= SITE_VERSION and told[AHEAD] <= OWN_WORDS
        longer &= both >= SITE_WORDS and told[LONGEST] >= SITE_QUOTE and framed <= FORM and not framed_page
        longer &= own <= OWN_WORDS
        repost = enough or edited or longer
        bulletin = framed > SITE_FRAMED or content_later < (1 - SITE_FRAMED) * size_later
        bulletin |= content_earlier < (1 - SITE_FRAMED) * size_earlier
        filled |= repost and days >= WEEK and bulletin
    if repost:
        kind = REPOSTED
    # What two bulletins of one site share between its template is the part of it that has not come back often enough yet.
    if one_site and kind == QUOTED and framed > SITE_FRAMED and told[PASSAGE] < SITE_QUOTE:
        kind = NONE
    if same >= 1 and told[CONFLICT] == 0 and (both >= SITE_WORDS or not again):
        kind = COPY
    if kind < QUOTED and (is_bare(content_later, size_later) or is_bare(content_earlier, size_earlier)):
        kind = NONE
    if twins or filled or told[LONGEST] == 0:
        kind = NONE
    return kind, later, earlier, cut_off


@compiled
def _verdicts(
    figures: NDArray[np.int64],
    days: NDArray[np.int64],
    one_site: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    apart: NDArray[np.bool_],
    kinds: NDArray[np.int8],
    later: NDArray[np.float64],
    earlier: NDArray[np.float64],
    cut_off: NDArray[np.float64],
) -> None:
    for pair in range(len(kinds)):
        kinds[pair], later[pair], earlier[pair], cut_off[pair] = _verdict(
            figures[pair], days[pair], one_site[pair], sizes[pair, 0], sizes[pair, 1], apart[pair]
        )


def verdicts(
    figures: NDArray[np.int64],
    days: NDArray[np.int64],
    same_site: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    apart: NDArray[np.bool_],
) -> Verdicts:
    """What each pair is, from its figures (columns as in transforms.align), how many days lie between the two, whether both are of
    one site, `sizes` (pairs, 2), the words of the later text and of the earlier one, and whether both are known to be of two sites
    (`apart`)."""
    count = len(figures)
    said = Verdicts(np.empty(count, dtype=np.int8), np.empty(count), np.empty(count), np.empty(count))
    _verdicts(figures, days, same_site, sizes, apart, *said)
    return said


@compiled
def _prints_of(
    hashes: U32,
    marks: U8,
    bounds: NDArray[np.int64],
    values: U64,
    positions: U32,
    ends: NDArray[np.int64],
) -> None:
    at = np.uint64(0)  # a place without a sign is not looked at whether it counts from the end
    for row in range(len(bounds) - 1):
        begin, end = bounds[row], bounds[row + 1]
        mine = marks[begin:end]
        for k in range(len(mine)):
            # Written in any case: where one begins is not to be foreseen.
            positions[at] = k
            at += np.uint64(mine[k] // PRINTED & 1)
        ends[row + 1] = at
        grams_kernel(hashes, begin, end - begin, positions, ends[row], ends[row + 1], values)


def prints_of(words: Cut) -> Prints:
    """The fingerprints of texts that have been cut and printed."""
    most = int(words.bounds[-1]) + 1
    bounds = np.zeros(len(words.bounds), dtype=np.int64)
    values, positions = np.empty(most, dtype=np.uint64), np.empty(most, dtype=np.uint32)
    _prints_of(words.hashes, words.marks, words.bounds, values, positions, bounds)
    return Prints(values[: bounds[-1]], positions[: bounds[-1]], bounds)


class Compared(NamedTuple):
    """What pairs of texts share: their figures, and the runs of pair i in runs[bounds[i]:bounds[i + 1]]."""

    figures: NDArray[np.int64]
    runs: NDArray[np.int32]
    bounds: NDArray[np.int64]


def compare(earlier: NDArray[np.int64], later: NDArray[np.int64], words: Cut, content: NDArray[np.uint8]) -> Compared:
    """Compares pairs of texts, sorted by `earlier`; `content` says which words are no boilerplate."""
    figures = np.empty((len(earlier), FIGURES), dtype=np.int64)
    run_bounds = np.zeros(len(earlier) + 1, dtype=np.int64)
    longest = int(np.diff(words.bounds).max(initial=0)) + 1
    chunks = []
    begin: Int = 0
    while begin < len(earlier):
        runs = np.empty((max(1 << 20, longest + 1), 3), dtype=np.int32)
        base = int(run_bounds[begin])
        run_bounds[begin] = 0
        done = compare_pairs_kernel(
            earlier, later, words.hashes, words.marks, content, words.bounds, figures, runs, run_bounds, begin
        )
        chunks.append(runs[: run_bounds[done]])
        run_bounds[begin : done + 1] += base
        begin = done
    every = chunks[0] if len(chunks) == 1 else np.concatenate([np.empty((0, 3), dtype=np.int32), *chunks])
    return Compared(figures, every, run_bounds)


@compiled
def _span(
    places: U8,
    spread: NDArray[np.int32],
    is_far: bool,
    begin: Int,
    at: Int,
    reached: Int,
    first: Int,
    length: Int,
) -> tuple[Int, Int]:
    """Where `length` words of a text stand, from its `first` on: its words are spread where it has far ones, else counted on from
    word `at`, before which the characters end at `reached`."""
    if is_far:
        return np.int64(spread[0, first]), np.int64(spread[1, first + length - 1])
    return span_kernel(places, begin, at, reached, begin + first, begin + first + length)


@allocating
def _evidence(
    pairs: NDArray[np.int64],
    kinds: NDArray[np.int8],
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    runs: NDArray[np.int32],
    run_bounds: NDArray[np.int64],
    bounds: NDArray[np.int64],
    places: U8,
    far: NDArray[np.int32],
    fars: NDArray[np.int64],
    told: NDArray[np.int64],
    shares: NDArray[np.float64],
    passages: NDArray[np.int64],
) -> Int:
    at = 0
    longest_text = 0
    for text in range(len(bounds) - 1):
        longest_text = max(longest_text, bounds[text + 1] - bounds[text])
    spread = np.empty((4, longest_text), dtype=np.int32)
    for edge in range(len(pairs)):
        pair = pairs[edge]
        a, b = earlier[pair], later[pair]
        a0, a1, b0, b1 = bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]
        # Few texts have far words.
        far_a, far_b = fars[a] < fars[a + 1], fars[b] < fars[b + 1]
        if far_a:
            spread_kernel(places, far, a0, a1, fars[a], spread[2], spread[3])
        if far_b:
            spread_kernel(places, far, b0, b1, fars[b], spread[0], spread[1])
        at_a, at_b = a0, b0
        reached_a: Int = 0
        reached_b: Int = 0
        least = 0
        longest = 0
        for k in range(run_bounds[pair], run_bounds[pair + 1]):
            longest = max(longest, runs[k, 2])
        if kinds[edge] > REPOSTED:
            least = min(PASSAGE_WORDS, longest)
        covered = np.zeros(a1 - a0, dtype=np.bool_)
        words: Int = 0
        for k in range(run_bounds[pair], run_bounds[pair + 1]):
            if runs[k, 2] < least:
                continue
            i, j, length = np.int64(runs[k, 0]), np.int64(runs[k, 1]), np.int64(runs[k, 2])
            covered[i : i + length] = True
            words += length
            told[edge, 0] += 1
            passages[at, 0] = edge
            starts_b, reached_b = _span(places, spread[:2], far_b, b0, at_b, reached_b, j, length)
            starts_a, reached_a = _span(places, spread[2:], far_a, a0, at_a, reached_a, i, length)
            at_a, at_b = a0 + i + length, b0 + j + length
            passages[at, 1], passages[at, 2] = starts_b, reached_b
            passages[at, 3], passages[at, 4] = starts_a, reached_a
            passages[at, 5] = length
            at += 1
        told[edge, 1] = longest
        shares[edge, 0] = words / (b1 - b0)
        shares[edge, 1] = covered.sum() / (a1 - a0)
    return at


class Evidence(NamedTuple):
    """What edges rest on."""

    counts: NDArray[np.int64]  # (edges, 2): passages, words of the longest one
    shares: NDArray[
        np.float64
    ]  # (edges, 2): of the words of the later text (passages do not overlap there), of the earlier one
    passages: NDArray[
        np.int64
    ]  # (passages, 6): edge, start and end in the later text, start and end in the earlier one, words


def evidence(
    pairs: NDArray[np.int64],
    kinds: NDArray[np.int8],
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    compared: Compared,
    words: Cut,
) -> Evidence:
    """The passages of the chosen `pairs`: all shared runs of a copy or repost, the long ones of an excerpt or quote."""
    counts = np.zeros((len(pairs), 2), dtype=np.int64)
    shares = np.zeros((len(pairs), 2), dtype=np.float64)
    most = int((compared.bounds[pairs + 1] - compared.bounds[pairs]).sum())
    passages = np.zeros((most, 6), dtype=np.int64)
    found = _evidence(
        pairs,
        kinds,
        earlier,
        later,
        compared.runs,
        compared.bounds,
        words.bounds,
        words.places,
        words.far,
        words.fars,
        counts,
        shares,
        passages,
    )
    return Evidence(counts, shares, passages[:found])
