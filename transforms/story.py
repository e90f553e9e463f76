"""Sources and stories: from which of its possible sources a text was taken, and which texts are one story.

What belongs here: the choice among verified pairs. What does not: whether a pair is reuse (`transforms.reuse`).

Texts are looked at in their total order, so that what is said of a text rests on earlier ones alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from transforms.align import CONTENT_LATER, SHARED_LATER
from transforms.bits import ALL, BITS, ZERO, count_in, following, population, put, take
from transforms.compiled import Int, allocating, compiled
from transforms.kinds import COPY, CUT_OFF, EXCERPTED, NEARLY, NONE, PASSAGE_WORDS, QUOTE_WORDS, QUOTED, REPOSTED
from transforms.words import U64, copy

# Of the words of a member and of its story's first print, the share of each that has to be in the other: a chain of reposts that
# drifts further from where it began is no longer the same story. Below what makes a repost, since two mended versions of one
# text differ from each other more than each does from the text.
ROOT_SHARE: Final = 0.4
SAME: Final = 0.9  # of the most words that a source explains: which of these sources it was cannot be told
HELD: Final = 0.35  # of an earlier text, that a digest has: it holds that text
ITEM: Final = (
    0.5  # and of a text of an earlier day, where those of its own day are to be its other items: more than a quote
)
SECOND: Final = 0.15  # of a digest's words, that a second text which it holds explains
PURE: Final = 0.85  # of its words, that a source explains: what is left is no second text
FILLED: Final = 0.7  # of a digest's words, that the texts which it holds explain, where one of them counts as the later
APART: Final = 0.2  # of what such a text explains, and of what the earlier ones do, at most, that both explain
DIGEST: Final = -2  # in place of a story's name in `wholes`: nothing is tied through this text
WHOLES: Final = 2  # stories whose excerpt a text is, that are remembered
UNCUT_PULL: Final = (
    0.2  # a text looks less cut off than that beside the first print of a story that it pulls to its own
)


# Sets of the words of a text, side by side (transforms.bits).
_COVERED: Final = 0  # that what was chosen explains
_OLDER: Final = 1  # of which texts of earlier days do
_FIRST: Final = 0  # that the texts of earlier days in a digest explain
_BOTH: Final = 1  # and those of its day with them
_HELD: Final = 2  # that one of these does
_SETS: Final = 3


@compiled
def _uncovered(
    covered: U64, which: Int, runs: NDArray[np.int32], begin: Int, end: Int, least: Int, stretch: Int
) -> Int:
    """Words of runs of `least` words or more that are not in this set yet, in stretches of `stretch` or more."""
    gain: Int = 0
    for k in range(begin, end):
        if runs[k, 2] < least:
            continue
        stop = np.int64(runs[k, 1]) + np.int64(runs[k, 2])
        at = following(covered, which, np.int64(runs[k, 1]), stop, ALL)
        while at < stop:
            until = following(covered, which, at, stop, ZERO)
            if until - at >= stretch:
                gain += until - at
            at = following(covered, which, until, stop, ALL)
    return gain


@compiled
def _words(runs: NDArray[np.int32], begin: Int, end: Int, least: Int) -> Int:
    """Words of runs of `least` words or more."""
    words: Int = 0
    for k in range(begin, end):
        if runs[k, 2] >= least:
            words += runs[k, 2]
    return words


@compiled
def _cover(covered: U64, which: Int, runs: NDArray[np.int32], side: Int, begin: Int, end: Int, least: Int) -> None:
    """Puts the words of runs of `least` words or more into a set: of the earlier text (side 0) or of the later one (1)."""
    for k in range(begin, end):
        if runs[k, 2] >= least:
            start = np.int64(runs[k, side])
            put(covered, which, start, start + np.int64(runs[k, 2]))


@compiled
def _uncover(covered: U64, runs: NDArray[np.int32], run_bounds: NDArray[np.int64], pair: Int, tie: Int) -> None:
    """Takes the words of those passages of a pair from what is covered of which no run of `tie` has nearly all."""
    first, stop = run_bounds[tie], run_bounds[tie + 1]
    for k in range(run_bounds[pair], run_bounds[pair + 1]):
        if runs[k, 2] < PASSAGE_WORDS:
            continue
        begin, end = np.int64(runs[k, 1]), np.int64(runs[k, 1]) + np.int64(runs[k, 2])
        # Both stand in the order of the later text.
        while first < stop and runs[first, 1] + runs[first, 2] <= begin:
            first += 1
        most, n = 0, first
        while n < stop and runs[n, 1] < end:
            most = max(most, min(end, runs[n, 1] + runs[n, 2]) - max(begin, runs[n, 1]))
            n += 1
        if most < SAME * runs[k, 2]:
            take(covered, _COVERED, begin, end)


@compiled
def _is_digest(
    covered: U64,
    mine: NDArray[np.int64],
    after: NDArray[np.int64],
    same_day: NDArray[np.bool_],
    kinds: NDArray[np.int8],
    share_later: NDArray[np.float64],
    share_earlier: NDArray[np.float64],
    runs: NDArray[np.int32],
    run_bounds: NDArray[np.int64],
    size: Int,
    content: Int,
) -> bool:
    """Whether a text is made of texts of earlier days and of others of its day that count as later ones.

    `mine` are its pairs with earlier texts, `after` those with later ones of its day; `size` and `content` its words; `covered` is
    room for sets of these. Which of two texts of one day counts as the earlier may rest on their lengths alone, and a digest is
    longer than what it holds. Two parts of one text may come on its day, so at least one of those in a digest has to be of an
    earlier day.
    """
    if content > 0 and len(after) == 0:
        return False
    covered[:] = ZERO
    for pair in mine:
        if not same_day[pair] and kinds[pair] != NONE and share_earlier[pair] >= ITEM:
            _cover(covered, _FIRST, runs, 1, run_bounds[pair], run_bounds[pair + 1], PASSAGE_WORDS)
    first = count_in(covered, _FIRST, 0, size)
    if first < SECOND * content:
        return False
    copy(covered[:, _FIRST], covered[:, _BOTH])
    for pair in after:
        if kinds[pair] == NONE or share_later[pair] < HELD:
            continue
        covered[:, _HELD] = ZERO
        _cover(covered, _HELD, runs, 0, run_bounds[pair], run_bounds[pair + 1], PASSAGE_WORDS)
        common = 0
        for row in range(len(covered)):
            common += population(covered[row, _HELD] & covered[row, _FIRST])
        # One that shares what the earlier texts explain took from the page, or from where the page took it.
        if common <= APART * min(first, count_in(covered, _HELD, 0, size)):
            for row in range(len(covered)):
                covered[row, _BOTH] |= covered[row, _HELD]
    every = count_in(covered, _BOTH, 0, size)
    return bool(every - first >= SECOND * content and every >= FILLED * content)


@compiled
def _longest(runs: NDArray[np.int32], begin: Int, end: Int) -> Int:
    most = 0
    for k in range(begin, end):
        most = max(most, runs[k, 2])
    return most


@compiled
def _is_told(
    chosen: NDArray[np.int64], first: Int, stop: Int, earlier: NDArray[np.int64], roots: NDArray[np.int64], root: Int
) -> bool:
    """Whether one of the pairs chosen[first:stop] has its source in the story that `root` names."""
    told = False
    for at in range(first, stop):
        told = told or roots[earlier[chosen[at]]] == root
    return told


@compiled
def _are_related(
    mine: NDArray[np.int64],
    earlier: NDArray[np.int64],
    roots: NDArray[np.int64],
    wholes: NDArray[np.int64],
    story: Int,
    other: Int,
) -> bool:
    """Whether a source in one of two stories is an excerpt of the other story."""
    related = False
    for pair in mine:
        source = earlier[pair]
        for whole in range(WHOLES):
            related = related or (roots[source] == story and wholes[source, whole] == other)
            related = related or (roots[source] == other and wholes[source, whole] == story)
    return related


@compiled
def _pulled(
    mine: NDArray[np.int64],
    earlier: NDArray[np.int64],
    labels: NDArray[np.int64],
    roots: NDArray[np.int64],
    wholes: NDArray[np.int64],
    kinds: NDArray[np.int8],
    share_later: NDArray[np.float64],
    share_earlier: NDArray[np.float64],
    cut_off: NDArray[np.float64],
    root: Int,
) -> Int:
    """Of the pairs of a text in the story that `root` names, the nearest with the first print of another story of which it is a
    repost that does not look cut off at all, or has two thirds of it and the other way around; -1 for none."""
    best = -1
    for pair in mine:
        source = earlier[pair]
        near = min(share_later[pair], share_earlier[pair])
        if not NONE < kinds[pair] <= REPOSTED or (cut_off[pair] >= UNCUT_PULL and near < NEARLY):
            continue
        if roots[source] != labels[source] or roots[source] == root or wholes[source, 0] == DIGEST:
            continue
        # Sorted by `earlier`: of equals the first stays.
        if best < 0 or near > min(share_later[best], share_earlier[best]):
            best = pair
    return best


@allocating
def choose_kernel(
    order: NDArray[np.int64],
    after: NDArray[np.int64],
    after_bounds: NDArray[np.int64],
    days: NDArray[np.int64],
    same_site: NDArray[np.bool_],
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    kinds: NDArray[np.int8],
    share_later: NDArray[np.float64],
    share_earlier: NDArray[np.float64],
    cut_off: NDArray[np.float64],
    figures: NDArray[np.int64],
    told: NDArray[np.bool_],
    runs: NDArray[np.int32],
    run_bounds: NDArray[np.int64],
    bounds: NDArray[np.int64],
    labels: NDArray[np.int64],
    roots: NDArray[np.int64],
    wholes: NDArray[np.int64],
    close: NDArray[np.bool_],
    pulls: NDArray[np.int64],
    surely: NDArray[np.bool_],
    chosen_pairs: NDArray[np.int64],
    chosen_kinds: NDArray[np.int8],
) -> Int:
    """Chooses among pairs, `order` being their places by (later, earlier); how many are chosen.

    The pairs of text i with later ones of its day are after[after_bounds[i]:after_bounds[i + 1]]. `days` and `labels` (a name)
    are those of each text; `roots` (the name of the first print of its story) and `wholes` (of the stories of which it is an
    excerpt, none twice, -1 for none, DIGEST where nothing is tied through it) and `close` (whether it is the first print of its
    story, or a repost of that) are read for earlier texts and written for the later texts of the pairs. `pulls` (of the first print
    of another story, of which a text is a repost as well, -1 for none) and `surely` (whether it does not look cut off at all beside
    that) are written alone: what it is a repost of is told by `chosen_kinds`, whichever story that is of.
    """
    same_day = days[earlier] == days[later]
    longest: Int = 0
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    sets = np.empty((longest // BITS + 2, _SETS), dtype=np.uint64)
    count = 0
    at = 0
    while at < len(order):
        text = later[order[at]]
        to = at
        while to < len(order) and later[order[to]] == text:
            to += 1
        mine = order[at:to]
        at = to
        size = bounds[text + 1] - bounds[text]
        covered = sets[: size // BITS + 2]
        done = np.zeros(len(mine), dtype=np.bool_)
        roots[text] = labels[text]
        close[text] = True
        wholes[text, :] = -1
        pulls[text] = -1
        surely[text] = False
        found = 0
        tied = count  # where the first of its pairs stands
        digest = _is_digest(
            covered,
            mine,
            after[after_bounds[text] : after_bounds[text + 1]],
            same_day,
            kinds,
            share_later,
            share_earlier,
            runs,
            run_bounds,
            size,
            figures[mine[0], CONTENT_LATER],
        )
        # Of the stories that it may be a copy or repost of, that of most of these texts; of its texts the nearest.
        tie = -1
        most_votes = 0
        tie_close = False
        tried = np.zeros(len(mine), dtype=np.bool_)
        tells = np.zeros(len(mine), dtype=np.bool_)  # how cut off the text looks
        while True:
            best = -1
            for k in range(len(mine)):
                pair = mine[k]
                if tried[k] or kinds[pair] == NONE or kinds[pair] > REPOSTED:
                    continue
                if best < 0:
                    best = k
                    continue
                other = mine[best]
                near = min(share_later[pair], share_earlier[pair])
                nearest = min(share_later[other], share_earlier[other])
                # Sorted by `earlier`: of equals the first stays.
                if near > nearest or (near == nearest and told[pair] and not told[other]):
                    best = k
            if best < 0:
                break
            tried[best] = True
            pair = mine[best]
            source = earlier[pair]
            # Nearly the same text, whatever that holds.
            common = min(share_later[pair], share_earlier[pair])
            pure = common >= PURE
            if (digest or wholes[source, 0] == DIGEST) and not pure:
                continue
            root = roots[source]
            # It resembles the first print, or is a repost of a repost of that: then at least a third of both is the same.
            near = root == labels[source]
            fits = near
            part: float = 0.0
            ties = 0
            explained: Int = 0
            for k in range(len(mine)):
                other = mine[k]
                alike_kind = kinds[other] == COPY or kinds[other] == REPOSTED
                if labels[earlier[other]] == root:
                    near = near or alike_kind
                    fits = fits or alike_kind or min(share_later[other], share_earlier[other]) >= ROOT_SHARE
                elif roots[earlier[other]] == root and close[earlier[other]]:
                    fits = fits or alike_kind
                # Between pages of one site more is asked of a repost: what is none there tells nothing.
                tells[k] = roots[earlier[other]] == root and NONE < kinds[other] < (
                    EXCERPTED if same_site[other] else QUOTED
                )
                if tells[k]:
                    explained = max(explained, figures[other, SHARED_LATER])
            # A part comes near to one edited version, a version of a version looks like a part beside all others: what a text was
            # made from explains most of its words, and it has them from there. Several may: the mean tells.
            for k in range(len(mine)):
                if tells[k] and figures[mine[k], SHARED_LATER] >= SAME * explained:
                    ties += 1
                    part += cut_off[mine[k]]
            if not fits or part >= CUT_OFF * ties:
                continue
            # What any text of the story explains is no second text.
            covered[:] = ZERO
            for k in range(len(mine)):
                if kinds[mine[k]] != NONE and roots[earlier[mine[k]]] == root:
                    _cover(covered, _COVERED, runs, 1, run_bounds[mine[k]], run_bounds[mine[k] + 1], 0)
            more = 0
            for k in range(len(mine)):
                other = mine[k]
                if kinds[other] == NONE or roots[earlier[other]] == root:
                    continue
                # Both are excerpts of one text: that is where each was taken from, unless they are versions of one report.
                for whole in range(WHOLES):
                    if (
                        common < NEARLY
                        and wholes[source, whole] == roots[earlier[other]]
                        and figures[other, SHARED_LATER] >= figures[pair, SHARED_LATER]
                    ):
                        fits = False
                # It holds a second text, or several: a digest. A part of the first is no second.
                held = False
                for whole in range(WHOLES):
                    held = held or wholes[earlier[other], whole] == root
                if not held and share_later[pair] < PURE and share_earlier[other] >= HELD:
                    first, stop = run_bounds[other], run_bounds[other + 1]
                    gain = _uncovered(covered, _COVERED, runs, first, stop, PASSAGE_WORDS, QUOTE_WORDS)
                    # One that shares what the story explains as well is of the story, whatever else it has.
                    if gain < (1 - APART) * _words(runs, first, stop, PASSAGE_WORDS):
                        continue
                    more += gain
                    _cover(covered, _COVERED, runs, 1, first, stop, PASSAGE_WORDS)
                    if more >= SECOND * figures[other, CONTENT_LATER]:
                        fits = False
            if not fits:
                continue
            votes = 0
            for k in range(len(mine)):
                if NONE < kinds[mine[k]] <= REPOSTED and roots[earlier[mine[k]]] == root:
                    tried[k] = True
                    votes += 1
            # An early version that is a story of its own takes nothing away from the story of all others; but where one story is
            # of parts of the other, the nearest text tells.
            if tie < 0 or (
                votes > most_votes and not _are_related(mine, earlier, roots, wholes, roots[earlier[mine[tie]]], root)
            ):
                tie, most_votes, tie_close = best, votes, near
        covered[:] = ZERO
        if tie >= 0:
            pair = mine[tie]
            source = earlier[pair]
            _cover(covered, _COVERED, runs, 1, run_bounds[pair], run_bounds[pair + 1], 0)
            roots[text] = roots[source]
            close[text] = tie_close
            chosen_pairs[count] = pair
            chosen_kinds[count] = kinds[pair]
            count += 1
            done[tie] = True
            # Where the source is an excerpt itself, of which of the two this one was made cannot be told.
            for whole in range(WHOLES):
                better = -1
                for k in range(len(mine)):
                    other = mine[k]
                    if (
                        wholes[source, whole] >= 0
                        and roots[earlier[other]] == wholes[source, whole]
                        and kinds[other] == EXCERPTED
                        and figures[other, SHARED_LATER] >= SAME * figures[pair, SHARED_LATER]
                        and (better < 0 or figures[other, SHARED_LATER] > figures[mine[better], SHARED_LATER])
                    ):
                        better = k
                if better >= 0:
                    chosen_pairs[count] = mine[better]
                    chosen_kinds[count] = EXCERPTED
                    count += 1
                    done[better] = True
                    wholes[text, found] = wholes[source, whole]
                    found += 1
            # What a text of another story has in one run, and the source in pieces, was not taken from the source.
            for k in range(len(mine)):
                pair = mine[k]
                if kinds[pair] == QUOTED and roots[earlier[pair]] != roots[text]:
                    _uncover(covered, runs, run_bounds, pair, mine[tie])
        copy(covered[:, _COVERED], covered[:, _OLDER])
        gains = np.zeros(len(mine), dtype=np.int64)
        # Excerpts and quotes, as long as there is something left to explain.
        while True:
            most: Int = 0
            for k in range(len(mine)):
                pair = mine[k]
                if done[k] or kinds[pair] == NONE:
                    continue
                least = min(PASSAGE_WORDS, _longest(runs, run_bounds[pair], run_bounds[pair + 1]))
                known = _COVERED if same_day[pair] else _OLDER
                gains[k] = _uncovered(covered, known, runs, run_bounds[pair], run_bounds[pair + 1], least, QUOTE_WORDS)
                if gains[k] < QUOTE_WORDS:
                    done[k] = True  # what is covered stays so
                most = max(most, gains[k])
            if most < QUOTE_WORDS:
                break
            best = -1
            for k in range(len(mine)):
                pair = mine[k]
                if done[k] or kinds[pair] == NONE or gains[k] < SAME * most:
                    continue
                if best < 0:
                    best = k
                    continue
                # Several may hold the same words: then the one that is named, else one that is no digest, nor a part of the
                # other's story, else the first.
                other = mine[best]
                plain = wholes[earlier[pair], 0] != DIGEST and wholes[earlier[other], 0] == DIGEST
                for whole in range(WHOLES):
                    plain = plain or wholes[earlier[other], whole] == roots[earlier[pair]]
                if (told[pair] and not told[other]) or (plain and told[pair] == told[other]):
                    best = k
            pair = mine[best]
            done[best] = True
            least = min(PASSAGE_WORDS, _longest(runs, run_bounds[pair], run_bounds[pair + 1]))
            # What a digest holds comes from somewhere else as well.
            if wholes[earlier[pair], 0] != DIGEST:
                _cover(covered, _COVERED, runs, 1, run_bounds[pair], run_bounds[pair + 1], least)
                # Of one day the longer counts as the source: it may be a page that was made of this text, quotes and all.
                if not same_day[pair]:
                    _cover(covered, _OLDER, runs, 1, run_bounds[pair], run_bounds[pair + 1], least)
            # A repost that is not tied to the story of its source is no repost of it: most of it is shared, no more.
            kind = max(EXCERPTED, kinds[pair])
            chosen_pairs[count] = pair
            chosen_kinds[count] = kind
            count += 1
            # Of several stories of one day it cannot be told in which the words of a quote stood first.
            for k in range(len(mine) if kind == QUOTED and not told[pair] else 0):
                other = mine[k]
                alike = kinds[other] == QUOTED and gains[k] >= SAME * most and not done[k]
                if not alike or days[earlier[other]] != days[earlier[pair]]:
                    continue
                root = roots[earlier[other]]
                if root != roots[text] and not _is_told(chosen_pairs, tied, count, earlier, roots, root):
                    done[k] = True
                    chosen_pairs[count] = other
                    chosen_kinds[count] = QUOTED
                    count += 1
            if kind == EXCERPTED and found < WHOLES and wholes[earlier[pair], 0] != DIGEST:
                named = False
                for whole in range(found):
                    named = named or wholes[text, whole] == roots[earlier[pair]]
                if not named:
                    wholes[text, found] = roots[earlier[pair]]
                    found += 1
        # Other stories have most of it, or it has most of them: the text of each that shares most is told as well. Two pages of one
        # site may share no more than its chrome.
        for k in range(len(mine)):
            pair = mine[k]
            root = roots[earlier[pair]]
            if kinds[pair] == NONE or kinds[pair] > EXCERPTED or same_site[pair] or root == roots[text]:
                continue
            if wholes[earlier[pair], 0] == DIGEST:
                continue
            # A part of this story is told as such already.
            named = False
            for whole in range(WHOLES):
                named = named or wholes[earlier[pair], whole] == roots[text]
            named = named or _is_told(chosen_pairs, tied, count, earlier, roots, root)
            for other in mine:
                if roots[earlier[other]] == root and NONE < kinds[other] <= EXCERPTED and not same_site[other]:
                    named = named or figures[other, SHARED_LATER] > figures[pair, SHARED_LATER]
            if not named:
                chosen_pairs[count] = pair
                chosen_kinds[count] = EXCERPTED
                count += 1
        pair = _pulled(mine, earlier, labels, roots, wholes, kinds, share_later, share_earlier, cut_off, roots[text])
        if pair >= 0 and roots[text] != labels[text] and close[text] and not digest:
            pulls[text] = labels[earlier[pair]]
            surely[text] = cut_off[pair] < UNCUT_PULL
            at_edge = tied
            while at_edge < count and chosen_pairs[at_edge] != pair:
                at_edge += 1
            chosen_pairs[at_edge] = pair
            chosen_kinds[at_edge] = REPOSTED
            count = max(count, at_edge + 1)
        if digest:
            wholes[text, 0] = DIGEST
    return count
