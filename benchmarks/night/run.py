"""What a night costs beside its history: `python -m benchmarks.night.run [--history 10000] [--night 1000] [--factor 10]`.

Two warehouses take up a history, the second one `factor` times the first; then each takes up the same new articles in a process of
its own, without Prefect, audit included. Prints CPU and wall seconds and peak memory of both nights, by stage, and their ratio
(the aim: a history of 10 times costs no more than 1.5 times).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.reuse.generate import generate

COLUMNS = ("text", "published_on", "outlet", "url")


def collection(folder: Path, size: int) -> pl.DataFrame:
    """The generated articles, oldest first."""
    if not list(folder.glob("articles-*.parquet")):
        generate(1, size, folder)
    return pl.read_parquet(folder / "articles-*.parquet").sort("published_on", "article_id").select(COLUMNS)


def land(landing: Path, name: str, articles: pl.DataFrame) -> None:
    landing.mkdir(parents=True, exist_ok=True)
    articles.write_parquet(landing / f"{name}.parquet")


def night(landing: Path, warehouse: Path) -> dict[str, float]:
    """Runs a night as its own process: CPU and wall seconds, and peak memory in GB."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", "nightly", "--bare"]
    begun = time.monotonic()
    process = subprocess.Popen(
        [*command, "--landing", str(landing), "--warehouse", str(warehouse)],
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"the night in {warehouse} failed"
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - begun, "gb": used.ru_maxrss / 2**20}


def stages(warehouse: Path) -> dict[str, float]:
    with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT stage, seconds FROM meta.stages"
            " WHERE run_id = (SELECT run_id FROM meta.runs ORDER BY started_at DESC LIMIT 1)"
        ).fetchall()
    return dict(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--history", type=int, default=10_000)
    parser.add_argument("--night", type=int, default=1_000)
    parser.add_argument("--factor", type=int, default=10)
    parser.add_argument("--folder", type=Path, default=None, help="keep the collection and the warehouses here")
    told = parser.parse_args()
    folder = told.folder or Path(tempfile.mkdtemp())
    size = told.history * told.factor + told.night
    articles = collection(folder / "collection", size)
    new = articles.tail(told.night)
    found = []
    for name, height in (("short", told.history), ("long", told.history * told.factor)):
        landing, warehouse = folder / name / "landing", folder / name / "warehouse"
        shutil.rmtree(folder / name, ignore_errors=True)
        land(landing, "history", articles[-told.night - height : -told.night])
        print(f"history of {height}: {night(landing, warehouse)}")
        print({stage: round(seconds, 2) for stage, seconds in stages(warehouse).items()})
        land(landing, "new", new)
        found.append(night(landing, warehouse))
        print(f"night of {told.night} after it: {found[-1]}")
        print({stage: round(seconds, 2) for stage, seconds in stages(warehouse).items()})
    print({what: round(found[1][what] / found[0][what], 2) for what in found[0]})
    if told.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
