"""The reuse stage as a process: `python -m benchmarks.reuse.run_firstprint COLLECTION ANSWER`.

Prints its CPU seconds and memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

from transforms.reuse import find_reuse


def main(collection: Path, answer: Path) -> None:
    articles = pl.concat([pl.read_parquet(part) for part in sorted(collection.glob("articles-*.parquet"))])
    read = time.process_time()
    found = find_reuse(articles)
    answer.mkdir(parents=True, exist_ok=True)
    for name, frame in found._asdict().items():
        frame.write_parquet(answer / f"{name}.parquet")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "read_s": round(read, 2),
        "gb": round(usage.ru_maxrss / 1e6, 2),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
