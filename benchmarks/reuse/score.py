"""How well stories and edges were found: `python -m benchmarks.reuse.score COLLECTION ANSWER`.

ANSWER holds members.arrow (article_id, story_id) and, where the tool tells them, edges.arrow (article_id, source_article_id,
kind). Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import polars as pl

REPOSTS = ("exact", "spacing", "chrome", "headline", "light", "heavy", "correction")
NEGATIVES = ("bulletin", "form", "digest")


def pairs(frame: pl.DataFrame, *by: str) -> int:
    """Pairs of rows that agree in the columns."""
    return int(frame.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())


def stories(truth: pl.DataFrame, members: pl.DataFrame, either: pl.DataFrame) -> dict[str, float]:
    """Precision, recall and F1 over pairs of articles, and the adjusted Rand index.

    Pairs of `either` (article_id, source_article_id), which belong to different stories by the truth, are no mistake when together.
    """
    both = truth.join(members, on="article_id", how="inner")
    assert len(both) == len(truth), "every article needs a story"
    common, true, found = pairs(both, "story", "story_id"), pairs(both, "story"), pairs(both, "story_id")
    told = members.select(source_article_id="article_id", other_id="story_id")
    found -= (
        either.join(members, on="article_id")
        .join(told, on="source_article_id")
        .filter(pl.col("story_id") == pl.col("other_id"))
        .height
    )
    total = len(both) * (len(both) - 1) // 2
    expected = true * found / total
    precision, recall = common / max(found, 1), common / max(true, 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "ari": (common - expected) / max((true + found) / 2 - expected, 1e-9),
    }


def share_found(wanted: pl.DataFrame, edges: pl.DataFrame) -> float | None:
    """Share of the relations that an edge of the article to the source's story tells."""
    told = edges.select("article_id", "source_story").unique()
    return (
        wanted.join(told, on=["article_id", "source_story"], how="semi").height / len(wanted) if len(wanted) else None
    )


def score(collection: Path, answer: Path) -> dict[str, Any]:
    """All figures of an answer."""
    truth = pl.read_parquet(collection / "truth.parquet")
    relations = pl.read_parquet(collection / "relations.parquet")
    members = pl.read_ipc(answer / "members.arrow").select("article_id", "story_id")
    same_part = relations.filter(pl.col("kind") == "same_part").select("article_id", "source_article_id")
    backgrounds = relations.filter(pl.col("kind") == "background").select("article_id", topic="source_article_id")
    relations = relations.filter(~pl.col("kind").is_in(["same_part", "background"]))
    result: dict[str, Any] = {"articles": len(truth), **stories(truth, members, same_part)}
    both = truth.join(members, on="article_id")
    story_of = both.select(base="article_id", base_story="story_id")
    tied = both.filter(pl.col("kind").is_in(REPOSTS)).join(story_of, on="base")
    by_kind = (
        tied.group_by("kind").agg((pl.col("story_id") == pl.col("base_story")).mean().alias("recall")).sort("kind")
    )
    result["recall_by_kind"] = dict(by_kind.rows())
    true_size, found_size = (
        both.group_by(c).len(name) for c, name in (("story", "true_size"), ("story_id", "found_size"))
    )
    sizes = both.join(true_size, on="story").join(found_size, on="story_id")
    result["merged"] = {
        kind: sizes.filter(pl.col("kind") == kind).select((pl.col("found_size") > pl.col("true_size")).mean()).item()
        for kind in NEGATIVES
    }
    result["largest"] = {"true": sizes["true_size"].max(), "found": sizes["found_size"].max()}
    if not (answer / "edges.arrow").exists():
        return result
    edges = pl.read_ipc(answer / "edges.arrow").select("article_id", "source_article_id", found="kind")
    assert edges.n_unique(["article_id", "source_article_id"]) == len(edges), "an edge is told once"
    # An edge to any article of the source's story is an edge to the source: several hold the same words.
    true_story = truth.select(source_article_id="article_id", source_story="story")
    found_pairs = edges.join(true_story, on="source_article_id")
    wanted = relations.join(true_story, on="source_article_id")
    # By its day, the part may be the earlier of the two.
    turned = edges.join(truth.select("article_id", source_story="story"), on="article_id").select(
        "source_story", "found", article_id="source_article_id"
    )
    either = pl.concat(
        [
            found_pairs.select("article_id", "source_story", "found"),
            turned.select("article_id", "source_story", "found"),
        ]
    )
    # Days and clocks turn the order of a family's members around as well. A member that is then the repost of another has its quote
    # from there, and an edge is kept to the source it was taken from: followed, what its sources took counts for it.
    steps = edges.filter(pl.col("found").is_in(["copy", "repost"])).select("article_id", through="source_article_id")
    reached = wanted.filter(pl.col("kind") == "quote").select("article_id", through="article_id").unique()
    while True:
        more = reached.join(steps.rename({"article_id": "through", "through": "next"}), on="through").select(
            "article_id", through="next"
        )
        grown = pl.concat([reached, more]).unique()
        if len(grown) == len(reached):
            break
        reached = grown
    inherited = reached.join(either.rename({"article_id": "through"}), on="through")
    followed = pl.concat([either, inherited.select("article_id", "source_story", "found")])
    result["edges_found"] = {
        "excerpt": share_found(wanted.filter(pl.col("kind") == "excerpt"), either),
        "excerpt_as_excerpt": share_found(
            wanted.filter(pl.col("kind") == "excerpt"), either.filter(pl.col("found") == "excerpt")
        ),
        "digest": share_found(wanted.filter(pl.col("kind") == "digest"), either),
    }
    for name, which in (("quotes_found_strict", either), ("quotes_found_followed", followed)):
        result[name] = {
            f"{low}-{high}": share_found(
                wanted.filter((pl.col("kind") == "quote") & pl.col("words").is_between(low, high)), which
            )
            for low, high in ((12, 14), (15, 19), (20, 29), (30, 60))
        }
    # Which found edges are true: articles of one story, or of stories that a relation ties, in whatever direction.
    own = truth.select("article_id", own_story="story")
    related = (
        relations.join(own, on="article_id")
        .join(true_story, on="source_article_id")
        .select("own_story", "source_story")
        .unique()
    )
    related = (
        pl.concat([related, related.select(own_story="source_story", source_story="own_story")])
        .unique()
        .with_columns(known=True)
    )
    told = found_pairs.join(own, on="article_id").join(related, on=["own_story", "source_story"], how="left")
    # Two excerpts of one story share words as well.
    parents = (
        relations.join(true_story, on="source_article_id")
        .select("article_id", parent="source_story")
        .unique(subset=["article_id"])
    )
    told = told.join(parents, on="article_id", how="left").join(
        parents.rename({"article_id": "source_article_id", "parent": "source_parent"}),
        on="source_article_id",
        how="left",
    )
    right = (
        pl.col("known").fill_null(False)
        | (pl.col("own_story") == pl.col("source_story"))
        | (pl.col("parent") == pl.col("source_parent")).fill_null(False)
        | (pl.col("parent") == pl.col("source_story")).fill_null(False)
        | (pl.col("source_parent") == pl.col("own_story")).fill_null(False)
    )
    # A background paragraph is shared by the stories that hold it: an edge that rests on it is neither true nor false.
    holders = backgrounds.join(own, on="article_id").select("topic", story="own_story").unique()
    both_hold = (
        holders.join(holders, on="topic", suffix="_other")
        .select(held="story", source_held="story_other", background=pl.lit(True))
        .unique()
    )
    told = told.with_columns(
        right=right,
        held=pl.coalesce("parent", "own_story"),
        source_held=pl.coalesce("source_parent", "source_story"),
    ).join(both_hold, on=["held", "source_held"], how="left")
    told = told.filter(pl.col("right") | pl.col("background").is_null())
    result["edge_precision"] = dict(told.group_by("found").agg(pl.col("right").mean()).sort("found").rows())
    result["edge_count"] = dict(told.group_by("found").len().sort("found").rows())
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("answer", type=Path)
    options = parser.parse_args()
    print(json.dumps(score(options.collection, options.answer), ensure_ascii=False, indent=1))
