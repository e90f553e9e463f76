"""The shelf of the search for reuse (transforms.shelf.Shelf), kept in the warehouse's own database.

What belongs here: answering what the search asks, and putting its changes in their place. What does not: any verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse import sqlfiles

if TYPE_CHECKING:
    from warehouse.store import Store

_KEPT = (
    "number, article_id, published_on, attributed, published_at, word_count, outlet, origin, site, text_hash, signature, stands,"
    " story, wholes, close, pulls, surely"
)

# The frames of a night's changes that only name what goes.
_KEYS = frozenset({"gone", "postings_gone", "flags_gone", "taken"})


class WarehouseShelf:
    """What is kept between nights, read from an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _asked(self, query: str, name: str, values: pl.Series) -> pl.DataFrame:
        with self._store.view("asked", values.alias(name).to_frame()):
            return self._store.frame(query)

    def empty(self) -> bool:
        """Whether the search has not looked at any article yet."""
        return self._store.frame("SELECT 1 FROM reuse.kept LIMIT 1").is_empty()

    def kept(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """What is kept of the articles with these numbers."""
        query = f"SELECT {_KEPT} FROM reuse.kept WHERE number IN (SELECT number FROM asked)"
        return self._asked(query, "number", pl.Series(numbers, dtype=pl.Int64))

    def named(self, article_ids: pl.Series) -> pl.DataFrame:
        """What is kept of the articles with these article_ids."""
        query = f"SELECT {_KEPT} FROM reuse.kept WHERE article_id IN (SELECT article_id FROM asked)"
        return self._asked(query, "article_id", article_ids)

    def same(self, text_hashes: NDArray[np.uint64]) -> pl.DataFrame:
        """What is kept of all articles with one of these hashes of their words."""
        query = f"SELECT {_KEPT} FROM reuse.kept WHERE text_hash IN (SELECT text_hash FROM asked)"
        return self._asked(query, "text_hash", pl.Series(text_hashes, dtype=pl.UInt64))

    def stories(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """What is kept of the articles whose story is one of these."""
        query = f"SELECT {_KEPT} FROM reuse.kept WHERE story IN (SELECT story FROM asked)"
        return self._asked(query, "story", pl.Series(numbers, dtype=pl.Int64))

    def pulling(self) -> pl.DataFrame:
        """What is kept of all articles that pull another story."""
        return self._store.frame(f"SELECT {_KEPT} FROM reuse.kept WHERE pulls >= 0")

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """(number, text) of these articles, as the search last saw them."""
        return self._asked(sqlfiles.sql("sql/shelf_texts"), "number", pl.Series(numbers, dtype=pl.Int64))

    def holders(self, fingerprints: NDArray[np.uint64]) -> pl.DataFrame:
        """(fingerprint, number, context): which articles hold these fingerprints, and what stands around them there."""
        query = (
            "SELECT fingerprint, number::UINTEGER AS number, context FROM reuse.postings"
            " WHERE fingerprint IN (SELECT fingerprint FROM asked)"
        )
        return self._asked(query, "fingerprint", pl.Series(fingerprints, dtype=pl.UInt64))

    def flags(self, fingerprints: NDArray[np.uint64]) -> pl.DataFrame:
        """(fingerprint, firm): those among these fingerprints that recur."""
        query = "SELECT fingerprint, firm FROM reuse.flags WHERE fingerprint IN (SELECT fingerprint FROM asked)"
        return self._asked(query, "fingerprint", pl.Series(fingerprints, dtype=pl.UInt64))

    def apply(self, changes: Mapping[str, pl.DataFrame], chosen: pl.DataFrame) -> None:
        """Puts the frames of `transforms.shelf.Changes` in their place, in one transaction; `chosen` is pending no more."""
        # Frames of rows to add are views by another name than what they are added to.
        views = {name if name in _KEYS else f"{name}_rows": frame for name, frame in changes.items()}
        self._store.apply_reuse({**views, "chosen": chosen})
