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

from transforms.reuse import update
from transforms.shelf import MemoryShelf


def rows_of(ordered: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.int64]:
    """Places in `ordered`, which is sorted, of the rows that have one of the wanted values."""
    wanted = np.sort(wanted)  # np.unique of hashes takes ten times as long
    wanted = wanted[np.r_[True, wanted[1:] != wanted[:-1]]] if len(wanted) else wanted
    low, high = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
    counts = high - low
    return np.asarray(
        np.repeat(low - np.r_[0, np.cumsum(counts)[:-1]], counts) + np.arange(counts.sum())
        if len(wanted)
        else np.zeros(0, dtype=np.int64)
    )


class SortedShelf(MemoryShelf):
    """A shelf that is read only, with its rows in order of what is asked for."""

    def __init__(self, shelf: MemoryShelf, night: pl.DataFrame) -> None:
        super().__init__()
        self.edges, self.passages, self.members = shelf.edges, shelf.passages, shelf.members
        self._by_number = shelf._kept.sort("number").rechunk()
        self._numbers = self._by_number["number"].to_numpy()
        hashes = self._by_number["text_hash"].to_numpy()
        self._by_hash = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._by_hash]
        self._places = {name: row for row, name in enumerate(self._by_number["article_id"].to_list())}
        self._all_texts = pl.concat([shelf._texts, night]).sort("number").rechunk()
        self._text_numbers = self._all_texts["number"].to_numpy()
        self._index = shelf._postings.sort("fingerprint").rechunk()
        self._prints = self._index["fingerprint"].to_numpy()
        self._flagged = shelf._flags.sort("fingerprint").rechunk()

    def kept(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._by_number[rows_of(self._numbers, numbers)]

    def named(self, article_ids: pl.Series) -> pl.DataFrame:
        return self._by_number[[self._places[name] for name in article_ids if name in self._places]]

    def same(self, text_hashes: NDArray[np.uint64]) -> pl.DataFrame:
        return self._by_number[self._by_hash[rows_of(self._hashes, text_hashes)]]

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._all_texts[rows_of(self._text_numbers, numbers)]

    def holders(self, fingerprints: NDArray[np.uint64]) -> pl.DataFrame:
        return self._index[rows_of(self._prints, fingerprints)]

    def flags(self, fingerprints: NDArray[np.uint64]) -> pl.DataFrame:
        return self._flagged[rows_of(self._flagged["fingerprint"].to_numpy(), fingerprints)]


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
    whole = collection / "answer-firstprint" / "members.parquet"
    if whole.exists():
        shelf.add(night.drop("number"))
        shelf.apply(changes)
        told["same_as_one_run"] = all(
            getattr(shelf, name)
            .sort(pl.all())
            .equals(pl.read_parquet(whole.with_name(f"{name}.parquet")).sort(pl.all()))
            for name in ("members", "edges", "passages")
        )
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
