"""What the search for reuse keeps between nights, and how it asks for it.

What belongs here: the protocol `Shelf`, the columns that pass through it, and a shelf in memory. What does not: files and
databases (the warehouse has a shelf of its own).
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import records
from transforms.fingerprint import column
from transforms.hashes import are_among
from transforms.words import U64

KEPT: Final = pl.Schema(
    {
        "number": pl.Int64(),  # below 2^32, given by the keeper, never used twice; the results do not depend on it
        "article_id": pl.String(),
        "published_on": pl.Date(),
        "attributed": pl.Boolean(),
        "published_at": records.TIMESTAMP,
        "word_count": pl.Int64(),
        "outlet": pl.String(),  # lower case, as is origin
        "origin": pl.String(),
        "site": pl.String(),
        "text_hash": pl.UInt64(),
        "signature": pl.List(pl.UInt64),  # transforms.recurrence.signatures
        "stands": pl.Boolean(),  # whether it stands for its text, so that its fingerprints are in the index
        "story": pl.Int64(),  # number of the first print of its story
        "wholes": pl.List(pl.Int64),  # stories (numbers) of which it is an excerpt, -1 for none
        "close": pl.Boolean(),  # whether it is the first print of its story, or a repost of that
        "pulls": pl.Int64(),  # first print (number) of another story, of which it is a repost as well; -1 for none
        "surely": pl.Boolean(),  # whether it does not look cut off at all beside that
    }
)
"""An article, as the search for reuse remembers it."""

POSTINGS: Final = pl.Schema({"fingerprint": pl.UInt64(), "number": pl.UInt32(), "context": pl.UInt32()})
"""The index: the articles that stand for a text and hold the fingerprint, and what stands around it there
(transforms.fingerprint.context). It is the largest thing that is in memory: four billion numbers are enough."""

FLAGS: Final = pl.Schema({"fingerprint": pl.UInt64(), "firm": pl.Boolean()})
"""The fingerprints that recur; `firm`: whether they do so whatever is added."""


RETOLD: Final = pl.Schema({name: records.EDGES[name] for name in ("article_id", "source_article_id", "kind")})
"""An edge that is there, and its kind."""


class Shelf(Protocol):
    """What is kept. Every method gives the rows that there are, in any order."""

    def empty(self) -> bool:
        """Whether nothing is kept yet."""

    def kept(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """KEPT of these articles."""

    def named(self, article_ids: pl.Series) -> pl.DataFrame:
        """KEPT of the articles with these article_ids."""

    def same(self, text_hashes: U64) -> pl.DataFrame:
        """KEPT of all articles with one of these text hashes."""

    def stories(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """KEPT of the articles whose `story` is one of these."""

    def pulling(self) -> pl.DataFrame:
        """KEPT of all articles that pull another story: two in a thousand."""

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """(number, text) of these articles."""

    def holders(self, fingerprints: U64) -> pl.DataFrame:
        """POSTINGS of these fingerprints, which are sorted and unique."""

    def flags(self, fingerprints: U64) -> pl.DataFrame:
        """FLAGS of those among these fingerprints that recur."""


class Changes(NamedTuple):
    """What a night changes. Apply all of it in one transaction: a shelf that has half of it gives wrong answers."""

    gone: pl.DataFrame  # (number, article_id): articles to forget
    kept: pl.DataFrame  # KEPT, to put in the place of what was kept of these numbers
    postings_gone: pl.DataFrame  # (number): articles whose postings go
    postings: pl.DataFrame  # POSTINGS to add, sorted
    flags_gone: pl.DataFrame  # (fingerprint): no longer flagged, or with another firmness
    flags: pl.DataFrame  # FLAGS to add, sorted
    # (article_id): articles whose edges and passages, as the later one, are all replaced, those gone included; empty where nothing
    # was kept.
    taken: pl.DataFrame
    edges: pl.DataFrame  # records.EDGES of these
    passages: pl.DataFrame  # records.PASSAGES of these
    retold: pl.DataFrame  # RETOLD: what edges are now, of articles that are not among them
    members: pl.DataFrame  # records.STORY_MEMBERS to put in the place of what there was for these article_ids


class MemoryShelf:
    """A shelf in memory, and the frames of reuse beside it."""

    def __init__(self) -> None:
        self._kept = KEPT.to_frame()
        self._texts = pl.DataFrame(schema={"number": pl.Int64, "text": pl.String})
        self._postings = POSTINGS.to_frame()
        self._flags = FLAGS.to_frame()
        self.edges = records.EDGES.to_frame()
        self.passages = records.PASSAGES.to_frame()
        self.members = records.STORY_MEMBERS.to_frame()

    def empty(self) -> bool:
        return self._kept.is_empty()

    def kept(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._kept.join(column("number", numbers).to_frame(), on="number", how="semi")

    def named(self, article_ids: pl.Series) -> pl.DataFrame:
        return self._kept.join(article_ids.to_frame("article_id"), on="article_id", how="semi")

    def same(self, text_hashes: U64) -> pl.DataFrame:
        return self._kept.join(column("text_hash", text_hashes).to_frame(), on="text_hash", how="semi")

    def stories(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._kept.join(column("story", numbers).to_frame(), on="story", how="semi")

    def pulling(self) -> pl.DataFrame:
        return self._kept.filter(pl.col("pulls") >= 0)

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        return self._texts.join(column("number", numbers).to_frame(), on="number", how="semi")

    def holders(self, fingerprints: U64) -> pl.DataFrame:
        return self._postings.filter(column("here", are_among(self._postings["fingerprint"].to_numpy(), fingerprints)))

    def flags(self, fingerprints: U64) -> pl.DataFrame:
        return self._flags.filter(column("here", are_among(self._flags["fingerprint"].to_numpy(), fingerprints)))

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """Numbers articles that are about to be added, keeps their texts, and gives them back with their numbers."""
        first = 1 + int(self._texts["number"].max() or 0)  # type: ignore[arg-type]
        numbered = articles.with_columns(number=pl.int_range(first, first + len(articles), dtype=pl.Int64))
        self._texts = pl.concat([self._texts, numbered.select("number", "text")])
        return numbered

    def apply(self, changes: Changes) -> None:
        """Puts a night's changes on the shelf."""
        gone = pl.concat([changes.gone.select("number"), changes.kept.select("number")])
        self._kept = pl.concat([self._kept.join(gone, on="number", how="anti"), changes.kept])
        self._postings = pl.concat(
            [
                self._postings.join(changes.postings_gone.cast(POSTINGS["number"]), on="number", how="anti"),
                changes.postings,
            ]
        )
        self._flags = pl.concat([self._flags.join(changes.flags_gone, on="fingerprint", how="anti"), changes.flags])
        for name in ("edges", "passages"):
            left = getattr(self, name).join(changes.taken, on="article_id", how="anti")
            setattr(self, name, pl.concat([left, getattr(changes, name)]).sort(pl.all()))
        self.edges = self.edges.update(changes.retold, on=["article_id", "source_article_id"])
        stays = self.members.join(
            pl.concat([changes.gone, changes.members], how="diagonal"), on="article_id", how="anti"
        )
        self.members = pl.concat([stays, changes.members]).sort(pl.all())
