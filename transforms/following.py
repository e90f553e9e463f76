"""Stories that follow another one: an early version whose reposts are reposts of the story of all others as well.

What belongs here: which story follows which, and which article names them then. What does not: sources, and the stories that they
make (`transforms.story`).

A text is tied to earlier ones alone, so that a version which lost much and came early begins a story, though what came later is a
repost of both it and the first print of the story of all others. A repost of a repost of a first print is of its story; here that
is said of the earlier text as well. It goes no further: what follows a story is followed by none.
"""

from __future__ import annotations

from typing import Final

import polars as pl

MANY: Final = 20  # texts: fewer that pull a story have to do so surely


def leaders(pulling: pl.DataFrame, stories: pl.DataFrame) -> pl.DataFrame:
    """Which stories follow which: (story, leader), numbers of their first prints.

    Takes (number, story, pulls, surely) of the texts that pull another story's first print (`pulls`) to their own story, and
    (number, story, close) of all texts of the stories that are pulled. A story follows the one that pulls it most, if that has more
    reposts of its first print than it has itself, and MANY at least, or more that pull `surely`. Where two pull as much it cannot
    be told which one it belongs to: it follows none, as does one that would follow a story which follows another. A function of
    the set of rows.
    """
    votes = pulling.group_by(pl.col("pulls").alias("story"), pl.col("story").alias("leader")).agg(
        pl.len().alias("votes"), pl.col("surely").sum().alias("sure")
    )
    most = votes.filter(pl.col("votes") == pl.col("votes").max().over("story")).filter(pl.len().over("story") == 1)
    own = stories.filter(pl.col("close"), pl.col("number") != pl.col("story")).group_by("story").len("own")
    more = pl.when(pl.col("votes") >= MANY).then("votes").otherwise("sure") > pl.col("own").fill_null(0)
    follows = most.join(own, on="story", how="left").filter(more)
    return follows.join(follows.select(leader="story"), on="leader", how="anti").select("story", "leader")


def names(follows: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    """What names the stories that follow another or are followed: (story, name), numbers, each once.

    Takes what `leaders` gives and (number) of the first prints that it names, in the total order of articles: the earliest of the
    first prints of a story and of those that follow it names all of them.
    """
    groups = pl.concat([follows, follows.select(pl.col("leader").unique().alias("story")).with_columns(leader="story")])
    first = (
        ordered.select(story="number")
        .join(groups, on="story", how="inner", maintain_order="left")
        .unique("leader", keep="first", maintain_order=True)
    )
    return groups.join(first.select("leader", name="story"), on="leader").select("story", "name")
