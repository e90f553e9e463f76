"""Recurrence: which fingerprints are page chrome or template, because they keep coming back.

What belongs here: the rule that says so. What does not: what follows from it for a pair (`transforms.reuse`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.words import U64

WEEKS: Final = 8  # different weeks in which a fingerprint comes back anywhere: longer than news is reprinted
SITE_WEEKS: Final = 4  # different weeks on one site


def sites(articles: pl.DataFrame) -> pl.Series:
    """The site of every article (String): the host of its URL, else its outlet, NULL where neither is told."""
    host = pl.col("url").str.to_lowercase().str.extract(r"^[a-z]+://(?:www\.)?([^/:?#]+)", 1)
    return articles.select(pl.coalesce(host, pl.col("outlet").str.to_lowercase()).alias("site")).to_series()


def flagged(
    values: U64, owners: NDArray[np.int64], days: NDArray[np.int32], site: list[str | None]
) -> NDArray[np.bool_]:
    """Which places hold a fingerprint that recurs; `values` and `owners` are parallel, `days` and `site` go by owner."""
    names = sorted({name for name in site if name is not None})
    number = {name: at for at, name in enumerate(names)}
    site_numbers = np.array([-1 if name is None else number[name] for name in site], dtype=np.int64)
    # Weeks begin on Monday: 1970-01-01 was a Thursday.
    weeks = (days.astype(np.int64) + 3) // 7
    frame = pl.DataFrame({"fingerprint": values, "week": weeks[owners], "site": site_numbers[owners]})
    anywhere = (
        frame.select("fingerprint", "week").unique().group_by("fingerprint").len().filter(pl.col("len") >= WEEKS)
    )["fingerprint"]
    somewhere = (
        frame.filter(pl.col("site") >= 0)
        .unique()
        .group_by("fingerprint", "site")
        .len()
        .filter(pl.col("len") >= SITE_WEEKS)
    )["fingerprint"]
    return np.isin(values, np.union1d(anywhere.to_numpy(), somewhere.to_numpy()))
