"""Reuse: which article took text from which earlier one, where the passages stand, and which articles are one story.

What belongs here: candidates from shared fingerprints, the verdict on a pair, the choice of sources. What does not: what two
texts share (`transforms.align`), fingerprints (`transforms.fingerprint`), who belongs to a story (`transforms.story`).
docs/reuse.md tells how a verdict is reached, docs/choices/reuse.md why each number is what it is.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import fold, records
from transforms.align import (
    AGREE,
    CONFLICT,
    CONTENT_EARLIER,
    CONTENT_LATER,
    FIGURES,
    LONGEST,
    MENDED,
    OTHER_PLAIN,
    PLACES,
    SAME_PLAIN,
    SHARED_EARLIER,
    SHARED_LATER,
    compare_kernel,
    index_kernel,
    tile_kernel,
)
from transforms.compiled import Int, compiled
from transforms.fingerprint import GRAM, fingerprint
from transforms.kinds import COPY, EXCERPTED, NONE, PASSAGE_WORDS, QUOTE_WORDS, QUOTED, REPOSTED
from transforms.recurrence import judge, signatures, sites
from transforms.story import WHOLES, choose_kernel
from transforms.words import PIECE, U64, buffers, cut_kernel, room

REPOST: Final = 0.62  # of the content words of both: nearly all of both is shared
WHOLE: Final = 0.85  # or of the earlier one, if of the later one
MAIN: Final = 0.52  # as much is shared: the rest may be the chrome of its page
LITERAL: Final = 0.35  # of the content words of both that are the same in shared runs of a repost, however edited
EXCERPT: Final = 0.5  # of the content words of one: most of it is part of the other
EXCERPT_WORDS: Final = 15  # words of the least excerpt, so that a line of a very short text is none
CONFLICTS: Final = 0.1  # places with facts where they may differ between reposts
REWRITE: Final = 1.5  # times as often as other words, at least, do facts differ between twins


class Reuse(NamedTuple):
    """What `find_reuse` gives, each frame sorted by its columns from the left."""

    edges: pl.DataFrame  # records.EDGES
    passages: pl.DataFrame  # records.PASSAGES
    members: pl.DataFrame  # records.STORY_MEMBERS


@compiled
def cut_all_kernel(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    pages: NDArray[np.uint16],
    blocks: NDArray[np.uint32],
    expansions: NDArray[np.uint32],
    piece: NDArray[np.uint8],
    hashes: U64,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    marks: NDArray[np.uint8],
    bounds: NDArray[np.int64],
) -> None:
    """The words of every text, end to end, those of row i from bounds[i] on."""
    at: Int = 0
    bounds[0] = 0
    for row in range(len(bounds) - 1):
        at += cut_kernel(
            data,
            offsets[row],
            offsets[row + 1],
            pages,
            blocks,
            expansions,
            piece,
            hashes[at:],
            starts[at:],
            ends[at:],
            marks[at:],
            True,
        )
        bounds[row + 1] = at


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
        content[begin:end] = 1
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
def compare_pairs_kernel(
    earlier: NDArray[np.int64],
    later: NDArray[np.int64],
    words: U64,
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
    for row in range(len(bounds) - 1):
        longest = max(longest, bounds[row + 1] - bounds[row])
    chain = np.empty(longest + 1, dtype=np.int32)
    covered = np.empty(longest + 1, dtype=np.uint8)
    heads = np.empty(0, dtype=np.int32)
    shift = 64
    indexed = -1
    at = run_bounds[begin]
    for pair in range(begin, len(earlier)):
        a = earlier[pair]
        b = later[pair]
        a0, a1, b0, b1 = bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]
        if at + (b1 - b0) + 1 > len(runs):
            return pair
        if a != indexed:
            bits = 4
            while (1 << bits) < 2 * (a1 - a0):
                bits += 1
            if 64 - bits != shift:
                heads = np.empty(1 << bits, dtype=np.int32)
                shift = 64 - bits
            index_kernel(words, a0, a1, heads, chain, shift)
            indexed = a
        count = tile_kernel(words, a0, a1, b0, b1, heads, chain, shift, runs[at:])
        at += compare_kernel(words, marks, content, a0, a1, b0, b1, runs[at:], count, covered, figures[pair])
        run_bounds[pair + 1] = at
    return len(earlier)


class Verdicts(NamedTuple):
    """What is said of pairs, parallel arrays."""

    kinds: NDArray[np.int8]  # place in records.REUSE_KINDS, or NONE
    later: NDArray[np.float64]  # share of the content words of the later text, those edited in place included
    earlier: NDArray[np.float64]  # and of the earlier one


def verdicts(figures: NDArray[np.int64], same_day: NDArray[np.bool_]) -> Verdicts:
    """What each pair is, from its figures (columns as in transforms.align) and whether both are of one day."""
    # What was edited in place counts as taken over, as far as most of what stands around it is the same.
    of_later, of_earlier = np.maximum(figures[:, CONTENT_LATER], 1), np.maximum(figures[:, CONTENT_EARLIER], 1)
    same = np.minimum(figures[:, SHARED_LATER] / of_later, figures[:, SHARED_EARLIER] / of_earlier)
    later = (figures[:, SHARED_LATER] + figures[:, MENDED]) / of_later
    earlier = (figures[:, SHARED_EARLIER] + figures[:, MENDED]) / of_earlier
    least, most = np.minimum(later, earlier), np.maximum(later, earlier)
    facts = figures[:, PLACES] / np.maximum(figures[:, PLACES] + figures[:, AGREE], 1)
    plain = figures[:, OTHER_PLAIN] / np.maximum(figures[:, OTHER_PLAIN] + figures[:, SAME_PLAIN], 1)
    # One mended place on the same day is a correction. Where other words differ as much as the facts do, it is a rewrite.
    mended = same_day & (figures[:, PLACES] <= 1)
    twins = (facts > CONFLICTS) & (facts > REWRITE * plain) & ~mended
    kinds = np.full(len(figures), NONE, dtype=np.int8)
    kinds[figures[:, LONGEST] >= QUOTE_WORDS] = QUOTED
    shared = np.minimum(figures[:, SHARED_LATER], figures[:, SHARED_EARLIER])
    kinds[(most >= EXCERPT) & (shared >= EXCERPT_WORDS)] = EXCERPTED
    kinds[((least >= REPOST) & (same >= LITERAL)) | ((earlier >= WHOLE) & (later >= MAIN))] = REPOSTED
    kinds[(same >= 1) & (figures[:, CONFLICT] == 0)] = COPY
    kinds[twins | (figures[:, LONGEST] == 0)] = NONE
    return Verdicts(kinds, later, earlier)


def _order(articles: pl.DataFrame) -> pl.DataFrame:
    """The articles in their total order: the later takes from the earlier.

    Where day, attribution and time do not tell, the longer text counts as the earlier: an excerpt is cut from a whole.
    """
    attributed = pl.col("origin").is_not_null() & (
        pl.col("outlet").is_null() | (pl.col("origin").str.to_lowercase() != pl.col("outlet").str.to_lowercase())
    )
    return articles.with_columns(attributed.alias("attributed"), length=pl.col("text").str.len_chars()).sort(
        "published_on",
        "attributed",
        "published_at",
        "length",
        "article_id",
        descending=[False, False, False, True, False],
        nulls_last=True,
    )


def find_reuse(articles: pl.DataFrame) -> Reuse:
    """All reuse in a collection of articles.

    Takes (article_id, text, published_on, published_at, outlet, origin, url, language; each as in records.ARTICLES and
    records.LANGUAGES), article_id unique. Gives edges, passages and members, a function of the set of articles alone. Every
    article is in members once, an edge has one passage at least.
    """
    ordered = _order(articles)
    prints = fingerprint(ordered.select("article_id", "text"))
    # Articles with the same words are one text; the earliest stands for it.
    ordered = ordered.with_columns(
        prints["word_count"], prints["text_hash"], rank=pl.int_range(pl.len(), dtype=pl.Int64)
    ).with_columns(
        # Texts without a word are nobody's copy.
        text_rank=pl.when(pl.col("word_count") > 0)
        .then(pl.col("rank").min().over("text_hash", "word_count"))
        .otherwise("rank")
    )
    firsts = ordered.filter((pl.col("rank") == pl.col("text_rank")) & (pl.col("word_count") > 0))
    texts = firsts.select(
        "article_id", "rank", "text", "published_on", site=sites(firsts), day=pl.col("published_on").cast(pl.Int32)
    )
    prints = prints[firsts["rank"]]
    return _assemble(ordered, texts, prints)


def _postings(prints: pl.DataFrame) -> tuple[U64, NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64]]:
    """(fingerprint, text, position) of every place, in the order of texts, and where each text begins."""
    lengths = prints["fingerprints"].list.len().to_numpy().astype(np.int64)
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    values = prints["fingerprints"].list.explode(keep_nulls=False, empty_as_null=False).to_numpy()
    positions = prints["positions"].list.explode(keep_nulls=False, empty_as_null=False).to_numpy()
    return values, np.repeat(np.arange(len(prints)), lengths), positions, bounds


def _holders(values: U64, owners: NDArray[np.int64]) -> tuple[U64, NDArray[np.int64], NDArray[np.int64]]:
    """The different fingerprints, sorted; the texts that hold fingerprint i: owners[bounds[i]:bounds[i + 1]]; and bounds."""
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    keep = np.ones(len(values), dtype=bool)
    keep[1:] = (values[1:] != values[:-1]) | (owners[1:] != owners[:-1])
    values, owners = values[keep], owners[keep]
    begins = np.ones(len(values), dtype=bool)
    begins[1:] = values[1:] != values[:-1]
    bounds = np.append(np.flatnonzero(begins), len(values))
    return values[begins], owners, bounds


def _candidates(owners: NDArray[np.int64], bounds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs (earlier, later) of texts that share a fingerprint, sorted."""
    group = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    after = bounds[group + 1] - np.arange(len(owners)) - 1
    first = np.repeat(np.arange(len(owners)), after)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after)
    pairs = np.unique(owners[first] << np.int64(32) | owners[second])
    return pairs >> np.int64(32), pairs & np.int64(0xFFFFFFFF)


def _assemble(ordered: pl.DataFrame, texts: pl.DataFrame, prints: pl.DataFrame) -> Reuse:
    values, owners, positions, print_bounds = _postings(prints)
    words_of = prints["word_count"].to_numpy()
    different, holders, holder_bounds = _holders(values, owners)
    site = texts["site"].rank("dense").cast(pl.Int64).fill_null(-1).to_numpy()
    days = texts["day"].to_numpy().astype(np.int64)
    recurs = judge(holder_bounds, holders, days, site, signatures(values, positions, print_bounds, words_of))
    flags = recurs[np.searchsorted(different, values)]
    kept = np.repeat(~recurs, np.diff(holder_bounds))
    earlier, later = _candidates(holders[kept], np.append(0, np.cumsum(np.diff(holder_bounds)[~recurs])))

    data, offsets = buffers(texts["text"])
    most = sum(room(int(size)) for size in np.diff(offsets))
    hashes = np.empty(most, dtype=np.uint64)
    starts = np.empty(most, dtype=np.int32)
    ends = np.empty(most, dtype=np.int32)
    marks = np.empty(most, dtype=np.uint8)
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    piece = np.empty(PIECE + 128, dtype=np.uint8)
    cut_all_kernel(data, offsets, *fold.load(), piece, hashes, starts, ends, marks, bounds)
    content = np.empty(int(bounds[-1]), dtype=np.uint8)
    content_kernel(bounds, print_bounds, positions, flags, content)

    figures = np.zeros((len(earlier), FIGURES), dtype=np.int64)
    run_bounds = np.zeros(len(earlier) + 1, dtype=np.int64)
    longest = int(np.diff(bounds).max(initial=0)) + 1
    chunks = []
    begin: Int = 0
    while begin < len(earlier):
        runs = np.empty((max(1 << 20, longest + 1), 4), dtype=np.int32)
        base = int(run_bounds[begin])
        run_bounds[begin] = 0
        done = compare_pairs_kernel(earlier, later, hashes, marks, content, bounds, figures, runs, run_bounds, begin)
        chunks.append(runs[: run_bounds[done], :3].copy())
        run_bounds[begin : done + 1] += base
        begin = done
    runs = np.concatenate(chunks) if chunks else np.zeros((0, 3), dtype=np.int32)

    said = verdicts(figures, days[earlier] == days[later])
    ids = texts["article_id"].to_list()
    named = _named(ordered, texts)
    told = np.array(
        [_is_named(named, b, a) for a, b in zip(earlier.tolist(), later.tolist(), strict=True)], dtype=np.bool_
    )
    order = np.lexsort((earlier, later))
    roots = np.arange(len(texts))
    wholes = np.full((len(texts), WHOLES), -1, dtype=np.int64)
    chosen_pairs = np.empty(len(order), dtype=np.int64)
    chosen_kinds = np.empty(len(order), dtype=np.int8)
    count = choose_kernel(
        order, earlier, later, *said, figures, told, runs, run_bounds, bounds, roots, wholes, chosen_pairs, chosen_kinds
    )
    chosen = list(zip(chosen_pairs[:count].tolist(), chosen_kinds[:count].tolist(), strict=True))

    edges: list[tuple[str, str, str, float, float, int, int, int]] = []
    passages: list[tuple[str, str, int, int, int, int, int]] = []
    for pair, kind in chosen:
        a, b = int(earlier[pair]), int(later[pair])
        part = _evidence(runs[run_bounds[pair] : run_bounds[pair + 1]], kind)
        edges.append(
            (
                ids[b],
                ids[a],
                records.REUSE_KINDS[kind],
                *_shares(part, int(bounds[b + 1] - bounds[b]), int(bounds[a + 1] - bounds[a])),
                len(part),
                int(part[:, 2].max()),
                int(days[b] - days[a]),
            )
        )
        for i, j, length in part.tolist():
            i, j = int(bounds[a]) + i, int(bounds[b]) + j  # noqa: PLW2901
            passages.append(
                (
                    ids[b],
                    ids[a],
                    int(starts[j]),
                    int(ends[j + length - 1]),
                    int(starts[i]),
                    int(ends[i + length - 1]),
                    length,
                )
            )
    stories = {int(rank): ids[root] for rank, root in zip(texts["rank"].to_list(), roots, strict=True)}
    place = {int(rank): at for at, rank in enumerate(texts["rank"].to_list())}
    rows = ordered.select(
        "article_id", "rank", "text_rank", "word_count", day=pl.col("published_on").cast(pl.Int32)
    ).iter_rows()
    everyone = ordered["article_id"].to_list()
    dates = ordered["published_on"].cast(pl.Int32).to_list()
    members: list[tuple[str, str]] = []
    for article_id, rank, text_rank, word_count, day in rows:
        if rank != text_rank:
            a = place[text_rank]
            # The places of the copy's words are its own: spacing and punctuation may differ.
            at, to = _outer_words(ordered["text"][rank])
            source_at, source_to = int(starts[bounds[a]]), int(ends[bounds[a + 1] - 1])
            edges.append((article_id, everyone[text_rank], "copy", 1.0, 1.0, 1, word_count, day - dates[text_rank]))
            passages.append((article_id, everyone[text_rank], at, to, source_at, source_to, word_count))
        members.append((article_id, stories.get(text_rank, everyone[text_rank])))
    return Reuse(
        pl.DataFrame(edges, schema=records.EDGES, orient="row").sort(pl.all()),
        pl.DataFrame(passages, schema=records.PASSAGES, orient="row").sort(pl.all()),
        pl.DataFrame(members, schema=records.STORY_MEMBERS, orient="row").sort(pl.all()),
    )


def _outer_words(text: str) -> tuple[int, int]:
    """Where the first word of a text begins and its last one ends."""
    from transforms.words import cut

    words = cut(text)
    return int(words.starts[0]), int(words.ends[-1])


def _shares(runs: NDArray[np.int32], words: int, source_words: int) -> tuple[float, float]:
    """The shares of words that the runs cover in the article (where they do not overlap) and in its source (where they may)."""
    covered = np.zeros(source_words, dtype=bool)
    for i, _, length in runs.tolist():
        covered[i : i + length] = True
    return round(int(runs[:, 2].sum()) / words, 4), round(int(covered.sum()) / source_words, 4)


def _named(ordered: pl.DataFrame, texts: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    """(outlet, origin) of every text, folded."""
    rows = ordered.select(pl.col("outlet").str.to_lowercase(), pl.col("origin").str.to_lowercase())[
        texts["rank"]
    ].rows()
    return [(outlet, origin) for outlet, origin in rows]


def _evidence(runs: NDArray[np.int32], kind: int) -> NDArray[np.int32]:
    """The runs of a pair that are passages of an edge of this kind."""
    if kind in (COPY, REPOSTED):
        return runs
    return runs[runs[:, 2] >= min(PASSAGE_WORDS, int(runs[:, 2].max()))]


def _is_named(named: list[tuple[str | None, str | None]], later: int, earlier: int) -> bool:
    """Whether the later article says that it took its text from the outlet of the earlier one."""
    origin, outlet = named[later][1], named[earlier][0]
    return origin is not None and outlet is not None and origin == outlet
