"""The reuse stage as a process: `python -m benchmarks.reuse.run_firstprint COLLECTION ANSWER`.

Prints its CPU seconds and memory. Where the texts would fill the memory they pass through it once, into a file, as they do in the
warehouse, and the search for reuse asks for the ones that it needs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from transforms.reuse import update
from transforms.shelf import MemoryShelf
from transforms.words import buffers

LARGE = 500_000  # articles whose texts are not kept in memory: 1.6 GB
# Bytes of texts that are read at once, into memory that is used again: larger pieces go back when they are let go.
PIECE = 1 << 24


class FileShelf(MemoryShelf):
    """A shelf in memory whose texts are in a file, in the order of their numbers from 1 on."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._ends = [np.zeros(1, dtype=np.int64)]

    def take_in(self, articles: pl.DataFrame) -> pl.DataFrame:
        """Keeps the texts of articles; the articles without them."""
        data, offsets = buffers(articles["text"])
        self._file.write(data[offsets[0] : offsets[-1]])
        self._ends.append(offsets[1:] - offsets[0] + self._ends[-1][-1])
        return articles.drop("text")

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        self._file.flush()
        self._ends = [np.concatenate(self._ends)]
        numbers = np.sort(numbers)
        sizes = self._ends[0][numbers] - self._ends[0][numbers - 1]
        pieces = np.flatnonzero(np.diff(np.cumsum(sizes) // PIECE)) + 1
        read = [self._read(part) for part in np.split(numbers, pieces)]
        return pl.DataFrame({"number": numbers, "text": pl.concat(read)})

    def _read(self, numbers: NDArray[np.int64]) -> pl.Series:
        begins, ends = self._ends[0][numbers - 1], self._ends[0][numbers]
        offsets = np.append(0, np.cumsum(ends - begins))
        # Texts that follow one another are read at once.
        new = np.append(True, begins[1:] != ends[:-1])[: len(numbers)]
        last = np.append(new[1:], True)[: len(numbers)]
        data = np.empty(offsets[-1], dtype=np.uint8)
        at = 0
        for begin, end in zip(begins[new].tolist(), ends[last].tolist(), strict=True):
            at += os.preadv(self._file.fileno(), [data[at : at + end - begin]], begin)
        made = pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(data))
        return pl.Series(made, dtype=pl.String)


def main(collection: Path, answer: Path) -> None:
    answer.mkdir(parents=True, exist_ok=True)
    paths = sorted(collection.glob("articles-*.parquet"))
    large = sum(pq.ParquetFile(path).metadata.num_rows for path in paths) > LARGE
    with tempfile.TemporaryFile(dir=answer) as file:
        shelf = FileShelf(file) if large else MemoryShelf()
        parts = (pl.read_parquet(path) for path in paths)
        articles = pl.concat([shelf.take_in(part) if isinstance(shelf, FileShelf) else part for part in parts])
        articles = articles.with_columns(number=pl.int_range(1, 1 + len(articles), dtype=pl.Int64))
        read = time.process_time()
        changes = update(shelf, articles, pl.Series("article_id", [], dtype=pl.String))
    for name in ("edges", "passages", "members"):
        getattr(changes, name).write_parquet(answer / f"{name}.parquet")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "read_s": round(read, 2),
        "gb": round(usage.ru_maxrss / 1e6, 2),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
