"""The reuse stage as a process: `python -m benchmarks.reuse.run_firstprint COLLECTION ANSWER`.

Prints its CPU seconds and memory. The texts stay in their files, as they do in the warehouse, and the search for reuse asks for the
ones that it needs.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.fingerprint import column
from transforms.hashes import unique
from transforms.reuse import update
from transforms.shelf import MemoryShelf


class FileShelf(MemoryShelf):
    """A shelf in memory whose texts stay in the files that they came in, as those of a warehouse do."""

    def __init__(self, paths: list[Path], sizes: list[int]) -> None:
        super().__init__()
        self._paths = paths
        self._ends = np.cumsum(sizes)

    def texts(self, numbers: NDArray[np.int64]) -> pl.DataFrame:
        rows = numbers - 1
        files = np.searchsorted(self._ends, rows, side="right")
        parts = []
        for file in unique(files).tolist():
            these = rows[files == file] - (self._ends[file - 1] if file else 0)
            texts = pl.read_parquet(self._paths[file], columns=["text"])["text"]
            parts.append(texts if len(these) == len(texts) else texts.gather(column("at", these)))
        return pl.DataFrame([column("number", numbers), pl.concat(parts)])


def main(collection: Path, answer: Path) -> None:
    answer.mkdir(parents=True, exist_ok=True)
    paths = sorted(collection.glob("articles-*.parquet"))
    columns = [name for name in pl.read_parquet_schema(paths[0]) if name != "text"]
    parts = [pl.read_parquet(path, columns=columns) for path in paths]
    articles = pl.concat(parts).with_columns(number=pl.int_range(1, 1 + pl.len(), dtype=pl.Int64))
    read = time.process_time()
    shelf = FileShelf(paths, [len(part) for part in parts])
    changes = update(shelf, articles, pl.Series("article_id", [], dtype=pl.String))
    for name in ("edges", "passages", "members"):
        getattr(changes, name).write_ipc(answer / f"{name}.arrow")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "read_s": round(read, 2),
        "gb": round(usage.ru_maxrss / 1e6, 2),
    }
    print(json.dumps(told))
    gc.freeze()  # as the command does: nothing has to be looked through at the end


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
