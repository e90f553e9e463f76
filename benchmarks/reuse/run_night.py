"""What a night costs: `python -m benchmarks.reuse.run_night COLLECTION COUNT`.

The latest COUNT articles (by day, then id) come to a shelf that has all others. CPU seconds of `update` alone: machine code,
history and its index are there before. The shelf answers from sorted arrays, as an index on disk does, so that what a probe costs
follows the night. Tells whether the marts are those of one run over everything (whose answer is in COLLECTION/answer-firstprint).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.hashes import unique
from transforms.reuse import update
from transforms.shelf import MemoryShelf


class Index:
    """Where each value of a sorted column stands, found by one search a value."""

    def __init__(self, ordered: NDArray[Any]) -> None:
        begins = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        self._bounds = np.unique(np.concatenate([[0], begins, [len(ordered)]]))
        self._values = ordered[self._bounds[:-1]]

    def rows(self, wanted: NDArray[Any]) -> NDArray[np.int64]:
        """Places of the rows that have one of the wanted values."""
        wanted = unique(wanted)
        at = np.searchsorted(self._values, wanted)
        at = at[at < len(self._values)]
        at = at[self._values[at] == wanted[: len(at)]]
        counts = self._bounds[at + 1] - self._bounds[at]
        before = np.cumsum(counts) - counts
        return np.asarray(np.repeat(self._bounds[at] - before, counts) + np.arange(counts.sum()))


class SortedShelf(MemoryShelf):
    """A shelf that is read only, with its rows in order of what is asked for."""

    def __init__(self, shelf: MemoryShelf, night: pl.DataFrame) -> None:
        super().__init__()
        self.edges, self.passages, self.members = shelf.edges, shelf.passages, shelf.members
        self._by_number = shelf._kept.sort("number").rechunk()
        self._numbers = Index(self._by_number["number"].to_numpy())
        hashes = self._by_number["text_hash"].to_numpy()
        self._by_hash = np.argsort(hashes, kind="stable")
        self._hashes = Index(hashes[self._by_hash])
        stories = self._by_number["story"].to_numpy()
        self._by_story = np.argsort(stories, kind="stable")
        self._stories = Index(stories[self._by_story])
        self._pulling = self._by_number.filter(pl.col("pulls") >= 0)
        self._places = {name: row for row, name in enumerate(self._by_number["article_id"].to_list())}
        self._all_texts = pl.concat([shelf._texts, night]).sort("number").rechunk()
        self._text_numbers = Index(self._all_texts["number"].to_numpy())
        self._postings = shelf._postings.sort("fingerprint").rechunk()
        self._prints = Index(self._postings["fingerprint"].to_numpy())
        self._flags = shelf._flags.sort("fingerprint").rechunk()
        self._flagged = Index(self._flags["fingerprint"].to_numpy())

    def empty(self) -> bool:
        return self._by_number.is_empty()

    def kept(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._by_number[self._numbers.rows(numbers)]

    def named(self, article_ids: pl.Series) -> pl.DataFrame:
        return self._by_number[[self._places[name] for name in article_ids if name in self._places]]

    def same(self, text_hashes: NDArray[np.uint64]) -> pl.DataFrame:
        return self._by_number[self._by_hash[self._hashes.rows(text_hashes)]]

    def stories(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._by_number[self._by_story[self._stories.rows(numbers)]]

    def pulling(self) -> pl.DataFrame:
        return self._pulling

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._all_texts[self._text_numbers.rows(numbers)]

    def holders(self, fingerprints: NDArray[np.uint64]) -> pl.DataFrame:
        return self._postings[self._prints.rows(fingerprints)]

    def flags(self, fingerprints: NDArray[np.uint64]) -> pl.DataFrame:
        return self._flags[self._flagged.rows(fingerprints)]


def main(collection: Path, count: int) -> None:
    articles = pl.concat([pl.read_parquet(part) for part in sorted(collection.glob("articles-*.parquet"))])
    articles = articles.sort("published_on", "article_id")
    nothing = pl.Series("article_id", [], dtype=pl.String)
    shelf = MemoryShelf()
    began = time.process_time()
    shelf.apply(update(shelf, shelf.add(articles.head(-count)), nothing))
    history = time.process_time() - began
    night = articles.tail(count)
    first = 1 + len(articles) - count
    night = night.with_columns(number=pl.int_range(first, first + count, dtype=pl.Int64))
    ordered = SortedShelf(shelf, night.select("number", "text").clear())
    began = time.process_time()
    changes = update(ordered, night, nothing)
    spent = time.process_time() - began
    told: dict[str, Any] = {
        "history": len(articles) - count,
        "articles": count,
        "cpu_s": round(spent, 2),
        "history_cpu_s": round(history, 1),
        "flags_changed": len(changes.flags) + len(changes.flags_gone),
        "texts_looked_at": len(changes.kept),
    }
    whole = collection / "answer-firstprint" / "members.arrow"
    if whole.exists():
        shelf.add(night.drop("number"))
        shelf.apply(changes)
        told["same_as_one_run"] = all(
            getattr(shelf, name).sort(pl.all()).equals(pl.read_ipc(whole.with_name(f"{name}.arrow")).sort(pl.all()))
            for name in ("members", "edges", "passages")
        )
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
