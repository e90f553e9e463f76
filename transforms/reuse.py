"""Reuse: which article took text from which earlier one, where the passages stand, and which articles are one story.

What belongs here: what has to be looked at (all of a collection, or what a night changes), and the frames that come of it. What
does not: fingerprints (`transforms.fingerprint`), chrome and template (`transforms.recurrence`), what two texts share
(`transforms.align`, `transforms.pairs`), sources and stories (`transforms.story`), where things are kept (`transforms.shelf`).
docs/reuse.md tells how a verdict is reached, docs/choices/reuse.md why each number is what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import following, records, sheets
from transforms.candidates import Candidates, choose, lots, neighbours, some
from transforms.fingerprint import as_frame, column, lists
from transforms.hashes import (
    Groups,
    Lookup,
    Pairs,
    are_among,
    are_in,
    keep_repeated,
    lookup_of,
    pick,
    pick_groups,
    places_in,
    sorted_in,
    unique,
)
from transforms.kinds import EXCERPTED, NONE
from transforms.pairs import (
    compare,
    content_kernel,
    evidence,
    lists_kernel,
    prints_of,
    verdicts,
    worth_comparing,
)
from transforms.recurrence import FIRM, SITE_WEEKS, SLOTS, judge, lower, sites, standing
from transforms.sheets import Sheets
from transforms.shelf import FLAGS, KEPT, POSTINGS, RETOLD, Changes, MemoryShelf, Shelf
from transforms.story import WHOLES, choose_kernel
from transforms.words import U64

Numbers = NDArray[np.int64]

PORTION: Final = (
    8_000_000  # postings of an index that are looked through at a time, some 200 MB with what is said of them
)

# The total order of articles: the later takes from the earlier. Where day, attribution and time do not tell, the longer text counts
# as the earlier: an excerpt is cut from a whole.
ORDER: Final = ("published_on", "attributed", "published_at", "word_count", "article_id")
_NEVER: Final = np.iinfo(np.int32).max  # the day of an article that tells none, behind all others


class Reuse(NamedTuple):
    """What `find_reuse` gives, each frame sorted by its columns from the left."""

    edges: pl.DataFrame  # records.EDGES
    passages: pl.DataFrame  # records.PASSAGES
    members: pl.DataFrame  # records.STORY_MEMBERS


def find_reuse(articles: pl.DataFrame) -> Reuse:
    """All reuse in a collection of articles.

    Takes (article_id, text, published_on, published_at, outlet, origin, url, language; each as in records.ARTICLES and
    records.LANGUAGES), article_id unique; an article without published_on comes after all others, and its edges have no lag_days.
    Gives edges, passages and members, a function of the set of articles alone. Every article is in members once, an edge has one
    passage at least.
    """
    numbered = articles.with_columns(number=pl.int_range(1, 1 + len(articles), dtype=pl.Int64))
    changes = update(MemoryShelf(), numbered, pl.Series("article_id", [], dtype=pl.String))
    # These columns tell the rows apart.
    return Reuse(
        changes.edges.sort("article_id", "source_article_id"),
        changes.passages.sort("article_id", "source_article_id", "article_start"),
        changes.members.sort("article_id"),
    )


def _numbers(values: Numbers) -> pl.DataFrame:
    """(number) as in POSTINGS; raises InvalidOperationError where one does not fit."""
    return column("number", values).cast(POSTINGS["number"]).to_frame()


def _minus(values: NDArray[Any], some: NDArray[Any]) -> NDArray[Any]:
    """The different values that are not among some others, sorted."""
    values = unique(values)
    return values[~_within(values, unique(some))]


def _within(values: NDArray[np.generic], few: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Which of the sorted, unique `values` are among the sorted, unique `few`."""
    mask = np.zeros(len(values), dtype=np.bool_)
    if len(values) and len(few):
        at = np.minimum(np.searchsorted(values, few), len(values) - 1)
        mask[at[values[at] == few]] = True
    return mask


def _order(kept: pl.DataFrame) -> Numbers:
    """The total order of articles: their places in it, the first one first. What is not told comes last."""
    last = np.iinfo(np.int64).max
    told = [kept[name].to_physical().cast(pl.Int64).fill_null(last).to_numpy() for name in ORDER[:-1]]
    told[3] = -told[3]
    order = np.lexsort([_narrow(values) for values in told[::-1]])
    # Few are told apart by their ids alone, and numbers are sorted much faster than strings.
    same = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for values in told:
        same &= values[order[1:]] == values[order[:-1]]
    tied = np.flatnonzero(np.append(False, same) | np.append(same, False)[: len(order)])
    if len(tied):
        groups = np.cumsum(~np.append(False, same))[tied]
        by_id = pl.DataFrame([column("group", groups), _at(kept["article_id"], order[tied])])
        order[tied] = order[tied][by_id.select(pl.arg_sort_by("group", "article_id")).to_series().to_numpy()]
    return order


def _narrow(values: Numbers) -> NDArray[Any]:
    """Numbers in the same order in fewer bytes, where they lie close together: those of two bytes are sorted by their digits."""
    least, most = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    return (values - least).astype(np.min_scalar_type(most - least)) if most - least < 1 << 16 else values


def _rows(every: pl.DataFrame, here: NDArray[np.bool_]) -> pl.DataFrame:
    return every.filter(column("here", here))


def _at(values: pl.Series, places: Numbers) -> pl.Series:
    return values.gather(column("at", places))


def _sorted(kept: pl.DataFrame) -> pl.DataFrame:
    return kept.select(pl.all().gather(column("at", _order(kept))))


def _wholes(rows: pl.DataFrame) -> Numbers:
    """The `wholes` of KEPT as an array, (rows, WHOLES)."""
    return rows["wholes"].list.explode(keep_nulls=False, empty_as_null=False).to_numpy().reshape(-1, WHOLES)


def _as_lists(name: str, values: NDArray[np.generic]) -> pl.Series:
    """The rows of an array as a column of lists."""
    return lists(name, values.reshape(-1), np.arange(len(values) + 1, dtype=np.int64) * values.shape[1])


def _postings(held: Pairs) -> pl.DataFrame:
    """POSTINGS, in the same order; owners are numbers."""
    columns: tuple[NDArray[Any], ...] = held
    return pl.DataFrame([column(name, values) for name, values in zip(POSTINGS, columns, strict=True)], schema=POSTINGS)


def _pairs(postings: pl.DataFrame) -> Pairs:
    return Pairs(*(postings[name].to_numpy() for name in POSTINGS))


def _each(groups: Groups) -> Pairs:
    """What is grouped by fingerprint, one holder after the other."""
    return Pairs(np.repeat(groups.values, np.diff(groups.bounds)), groups.owners, groups.notes)


def _picked(held: Pairs, rows: NDArray[Any]) -> Pairs:
    return Pairs(held.values[rows], held.owners[rows], held.notes[rows])


def _repeated(postings: pl.DataFrame, least: int, here: NDArray[np.bool_]) -> Groups:
    """Those rows of POSTINGS, by fingerprint, that are `here` and whose fingerprint stands in `least` rows of all."""
    pairs = _pairs(postings)
    if least > 1:
        keep_repeated(pairs.values, least, here)
    return pick_groups(pairs, here)


def _portions(postings: pl.DataFrame) -> Iterator[Groups]:
    """Who holds the fingerprints that SITE_WEEKS texts or more hold, of POSTINGS by fingerprint, some fingerprints at a time."""
    prints = postings["fingerprint"].to_numpy()
    begin = 0
    while begin < len(prints):
        end = int(np.searchsorted(prints, prints[min(begin + PORTION, len(prints)) - 1], side="right"))
        yield _repeated(postings[begin:end], SITE_WEEKS, np.ones(end - begin, dtype=np.bool_))
        begin = end


def _codes(*columns: pl.Series) -> list[Numbers]:
    """Columns of strings as small numbers that are equal where these are, in whichever column; -1 for NULL."""
    codes = pl.concat(columns).cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    codes = places_in(codes, unique(np.array([-1]), codes)).astype(np.int64) - 1
    return np.split(codes, np.cumsum([len(column) for column in columns])[:-1])


class _Desk:
    """The shelf as it will be after the night, as far as it has been looked at."""

    def __init__(self, shelf: Shelf, added: pl.DataFrame) -> None:
        self.shelf = shelf
        self.alone = shelf.empty()  # what is added is all that there is
        self._texts = added.select("number", "text").sort("number") if "text" in added.columns else None
        self.sheets = Sheets(self.texts)
        self.rows = KEPT.to_frame()  # of what is added or changed
        self.gone: Numbers = np.zeros(0, dtype=np.int64)
        self.lost: Numbers = np.zeros(0, dtype=np.int64)
        self.came: Numbers = np.zeros(0, dtype=np.int64)  # what stands for a text and did not before, sorted
        self.gained = POSTINGS.to_frame()  # of these
        # Of the fingerprints looked at, those that are flagged after the night, and those that are no more.
        self.flagged_now = np.zeros(0, dtype=np.uint64)
        self.unflagged = np.zeros(0, dtype=np.uint64)
        self._flags: Lookup | None = None  # the first of these, where they are all

    def kept(self, numbers: Numbers, *columns: str) -> pl.DataFrame:
        """KEPT of these articles, whose numbers are sorted and unique, or some of its columns."""
        columns = columns or tuple(KEPT)
        every = self.rows["number"].to_numpy()
        here = are_among(every, numbers)
        mine = _rows(self.rows.select(columns), here)
        if len(mine) == len(numbers):
            return mine
        return pl.concat([mine, self.shelf.kept(_minus(numbers, every[here])).select(columns)])

    def tell(self, found: pl.DataFrame) -> None:
        """Puts what was found of texts (FOUND) into their rows; each stands for its text."""
        numbers = found["number"].to_numpy()
        rows = pl.concat([self.rows, self.shelf.kept(_minus(numbers, self.rows["number"].to_numpy()))])
        at = places_in(numbers, rows["number"].to_numpy())
        columns = {}
        for name in ("story", "close", "pulls", "surely", "stands"):
            values = rows[name].to_numpy().copy()
            values[at] = True if name == "stands" else found[name].to_numpy()
            columns[name] = column(name, values)
        wholes = _wholes(rows).copy()
        wholes[at] = _wholes(found)
        self.rows = rows.with_columns(**columns, wholes=_as_lists("wholes", wholes))

    def stories(self, numbers: Numbers) -> pl.DataFrame:
        """KEPT of the texts of these stories."""
        return self._now(self.shelf.stories(numbers), column("here", are_among(self.rows["story"].to_numpy(), numbers)))

    def pulling(self) -> pl.DataFrame:
        """KEPT of the texts that pull another story."""
        return self._now(self.shelf.pulling(), self.rows["pulls"] >= 0)

    def _now(self, kept: pl.DataFrame, here: pl.Series) -> pl.DataFrame:
        """Of rows that the shelf gives and those that are `here`, the texts that there are after the night."""
        if len(kept):
            known = unique(self.rows["number"].to_numpy(), self.gone)
            kept = _rows(kept, ~are_among(kept["number"].to_numpy(), known))
        return pl.concat([self.rows.filter(here), kept]).filter("stands")

    def texts(self, numbers: Numbers) -> pl.Series:
        """The texts of these articles, whose numbers are sorted, in their order."""
        if self._texts is not None and len(self._texts):
            here = self._texts["number"].to_numpy()
            at = np.searchsorted(here, numbers)
            if at[-1] < len(here) and (here[at] == numbers).all():
                # What comes one after the other, as all that a night brings does, is not copied.
                near = at[-1] - at[0] + 1 == len(at)
                return self._texts["text"][at[0] : at[-1] + 1] if near else _at(self._texts["text"], at)
        wanted = column("number", numbers).to_frame()
        every = self.shelf.texts(numbers)
        if self._texts is not None:
            every = pl.concat([every.join(self._texts, on="number", how="anti"), self._texts])
        if np.array_equal(every["number"].to_numpy(), numbers):
            return every["text"]
        return wanted.join(every, on="number", how="left", maintain_order="left")["text"]

    def gain(self, numbers: Numbers) -> None:
        """Puts texts, whose numbers are sorted, into the index; what else was printed is not asked for again."""
        self.came = numbers
        self.sheets.keep_words(numbers)
        self.gained = self._prints(numbers, forget=True)

    def _prints(self, numbers: Numbers, *, forget: bool = False) -> pl.DataFrame:
        """POSTINGS of these texts, from what they say; raises InvalidOperationError where a number does not fit."""
        _numbers(numbers)
        return _postings(self.sheets.prints(numbers, forget=forget))

    def holdings(self, numbers: Numbers) -> pl.DataFrame:
        """POSTINGS of these texts, whose numbers are sorted, by fingerprint."""
        gained, here = self.gained, _within(self.came, numbers)
        if not here.all():
            these = are_among(gained["number"].to_numpy(), self.came[here])
            gained = _rows(gained, these)
        rest = _minus(numbers, self.came)
        if not len(rest):
            return gained
        return pl.concat([gained, self._prints(rest)]).sort("fingerprint")

    def holders(self, fingerprints: U64, least: int = 1) -> Groups:
        """Who holds those of these fingerprints, sorted and unique, that `least` texts hold after the night, by fingerprint."""
        every = self.shelf.holders(fingerprints).join(_numbers(self.lost), on="number", how="anti")
        here = sorted_in(self.gained["fingerprint"].to_numpy(), fingerprints)
        if every.is_empty():
            return _repeated(self.gained, least, here)
        every = pl.concat([every, _rows(self.gained, here)]).sort("fingerprint")
        return _repeated(every, least, np.ones(len(every), dtype=np.bool_))

    def shared(self, numbers: Numbers) -> Groups:
        """Who holds the fingerprints that these texts, whose numbers are sorted, and others hold, and that do not recur.

        The words of texts that hold none of them are not kept where there is not much room.
        """
        if self.alone and len(numbers) == len(self.came):
            # All that there are: to name each would take half the memory of the index again.
            prints = self.gained["fingerprint"].to_numpy()
            here = sorted_in(prints, self.flagged_now)
            keep_repeated(prints, 2, np.logical_not(here, out=here))
            # Before there is more in memory.
            self.sheets.keep_words(unique(pick(self.gained["number"].to_numpy(), here)).astype(np.int64))
            return _repeated(self.gained, 1, here)
        values = unique(self.holdings(numbers)["fingerprint"].to_numpy())
        return self.holders(pick(values, ~self.flagged(values)), 2)

    def recurring(self, fingerprints: U64) -> NDArray[np.bool_]:
        """Whether each of these fingerprints recurs after the night."""
        if self.alone:
            # They are asked for lot after lot.
            if self._flags is None:
                self._flags = lookup_of(self.flagged_now)
            return self._flags.has(fingerprints)
        different = unique(fingerprints)
        return are_in(fingerprints, different[self.flagged(different)])

    def flagged(self, fingerprints: U64) -> NDArray[np.bool_]:
        """Whether each of these sorted, unique fingerprints recurs after the night."""
        old = self.shelf.flags(fingerprints)["fingerprint"].sort().to_numpy()
        old = old[~sorted_in(old, self.unflagged)]
        return _within(fingerprints, old) | _within(fingerprints, self.flagged_now)


def _fresh(desk: _Desk, added: pl.DataFrame) -> pl.DataFrame:
    """KEPT of new articles, as if each began a story."""
    added = added.drop("text", strict=False)
    if not added["number"].is_sorted():
        added = added.sort("number")
    added = added.with_columns(lower(added["outlet"]), lower(added["origin"]))
    counts, hashes, signed = desk.sheets.sums(added["number"].to_numpy())
    outlet, origin = pl.col("outlet"), pl.col("origin")
    return added.with_columns(
        attributed=origin.is_not_null() & (outlet.is_null() | (origin != outlet)),
        site=sites(added),
        stands=pl.lit(False),
        story=pl.col("number"),
        wholes=pl.lit([-1] * WHOLES, dtype=pl.List(pl.Int64)),
        close=pl.lit(True),
        pulls=pl.lit(-1, dtype=pl.Int64),
        surely=pl.lit(False),
        word_count=column("word_count", counts),
        text_hash=column("text_hash", hashes),
        signature=_as_lists("signature", signed),
    ).select(pl.col(name).cast(kind) for name, kind in KEPT.items())


def update(shelf: Shelf, added: pl.DataFrame, removed: pl.Series) -> Changes:
    """What a night changes: `added` articles come, `removed` ones (article_ids) go; an article derived anew does both.

    `added` has `number` (Int64, unused so far) beside the columns that `find_reuse` takes; where it has no `text`, the shelf
    has the texts. The shelf has everything as it was, the texts of removed articles included. After `Changes` are applied, edges,
    passages and members are what `find_reuse` gives for all articles that are there then, whatever nights they came in.
    """
    desk = _Desk(shelf, added)
    night = _stand(desk, added, removed)
    flags_gone, flags, flipped = _reflag(desk)
    seen, changed = _search(desk, night.came, flipped)
    led, renamed, retold = _lead(desk, seen.found["number"].to_numpy())

    kept = desk.rows
    moved = night.hashes
    everyone, looked_at = kept.select(_BELONGS), kept.clear()
    if not desk.alone:  # where they are all that there are, all are kept, and all have moved
        here = are_among(kept["number"].to_numpy(), unique(seen.found["number"].to_numpy()))
        looked_at, kept = _rows(kept, here), _rows(kept, ~here | are_among(kept["number"].to_numpy(), changed))
        # The copies of texts whose first one is another now, and all that belong to a story by another name.
        moved = unique(kept["text_hash"].to_numpy(), desk.stories(renamed)["text_hash"].to_numpy(), night.hashes)
        further = shelf.same(_minus(moved, night.hashes))
        everyone = pl.concat([everyone, further.join(looked_at, on="number", how="anti").select(_BELONGS)])
    stands = everyone.filter(pl.col("stands")).with_columns(rep="number", root="story")
    # A text that stands and was not looked at has its story still.
    stands_moved = stands
    if not desk.alone:
        stands_moved, everyone = (
            _rows(part, are_in(part["text_hash"].to_numpy(), moved)) for part in (stands, everyone)
        )
    others = everyone.filter(~pl.col("stands"))
    theirs = _rows(stands, are_in(stands["text_hash"].to_numpy(), unique(others["text_hash"].to_numpy())))
    others = others.join(
        theirs.select("text_hash", "word_count", "rep", "root"), on=["text_hash", "word_count"], how="left"
    )
    others = others.with_columns(
        pl.col("rep", "root").fill_null(pl.col("number")),  # a text without words stands for itself
    )
    # What a site says for weeks is no print of its first page that says so.
    alone = _standing(pl.concat([frame.select(_BELONGS) for frame in (theirs, others)]))
    numbers = others["number"].to_numpy()
    here = are_among(numbers, alone)
    apart = _rows(others, here & ~are_among(numbers, night.alone))
    others = others.with_columns(
        pl.when(column("here", here)).then("number").otherwise(name).alias(name) for name in ("rep", "root")
    )
    everyone = pl.concat([stands_moved, others])
    everyone = everyone.with_columns(pl.col("root").replace(led.names["story"], led.names["name"]))
    copies = _rows(others, are_in(others["text_hash"].to_numpy(), night.hashes)).filter(
        pl.col("rep") != pl.col("number"),
        ~(pl.col("rep").is_in(night.stood.implode()) & pl.col("number").is_in(night.copied.implode())),
    )
    copy_edges, copy_passages = _copies(desk, copies)
    names = desk.kept(unique(everyone["root"].to_numpy()), "number", "article_id").select(
        root="number", story_id="article_id"
    )
    members = everyone.select("article_id", "root").join(names, on="root", how="left").select("article_id", "story_id")
    tied = led.ties.select("article_id", "source_article_id", kind=pl.lit("repost"))
    gone, lost = night.gone, night.lost
    # Where there was nothing before there is nothing to replace.
    ends = () if desk.alone else (gone, looked_at, copies, apart, lost)
    taken = pl.concat([gone["article_id"].clear(), *(frame["article_id"] for frame in ends)]).unique()
    return Changes(
        gone=gone,
        kept=kept if kept["number"].is_sorted() else kept.sort("number"),
        postings_gone=lost.select("number"),
        postings=desk.gained,
        flags_gone=flags_gone,
        flags=flags,
        taken=taken.sort().to_frame("article_id"),
        edges=pl.concat([seen.edges.update(tied, on=["article_id", "source_article_id"]), copy_edges]),
        passages=pl.concat([seen.passages, copy_passages]),
        retold=retold,
        members=members,
    )


# What tells to which text and story an article belongs.
_BELONGS: Final = ("article_id", "number", "text_hash", "word_count", "site", "published_on", "stands", "story")


class _Night(NamedTuple):
    """Which articles come and go as those that stand for a text."""

    gone: pl.DataFrame  # (number, article_id)
    lost: pl.DataFrame  # (number, article_id): that stood for one and do no more
    came: Numbers  # that do, and did not
    hashes: U64  # of the texts of all that come or go
    stood: pl.Series  # numbers: of these texts, that stood for one before the night
    copied: pl.Series  # and that did not, but were a copy of one that did
    alone: Numbers  # whose text their site had printed for weeks before the night, sorted


def _stand(desk: _Desk, added: pl.DataFrame, removed: pl.Series) -> _Night:
    """Finds which articles stand for their texts: the earliest of those with the same words. Puts their rows and fingerprints
    on the desk."""
    fresh = _fresh(desk, added)
    gone = desk.shelf.named(removed)
    hashes = unique(gone["text_hash"].to_numpy(), fresh["text_hash"].to_numpy())
    before = desk.shelf.same(hashes)
    every = pl.concat([before.join(gone, on="number", how="anti"), fresh])
    # Most are the only one with their words, and no order has to tell which is the first.
    only = every["text_hash"].is_unique()
    several = _sorted(every.select("number", "text_hash", *ORDER).filter(~only))
    first = several.filter(pl.struct("text_hash", "word_count").is_first_distinct())["number"].sort().to_numpy()
    numbers = every["number"].to_numpy()
    stands = (only | column("stands", are_among(numbers, first))) & (every["word_count"] > 0)
    stood = before.filter("stands")
    still = are_among(stood["number"].to_numpy(), unique(numbers[stands.to_numpy()]))
    lost = _rows(stood, ~still).select("number", "article_id")
    came = unique(numbers[(stands & ~every["stands"]).to_numpy()])
    others, alone = before.filter(~pl.col("stands")), _standing(before)
    desk.rows = every.with_columns(stands=stands)
    desk.gone, desk.lost = np.sort(gone["number"].to_numpy()), lost["number"].to_numpy()
    desk.gain(came)
    return _Night(
        gone.select("number", "article_id"),
        lost,
        came,
        hashes,
        stood["number"],
        _rows(others, ~are_among(others["number"].to_numpy(), alone))["number"],
        alone,
    )


def _standing(every: pl.DataFrame) -> Numbers:
    """The numbers, sorted, of the articles whose text their site printed for weeks (`recurrence.standing`); `every` has all
    articles with each of its texts."""
    hashes = every["text_hash"].to_numpy()
    values, counts = np.unique(hashes, return_counts=True)
    several = _rows(every, are_in(hashes, values[counts >= SITE_WEEKS]))
    return np.sort(_rows(several, standing(several).to_numpy())["number"].to_numpy())


class _Led(NamedTuple):
    """What is told otherwise since stories follow others."""

    names: pl.DataFrame  # (story, name): numbers of the first print of a story and of what names it now
    ties: pl.DataFrame  # (number, article_id, source_article_id): reposts that tie a story to the one that it follows


def _led(keeper: Shelf | _Desk) -> _Led:
    """Which stories follow others by what is kept."""
    pulling = keeper.pulling().filter("stands")
    pulled = keeper.stories(unique(pulling["pulls"].to_numpy())).filter("stands")
    follows = following.leaders(pulling, pulled)
    prints = _sorted(keeper.kept(unique(follows["story"].to_numpy(), follows["leader"].to_numpy())))
    ties = pulling.join(follows, left_on=["pulls", "story"], right_on=["story", "leader"]).join(
        prints.select(pulls="number", source_article_id="article_id"), on="pulls"
    )
    return _Led(following.names(follows, prints), ties.select("number", "article_id", "source_article_id"))


def _lead(desk: _Desk, examined: Numbers) -> tuple[_Led, Numbers, pl.DataFrame]:
    """Which stories follow others after the night; the stories that are named otherwise than before it; and RETOLD of texts that
    were not `examined` and stay."""
    before, after = _led(desk.shelf), _led(desk)
    both = before.names.join(after.names, on="story", how="full", coalesce=True, suffix="_now")
    told = (pl.col(name).fill_null(pl.col("story")) for name in ("name", "name_now"))
    renamed = both.filter(pl.any_horizontal(next(told) != next(told)))["story"]
    edge = ["article_id", "source_article_id"]
    turned = pl.concat(
        one.join(other, on=edge, how="anti").with_columns(kind=pl.lit(kind))
        for one, other, kind in ((before.ties, after.ties, "excerpt"), (after.ties, before.ties, "repost"))
    )
    here = are_among(turned["number"].to_numpy(), unique(examined, desk.gone, desk.lost))
    return after, unique(renamed.to_numpy()), _rows(turned, ~here).select(list(RETOLD))


def _search(desk: _Desk, came: Numbers, flipped: U64) -> tuple[_Seen, Numbers]:
    """Looks at all texts that may look different after the night, and puts what is found into their rows: what was found, and the
    numbers, sorted, of those that are."""
    # What flags and neighbours make look different. Which texts a text is compared with is changed by those alone that come or
    # go, or by its own flags; flags of its neighbours change what it shares with those that it is compared with.
    if desk.alone:
        # Texts are looked at in their order: once is enough.
        seen = _examine(desk, came, came, came)
        desk.sheets.forget_words()
        desk.tell(seen.found)
        return seen, came
    touched = unique(came, desk.holders(flipped).owners.astype(np.int64))
    sure = unique(touched, _later(desk, unique(came, desk.lost), touched, same_day=True))
    wanted = unique(sure, _later(desk, _minus(touched, came), sure, same_day=True))
    changed = touched
    examined = np.zeros(0, dtype=np.int64)
    found: list[_Seen] = []
    while len(wanted):
        seen = _examine(desk, wanted, sure, changed)
        here = seen.found["number"].sort().to_numpy()
        was = desk.kept(here)
        # Texts are looked at in their order, so those looked at together have all of what they may follow from each other.
        changed = _other(seen.found, was)
        desk.tell(seen.found)
        # What is found again takes the place of what was found before.
        found = [
            _Seen(
                one.found.join(was, on="number", how="anti"),
                one.edges.join(was, on="article_id", how="anti"),
                one.passages.join(was, on="article_id", how="anti"),
            )
            for one in found
        ]
        found.append(seen)
        if not len(examined):
            changed = _minus(changed, touched)
        examined = unique(examined, here)
        sure = sure[:0]
        wanted = _minus(_later(desk, changed, here), here)
    seen = _Seen(*(pl.concat([*(one[at] for one in found), empty]) for at, empty in enumerate(_NOTHING)))
    return seen, _other(seen.found, desk.shelf.kept(examined))


def _other(found: pl.DataFrame, was: pl.DataFrame) -> Numbers:
    """The numbers, sorted, of the texts of which FOUND says what `was` (KEPT) does not, or which did not stand for theirs there."""
    said = list(FOUND)
    return found.join(was.filter("stands").select(said), on=said, how="anti")["number"].sort().to_numpy()


def _reflag(desk: _Desk) -> tuple[pl.DataFrame, pl.DataFrame, U64]:
    """Flags that go, flags that come, and the fingerprints that are flagged on one side of the night only."""
    if desk.alone:
        known = old = FLAGS.to_frame()
        every, numbers = _portions(desk.gained), desk.came
    else:
        lost = unique(desk.holdings(desk.lost)["fingerprint"].to_numpy())
        printed = unique(lost, desk.gained["fingerprint"].to_numpy())
        known = desk.shelf.flags(printed)
        # What is firm stays so while texts only come.
        firm = _minus(known.filter("firm")["fingerprint"].to_numpy(), lost)
        asked = printed[~_within(printed, firm)] if len(firm) else printed
        # Most are held by one text, and what is held by so few cannot recur.
        held = desk.holders(asked, SITE_WEEKS)
        every, numbers = iter([held]), unique(held.owners.astype(np.int64))
        old = _rows(known, are_among(known["fingerprint"].to_numpy(), asked))
    texts = desk.kept(numbers, "number", "published_on", "site", "signature").sort("number")
    days, (sites_of,) = _days(texts), _codes(texts["site"])
    signed = texts["signature"].list.explode(keep_nulls=False, empty_as_null=False).to_numpy().reshape(-1, SLOTS)
    found = [FLAGS.to_frame()]
    for held in every:
        places = places_in(held.owners, texts["number"].to_numpy())
        said = judge(held.bounds.astype(np.int64), places, days, sites_of, signed)
        recurring = said > 0
        found.append(as_frame(FLAGS, fingerprint=held.values[recurring], firm=said[recurring] == FIRM))
    now = pl.concat(found)
    desk.flagged_now = now["fingerprint"].to_numpy()
    flags_now, flags_old = now["fingerprint"].to_numpy(), old["fingerprint"].to_numpy()
    desk.unflagged = _minus(flags_old, flags_now)
    flipped = unique(_minus(flags_now, flags_old), desk.unflagged)
    changed = now.join(old, on=["fingerprint", "firm"], how="anti", nulls_equal=True)
    gone = old.join(now, on=["fingerprint", "firm"], how="anti").select("fingerprint")
    return gone.sort("fingerprint"), changed.sort("fingerprint"), flipped


def _later(desk: _Desk, numbers: Numbers, known: Numbers, *, same_day: bool = False) -> Numbers:
    """The texts that may have taken from one of these: later ones that share fingerprints which are not flagged, and more than a
    stock phrase.

    With `same_day`, earlier texts of the same day count as well. Texts that are `known` to be looked at may be left out.
    """
    if not len(numbers):
        return numbers
    mine = desk.holdings(numbers)
    shared = unique(mine["fingerprint"].to_numpy())
    shared = shared[~desk.flagged(shared)]
    # The first time what is gained tonight is known.
    others = _pairs(desk.shelf.holders(shared)) if same_day else _each(desk.holders(shared))
    others = _picked(others, ~are_among(others.owners, unique(known, desk.lost)))
    if not len(others.owners):
        return np.zeros(0, dtype=np.int64)
    by_text = np.argsort(others.owners, kind="stable")
    rows = pl.concat([desk.kept(unique(numbers, others.owners.astype(np.int64))), _gone_rows(desk, numbers)])
    rows = _sorted(rows.unique("number"))
    named = rows["number"].to_numpy()
    theirs, those = (
        held._replace(owners=places_in(held.owners, named)) for held in (_pairs(mine), _picked(others, by_text))
    )
    found = neighbours(theirs, those, _days(rows), rows["word_count"].to_numpy(), same_day=same_day)
    return np.sort(rows["number"].to_numpy()[found])


def _gone_rows(desk: _Desk, numbers: Numbers) -> pl.DataFrame:
    """KEPT of those of these articles that go this night."""
    return desk.shelf.kept(numbers[are_among(numbers, unique(desk.lost))])


FOUND: Final = pl.Schema({name: KEPT[name] for name in ("number", "story", "wholes", "close", "pulls", "surely")})
"""What is found of a text: which story it is of."""


class _Seen(NamedTuple):
    """What was found of the texts that were looked at."""

    found: pl.DataFrame  # FOUND
    edges: pl.DataFrame
    passages: pl.DataFrame


_NOTHING: Final = _Seen(FOUND.to_frame(), records.EDGES.to_frame(), records.PASSAGES.to_frame())


# What of a text tells in which order it comes, with which ones it is compared, and what that makes of it.
_LOOKED_AT: Final = (*FOUND, *ORDER, "outlet", "origin", "site")


def _examine(desk: _Desk, wanted: Numbers, sure: Numbers, changed: Numbers) -> _Seen:
    """Compares each wanted text with the earlier ones that it may have taken from, and chooses its sources.

    Of those that are not `sure` to look different, the ones that would be compared with none that has `changed` are left out.
    """
    prints, bounds, holders, contexts = desk.shared(wanted)
    rows = desk.kept(unique(holders, wanted), *_LOOKED_AT)
    order = _order(rows)
    numbers = rows["number"].to_numpy()[order]
    days, sizes = _days(rows)[order], rows["word_count"].to_numpy()[order]
    asked = are_among(numbers, wanted)
    holders = places_in(holders, numbers, holders)
    pairs = choose(prints, bounds, holders, contexts, asked, days, sizes)
    del prints, bounds, holders, contexts
    if len(sure) < len(wanted):
        other = are_among(numbers, changed)
        needed = are_among(numbers, sure)
        needed[pairs.texts[other[pairs.others]]] = True
        asked &= needed
        pairs = some(pairs, asked)
    outlets, origins = _codes(rows["outlet"], rows["origin"])
    (sites_of,) = _codes(rows["site"])
    texts = _Texts(
        numbers,
        _at(rows["article_id"], order),
        days,
        outlets[order],
        np.where(origins < 0, -2, origins)[order],
        sites_of[order],
    )
    # A wanted text without an earlier one to compare begins its own story, whatever it belonged to before.
    roots = np.where(asked, numbers, rows["story"].to_numpy()[order])
    wholes = _wholes(rows)[order]
    wholes[asked] = -1
    close = rows["close"].to_numpy()[order] | asked
    pulls, surely = np.full(len(rows), -1, dtype=np.int64), np.zeros(len(rows), dtype=np.bool_)
    parts = []
    places = np.empty(len(rows), dtype=np.int64)
    for together in _fitting(lots(pairs, sizes), sizes):
        desk.sheets.expect(np.sort(numbers[unique(*(used for _, used in together))]))
        parts += [
            _choose(desk, texts, lot, used, places, roots, wholes, close, pulls, surely) for lot, used in together
        ]
    found = as_frame(
        FOUND,
        number=numbers[asked],
        story=roots[asked],
        wholes=_as_lists("wholes", wholes[asked]),
        close=close[asked],
        pulls=pulls[asked],
        surely=surely[asked],
    )
    edges, passages = zip(*parts, strict=True) if parts else ((), ())
    return _Seen(found, pl.concat([_NOTHING.edges, *edges]), pl.concat([_NOTHING.passages, *passages]))


def _fitting(every: Iterable[Candidates], sizes: Numbers) -> Iterator[list[tuple[Candidates, Numbers]]]:
    """Lots that follow one another, as many at a time as there is room for the words of their texts, and the texts of each."""
    together: list[tuple[Candidates, Numbers]] = []
    counted = np.zeros(len(sizes), dtype=np.bool_)
    words = 0
    for lot in every:
        used = unique(lot.earlier, lot.later)
        more = int(sizes[used[~counted[used]]].sum())
        if together and words + more > sheets.WORDS:
            yield together
            together, words = [], 0
            counted[:] = False
            more = int(sizes[used].sum())
        together.append((lot, used))
        counted[used] = True
        words += more
    if together:
        yield together


def _days(kept: pl.DataFrame) -> Numbers:
    """The days of articles, counted from 1970."""
    return kept["published_on"].cast(pl.Int32).fill_null(_NEVER).to_numpy().astype(np.int64)


def _lags(later: Numbers, earlier: Numbers) -> pl.Series:
    """Days from the one to the other; NULL where the later one is not told."""
    return column("lag_days", later - earlier).set(column("here", later == _NEVER), None)


class _Texts(NamedTuple):
    """What is said of texts, in their total order; names are numbers."""

    numbers: Numbers
    ids: pl.Series
    days: Numbers
    outlets: Numbers  # -1: not told
    origins: Numbers  # that of an outlet if it is one; -2: not told
    sites: Numbers  # -1: not known


def _choose(
    desk: _Desk,
    texts: _Texts,
    pairs: Candidates,
    used: Numbers,
    places: Numbers,
    roots: Numbers,
    wholes: Numbers,
    close: NDArray[np.bool_],
    pulls: Numbers,
    surely: NDArray[np.bool_],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The edges and passages of the texts that a lot of pairs is about, whose ends are `used`; writes their `roots`, `wholes`,
    `close`, `pulls` and `surely`.

    The texts of pairs are places in `texts`, as are those of roots, wholes and close, which are right for earlier texts, of pulls
    and surely; `places` has room for as many.
    """
    # From here on texts are counted among those of the lot.
    texts = _Texts(*(_at(part, used) if isinstance(part, pl.Series) else part[used] for part in texts))  # type: ignore[arg-type]
    labels = texts.numbers
    words = desk.sheets.cut(labels)
    printed = prints_of(words)
    places[used] = np.arange(len(used))
    earlier, later = places[pairs.earlier], places[pairs.later]
    worth = worth_comparing(earlier, later, pairs.alone, words, printed)
    earlier, later, source, item = earlier[worth], later[worth], pairs.source[worth], pairs.item[worth]
    content = np.empty(int(words.bounds[-1]), dtype=np.uint8)
    content_kernel(words.bounds, printed.bounds, printed.positions, desk.recurring(printed.values), content)
    lists_kernel(words.bounds, words.marks, content)
    compared = compare(earlier, later, words, content)

    known = (texts.sites[earlier] >= 0) & (texts.sites[later] >= 0)
    one_site = known & (texts.sites[earlier] == texts.sites[later])
    one_site |= (texts.outlets[earlier] == texts.outlets[later]) & (texts.outlets[later] >= 0)
    sizes = np.diff(words.bounds)
    sides = np.column_stack([sizes[later], sizes[earlier]])
    said = verdicts(compared.figures, texts.days[later] - texts.days[earlier], one_site, sides, known & ~one_site)
    order = np.flatnonzero(source)
    # Sorted by `earlier`, as pairs are. Numbers of two bytes are sorted by their digits, the texts of a lot are that few.
    order = order[np.argsort(later[order].astype(np.min_scalar_type(len(used))), kind="stable")]
    after = np.flatnonzero(item & (said.kinds != NONE))
    chosen = np.empty(len(order), dtype=np.int64)
    kinds = np.empty(len(order), dtype=np.int8)
    roots_here, wholes_here, close_here = roots[used], wholes[used], close[used]
    pulls_here, surely_here = pulls[used], surely[used]
    count = choose_kernel(
        order,
        after,
        np.searchsorted(earlier[after], np.arange(len(used) + 1)),
        texts.days,
        one_site,
        earlier,
        later,
        *said,
        compared.figures,
        texts.origins[later] == texts.outlets[earlier],
        compared.runs,
        compared.bounds,
        words.bounds,
        labels,
        roots_here,
        wholes_here,
        close_here,
        pulls_here,
        surely_here,
        chosen,
        kinds,
    )
    looked_at = unique(later[order])
    roots[used[looked_at]], wholes[used[looked_at]] = roots_here[looked_at], wholes_here[looked_at]
    close[used[looked_at]] = close_here[looked_at]
    pulls[used[looked_at]], surely[used[looked_at]] = pulls_here[looked_at], surely_here[looked_at]
    chosen, kinds = chosen[:count], kinds[:count]
    shown = evidence(chosen, kinds, earlier, later, compared, words)
    # A repost of another story is an excerpt as long as that story does not follow this one.
    kinds = np.where(roots_here[earlier[chosen]] == roots_here[later[chosen]], kinds, np.maximum(kinds, EXCERPTED))
    takers, sources = _at(texts.ids, later[chosen]), _at(texts.ids, earlier[chosen])
    edges = as_frame(
        records.EDGES,
        article_id=takers,
        source_article_id=sources,
        kind=_at(pl.Series(records.REUSE_KINDS), kinds.astype(np.int64)),
        share_of_article=np.round(shown.shares[:, 0], 4),
        share_of_source=np.round(shown.shares[:, 1], 4),
        passage_count=shown.counts[:, 0],
        longest_passage_words=shown.counts[:, 1],
        lag_days=_lags(texts.days[later[chosen]], texts.days[earlier[chosen]]),
    )
    edge = shown.passages[:, 0]
    columns = ("article_start", "article_end", "source_start", "source_end", "words")
    passages = as_frame(
        records.PASSAGES,
        article_id=_at(takers, edge),
        source_article_id=_at(sources, edge),
        **{name: shown.passages[:, 1 + at] for at, name in enumerate(columns)},
    )
    return edges, passages


def _copies(desk: _Desk, copies: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The edges of articles to the one that stands for their text (`rep`), and their passages: all of both."""
    reps = desk.kept(unique(copies["rep"].to_numpy()), "number", "article_id", "published_on").select(
        rep="number", source_article_id="article_id", source_day="published_on"
    )
    both = copies.join(reps, on="rep", how="left", maintain_order="left")
    numbers = unique(both["number"].to_numpy(), both["rep"].to_numpy())
    starts, ends = desk.sheets.outer(numbers)
    outer = pl.DataFrame([column("number", numbers), column("start", starts), column("end", ends)])
    both = both.join(outer, on="number", how="left", maintain_order="left").join(
        outer.select(rep="number", source_start="start", source_end="end"), on="rep", how="left", maintain_order="left"
    )
    edges = both.select(
        "article_id",
        "source_article_id",
        kind=pl.lit("copy"),
        share_of_article=pl.lit(1.0),
        share_of_source=pl.lit(1.0),
        passage_count=pl.lit(1, dtype=pl.Int64),
        longest_passage_words="word_count",
        lag_days=(pl.col("published_on") - pl.col("source_day")).dt.total_days(),
    )
    passages = both.select(
        "article_id",
        "source_article_id",
        article_start="start",
        article_end="end",
        source_start="source_start",
        source_end="source_end",
        words="word_count",
    )
    return edges.cast(records.EDGES), passages.cast(records.PASSAGES)
