"""polars-textproc's MinHash with its defaults (14 buckets of 8, 5-grams of words); who shares a bucket is one cluster."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from polars_textproc import minhash

BUCKETS = 14
HEX = 32  # hexadecimal digits of a bucket


def main() -> None:
    collection, answer = Path(sys.argv[1]), Path(sys.argv[2])
    signed = pl.concat(
        [
            pl.read_parquet(file, columns=["article_id", "text"]).select(
                "article_id", signature=minhash(pl.col("text"))
            )
            for file in sorted(collection.glob("articles-*.parquet"))
        ]
    ).with_row_index("row")
    # A text too short for a 5-gram has no signature.
    buckets = [
        signed.drop_nulls("signature")
        .select("row", key=pl.col("signature").str.slice(i * HEX, HEX))
        .filter(pl.col("key") != "")
        for i in range(BUCKETS)
    ]
    # The least row of each bucket names it; names go on until none gets smaller.
    ties = pl.concat([b.select("row", other=pl.col("row").min().over("key")) for b in buckets]).unique()
    label = signed.select("row", label="row")
    while True:
        told = ties.join(label, on="row").join(label.rename({"row": "other", "label": "theirs"}), on="other")
        least = pl.min_horizontal("label", "theirs")
        smaller = (
            pl.concat([told.select("row", new=least), told.select(row="other", new=least)])
            .group_by("row")
            .agg(pl.col("new").min())
        )
        joined = label.join(smaller, on="row", how="left", maintain_order="left")
        after = joined.select("row", label=pl.min_horizontal("label", "new"))
        if after.equals(label):
            break
        label = after
    named = signed.select("row", "article_id").join(label, on="row")
    firsts = signed.select(label="row", story_id="article_id")
    answer.mkdir(parents=True, exist_ok=True)
    named.join(firsts, on="label").select("article_id", "story_id").write_ipc(answer / "members.arrow")


if __name__ == "__main__":
    main()
