"""What the peers' scripts share: the texts part by part, components, and the answer.

Each peer is a script of its own, run by benchmarks/reuse/run.py in the environment of its .lock: COLLECTION ANSWER.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def folders() -> tuple[Path, Path]:
    """Collection and answer, as named on the command line."""
    return Path(sys.argv[1]), Path(sys.argv[2])


def parts(collection: Path) -> Iterator[tuple[list[str], list[str]]]:
    """(article_ids, texts) of a few thousand articles at a time, so that a million fit."""
    for file in sorted(collection.glob("articles-*.parquet")):
        table = pq.read_table(file, columns=["article_id", "text"])
        yield table["article_id"].to_pylist(), table["text"].to_pylist()


class Components:
    """Union-find over row numbers, with halved paths."""

    def __init__(self) -> None:
        self.parent: list[int] = []

    def grow(self, count: int) -> None:
        self.parent.extend(range(len(self.parent), len(self.parent) + count))

    def root(self, row: int) -> int:
        parent = self.parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def tie(self, one: int, other: int) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:
            self.parent[max(one, other)] = min(one, other)


def write(answer: Path, ids: list[str], components: Components) -> None:
    """members.arrow: article_id and the id of the first article of its component. As it is in memory: no tool is measured by how
    well it packs."""
    answer.mkdir(parents=True, exist_ok=True)
    stories = [ids[components.root(row)] for row in range(len(ids))]
    table = pa.table({"article_id": ids, "story_id": stories})
    with pa.ipc.new_file(str(answer / "members.arrow"), table.schema) as file:
        file.write_table(table)
