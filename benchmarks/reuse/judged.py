"""The reuse stage on real news with judged pairs: `python -m benchmarks.reuse.judged FOLDER`.

FOLDER holds the raw texts of the shared tasks of BSNLP on named entities, as they come: TOPIC/raw/LANGUAGE/*, a file each with
lines for its id, language, date and address before the text. They are others' texts and not here; judged.csv names them by the
SHA-256 of what this reads. It tells precision, recall and F1 by each reading, and those of the plain limit on common 5-grams of
words that does best by it.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import re
from pathlib import Path
from typing import Any, Final

import polars as pl

from transforms import date
from transforms.reuse import find_reuse

JUDGED: Final = Path(__file__).with_name("judged.csv")
NO_ADDRESS: Final = "fromtheweb.eu"  # stands for the address in a quarter of the files
NO_DAY: Final = datetime.date(2020, 1, 1)  # of the few files whose date cannot be read
LIMITS: Final = [at / 20 for at in range(4, 17)]

# What a reading asks: which judged pairs count, which of them are true, and whether edges answer it as well as stories.
READINGS: Final[dict[str, tuple[pl.Expr, pl.Expr, bool]]] = {
    "repost, first reader": (pl.col("repost") != "unclear", pl.col("repost") == "yes", False),
    "repost, second reader": (pl.lit(True), pl.col("kind") == "repost", False),
    "repost, both agree": (
        (pl.col("repost") == "yes") == (pl.col("kind") == "repost"),
        pl.col("kind") == "repost",
        False,
    ),
    "same article, second reader": (pl.lit(True), pl.col("same_article") == "yes", False),
    "most of one in the other, first reader": (pl.col("contains") != "unclear", pl.col("contains") == "yes", True),
    "most of one in the other, second reader": (pl.lit(True), pl.col("kind").is_in(["repost", "excerpt"]), True),
}


def read(path: Path) -> dict[str, Any] | None:
    """An article of one file; None where the file has no such lines before a text."""
    lines = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    told, text = lines[1:4], "\n".join(line.rstrip() for line in lines[4:]).strip()
    if len(told) < 3 or not re.fullmatch(r"[A-Za-z]{2}", told[0].strip()) or not text:
        return None
    days = [found.day for found in date.find(told[1]) if found.day is not None]
    url = told[2].strip()
    return {
        "article_id": hashlib.sha256(text.encode()).hexdigest(),
        "text": text,
        "published_on": days[0] if days else NO_DAY,
        "url": None if NO_ADDRESS in url else url,
        "language": told[0].strip().lower(),
    }


def articles(folder: Path) -> pl.DataFrame:
    """What `find_reuse` takes, of all files in the folder, each text once."""
    rows = [row for path in sorted(folder.glob("**/raw/*/*")) if path.is_file() and (row := read(path)) is not None]
    if not rows:
        raise SystemExit(f"No texts in {folder}: name a folder that holds TOPIC/raw/LANGUAGE/FILE")
    untold = pl.lit(None, dtype=pl.String)
    return (
        pl.DataFrame(rows, schema_overrides={"url": pl.String})
        .unique("article_id", keep="first", maintain_order=True)
        .with_columns(published_at=pl.lit(None, dtype=pl.Datetime("us")), outlet=untold, origin=untold)
    )


def grams(text: str) -> set[tuple[str, ...]]:
    """The 5-grams of words."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return set(zip(*(words[at:] for at in range(5)), strict=False))


def figures(pairs: pl.DataFrame, told: pl.Expr, true: pl.Expr) -> tuple[float, float, float]:
    """Precision, recall and F1 over weighted pairs."""
    here = pairs.select("weight", told=told, true=true)
    both, found, wanted = (
        here.filter(which)["weight"].sum() for which in (pl.col("told") & pl.col("true"), "told", "true")
    )
    precision, recall = both / max(found, 1e-9), both / max(wanted, 1e-9)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _short(column: str) -> pl.Expr:
    """As judged.csv names texts."""
    return pl.col(column).str.head(16)


def shown(values: tuple[float, ...]) -> str:
    return " / ".join(f"{value:.3f}" for value in values)


def main(folder: Path) -> None:
    every = articles(folder)
    edges, _, members = find_reuse(every)
    judged = pl.read_csv(JUDGED)
    texts = every.select(id=_short("article_id"), text="text")
    pairs = judged.join(texts.rename({"id": "a"}), on="a").join(texts.rename({"id": "b", "text": "other"}), on="b")
    story = members.select(id=_short("article_id"), story="story_id")
    tied = edges.filter(pl.col("kind") != "quote").select(
        a=pl.concat_list(_short("article_id"), _short("source_article_id")).list.min(),
        b=pl.concat_list(_short("article_id"), _short("source_article_id")).list.max(),
        tied=pl.lit(True),
    )
    pairs = (
        pairs.join(story.rename({"id": "a"}), on="a")
        .join(story.rename({"id": "b", "story": "other_story"}), on="b")
        .join(tied, on=["a", "b"], how="left")
        .with_columns(together=pl.col("story") == pl.col("other_story"), tied=pl.col("tied").fill_null(False))
    )
    shares = []
    for text, other in pairs.select("text", "other").iter_rows():
        one, two = grams(text), grams(other)
        shares.append((len(one & two) / max(len(one), len(two), 1), len(one & two) / max(min(len(one), len(two)), 1)))
    longer, shorter = zip(*shares, strict=True)
    pairs = pairs.with_columns(longer=pl.Series(longer), shorter=pl.Series(shorter))
    print(
        f"{len(every):,} texts, {len(pairs)} of {len(judged)} judged pairs, {members['story_id'].n_unique():,} stories"
    )
    for name, (which, true, by_edges) in READINGS.items():
        here = pairs.filter(which)
        told = pl.col("together") | pl.col("tied") if by_edges else pl.col("together")
        plain = [
            (figures(here, pl.col(share) >= limit, true), limit, share)
            for share in ("longer", "shorter")
            for limit in LIMITS
        ]
        best, limit, share = max(plain, key=lambda row: row[0][2])
        print(
            f"{name:40} {shown(figures(here, told, true))}   best limit, {limit:.2f} of the {share} text: {shown(best)}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
