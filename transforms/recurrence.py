"""Recurrence: which fingerprints are page chrome or template, because texts that have nothing else in common hold them.

What belongs here: the rule that says so, a function of the texts that hold a fingerprint. What does not: what follows from it
for a pair (`transforms.reuse`).

News comes back for days, chrome for ever: the first rule counts weeks. The others look at whether the texts of one site that hold
a fingerprint resemble each other: what a site prints again for weeks does, its pages do not. Resemblance is estimated from
signatures: the least fingerprints under `SLOTS` orders (Broder, On the resemblance and containment of documents, 1997, section 3)
of the middle half of a text, where there is least chrome.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.compiled import Int, allocating, compiled
from transforms.hashes import places_in, unique
from transforms.words import U64, avalanche

WEEKS: Final = 8  # different weeks in which a fingerprint comes back anywhere: longer than news is reprinted
SITE_WEEKS: Final = 4  # different weeks on one site, of texts that are no family
LONG_WEEKS: Final = 6  # different weeks on one site, of whatever texts
TO_MONDAY: Final = 3  # days to count from the Monday before 1970-01-01, which was a Thursday: weeks begin on Monday
SLOTS: Final = 4  # a mean of four says "below a tenth" of six texts with some certainty
TEXTS: Final = 6  # texts of one site that hold it, at least
KINDRED: Final = 0.1  # and the most that two of them resemble each other, in the mean
OWN: Final = 4  # one in so many of the texts that hold it, at least: chrome is its site's own, a story is everybody's
FAMILY: Final = 0.3  # the same where they are of SITE_WEEKS: what one site prints again for weeks resembles itself more
GUESTS: Final = 8  # different signatures that are enough where the texts are of SITE_WEEKS
STRANGERS: Final = (
    24  # different signatures on one site that are enough by themselves, however alike the chrome makes its pages
)
UNKNOWN_TEXTS: Final = 30  # the same as TEXTS for texts of unknown sites, which may be many
UNKNOWN_STRANGERS: Final = 120  # the same as STRANGERS; above what one story's rewritten reposts come to

FEW: Final = 32  # signatures that are sorted by insertion

RECURS: Final = 1
FIRM: Final = 2  # recurs, and does so whatever texts are added: the counts behind it only grow

_SALTS: Final = np.arange(1, SLOTS + 1, dtype=np.uint64) * np.uint64(
    0x9E3779B97F4A7C15
)  # the golden ratio, as in splitmix64


def sites(articles: pl.DataFrame) -> pl.Series:
    """The site of every article (String): the host of its URL, else its outlet, which is in lower case; NULL where neither is
    told."""
    scheme, empty, name, _ = articles["url"].str.splitn("/", 4).struct.unnest()
    schemes = scheme.unique()
    is_url = scheme.is_in(schemes.filter(schemes.str.contains(r"^(?i)[a-z]+:$")).implode()) & (empty == "")
    host = _of_each(name, lambda of: of.str.extract(r"^(?i)(?:www\.)?([^:?#]+)", 1).str.to_lowercase())
    return pl.select(pl.coalesce(pl.when(is_url).then(host), articles["outlet"]).alias("site")).to_series()


def _of_each(names: pl.Series, how: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `how` says of each name (String), a String: of few different ones, to ask for each anew takes five times as long."""
    different = names.unique().drop_nulls()
    said = how(different)
    return names if said.equals(different) else names.replace(different, said)


def standing(articles: pl.DataFrame) -> pl.Series:
    """Which articles (Boolean) have a text that their site printed in SITE_WEEKS different weeks or more: a notice, or a page on
    which nothing was found but what stands around its article. Takes all articles with each of the texts (`text_hash`,
    `word_count`, `site`, `published_on`)."""
    weeks = (pl.col("published_on").cast(pl.Int32) + TO_MONDAY) // 7
    often = weeks.n_unique().over("text_hash", "word_count", "site") >= SITE_WEEKS
    return articles.select(pl.col("site").is_not_null() & often).to_series()


def lower(names: pl.Series) -> pl.Series:
    """Names (String) in lower case."""
    return _of_each(names, lambda of: of.str.to_lowercase())


def one_site(article: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool | None:
    """Whether two articles, given as (url, outlet), are pages of one site: of one host, or of one outlet; None where a site is not
    known."""
    told = pl.DataFrame([article, other], schema={"url": pl.String, "outlet": pl.String}, orient="row")
    told = told.with_columns(lower(told["outlet"]))
    of = sites(told).to_list()
    if any(one is not None and one == two for one, two in (of, told["outlet"].to_list())):
        return True
    return None if None in of else False


@compiled
def _signatures(
    prints: U64,
    positions: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    word_counts: NDArray[np.int64],
    salts: U64,
    signatures: U64,
) -> None:
    for row in range(len(word_counts)):
        first = bounds[row]
        last = bounds[row + 1]
        low = word_counts[row] // 4
        high = word_counts[row] - low
        for turn in range(2):
            begin, end = first, last
            if turn == 0:
                # Fingerprints stand in the order of the text.
                while begin < end and positions[np.uint64(begin)] < low:
                    begin += 1
                while begin < end and positions[np.uint64(end - 1)] >= high:
                    end -= 1
            if begin == end:
                continue
            for slot in range(len(salts)):
                salt = salts[slot]
                least = ~np.uint64(0)
                for k in range(begin, end):
                    least = min(least, avalanche(prints[np.uint64(k)] ^ salt))
                signatures[row, slot] = least
            break


def signatures(prints: U64, positions: NDArray[np.uint32], bounds: NDArray[np.int64], words: NDArray[np.int64]) -> U64:
    """The signature of every text, (texts, SLOTS); the fingerprints of text i stand in prints[bounds[i]:bounds[i + 1]]."""
    made = np.zeros((len(words), SLOTS), dtype=np.uint64)
    _signatures(prints, positions, bounds, words, _SALTS, made)
    return made


@allocating
def _sort(values: U64) -> None:
    """Sorts in place: few by insertion, as they are most of the time."""
    if len(values) > FEW:
        values.sort()
        return
    for at in range(1, len(values)):
        value = values[at]
        back = at
        while back > 0 and values[back - 1] > value:
            values[back] = values[back - 1]
            back -= 1
        values[back] = value


@compiled
def _different(
    texts: NDArray[np.uint32], weeks: NDArray[np.uint32], seen: NDArray[np.int64], stamp: Int, most: Int
) -> Int:
    """How many different weeks texts are of; none is counted beyond `most`. What was seen for this `stamp` is noted."""
    count = 0
    for text in texts:
        if seen[weeks[text]] != stamp:
            seen[weeks[text]] = stamp
            count += 1
            if count == most:
                break
    return count


@compiled
def _of_site(texts: NDArray[np.uint32], known: bool, come_back: bool, mainly: bool, signs: U64, signed: U64) -> Int:
    """What the resemblance of the texts of one site that hold a fingerprint says of it, and whether it is `mainly` theirs."""
    count = len(texts)
    least = count
    alike = 0
    for slot in range(SLOTS):
        for k in range(count):
            signed[k] = signs[texts[k], slot]
        _sort(signed[:count])
        different = 0
        run = 0
        for k in range(count):
            if k > 0 and signed[k] == signed[k - 1]:
                alike += 2 * run
                run += 1
            else:
                different += 1
                run = 1
        least = min(least, different)
    if least >= (UNKNOWN_STRANGERS if not known else GUESTS if come_back else STRANGERS):
        return FIRM
    few = alike < (FAMILY if come_back else KINDRED) * SLOTS * count * (count - 1)
    return RECURS if few and mainly else 0


@allocating
def _judge(
    bounds: NDArray[np.int64],
    owners: NDArray[np.uint32],
    weeks: NDArray[np.uint32],
    site: NDArray[np.int64],
    signs: U64,
    seen: NDArray[np.int64],
    counts: NDArray[np.int64],
    verdicts: NDArray[np.uint8],
) -> None:
    """Judges each fingerprint. `weeks` and `site` are whole numbers from 0 on, by which `seen` and `counts` (zeros) go; site 0 is
    not known."""
    longest = 0
    for group in range(len(bounds) - 1):
        longest = max(longest, bounds[group + 1] - bounds[group])
    here = np.empty(longest, dtype=np.uint32)
    signed = np.empty(longest, dtype=np.uint64)
    stamp = 0
    for group in range(len(bounds) - 1):
        mine = owners[bounds[group] : bounds[group + 1]]
        if len(mine) < SITE_WEEKS:
            continue
        stamp += 1
        if len(mine) >= WEEKS and _different(mine, weeks, seen, stamp, WEEKS) == WEEKS:
            verdicts[group] = FIRM
            continue
        for text in mine:
            counts[site[text]] += 1
        for text in mine:
            own = site[text]
            count = counts[own]
            counts[own] = 0
            if count < (SITE_WEEKS if own > 0 else UNKNOWN_TEXTS) or verdicts[group] == FIRM:
                continue
            filled = 0
            for other in mine:
                if site[other] == own:
                    here[filled] = other
                    filled += 1
            come_back = False
            if own > 0:
                stamp += 1
                different = _different(here[:count], weeks, seen, stamp, LONG_WEEKS)
                if different == LONG_WEEKS:
                    verdicts[group] = FIRM
                    continue
                come_back = bool(different >= SITE_WEEKS)
            if count >= TEXTS or come_back:
                mainly = come_back or own == 0 or count * OWN >= len(mine)
                said = _of_site(here[:count], own > 0, come_back, mainly, signs, signed)
                verdicts[group] = max(verdicts[group], said)


def judge(
    bounds: NDArray[np.int64],
    owners: NDArray[np.uint32],
    days: NDArray[np.int64],
    site: NDArray[np.int64],
    signs: U64,
) -> NDArray[np.uint8]:
    """Whether each fingerprint recurs: 0, RECURS, or FIRM.

    The texts that hold fingerprint i are owners[bounds[i]:bounds[i + 1]], none twice; `days` (since 1970-01-01), `site` (a number,
    -1 where it is not known) and `signs` go by text.
    """
    verdicts = np.zeros(len(bounds) - 1, dtype=np.uint8)
    # Weeks and sites are numbered from 0 on.
    weeks = (days + TO_MONDAY) // 7
    every = unique(weeks)
    seen, counts = (np.zeros(size, dtype=np.int64) for size in (len(every), 2 + int(site.max(initial=-1))))
    _judge(bounds, owners, places_in(weeks, every), site + 1, signs, seen, counts, verdicts)
    return verdicts
