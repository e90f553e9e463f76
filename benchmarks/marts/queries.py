"""What ten typical BI queries cost over a file of marts.

    python -m benchmarks.marts.queries MARTS [--runs 5] [--threads 2] [--explain NAME]

MARTS is a `marts.duckdb`; `benchmarks.marts.run` makes one of any size and ends with this. Each query of benchmarks/queries runs
as BI tools run it: a new read-only connection, one query, all rows fetched, closed. Prints for each the median of the CPU
milliseconds, the median of the milliseconds by the clock, and the rows. The first run reads the disk: it is left out.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import duckdb

QUERIES = Path(__file__).resolve().parents[1] / "queries"
# What the issue asks of each query over 1,000,000 articles.
TARGET_MS = 200


def measure(marts: Path, sql: str, runs: int, threads: int) -> tuple[float, float, int]:
    """The medians of CPU milliseconds and of milliseconds by the clock, and the rows."""
    cpu, clock, rows = [], [], 0
    for _ in range(runs + 1):
        began, began_cpu = time.perf_counter(), time.process_time()
        with duckdb.connect(str(marts), read_only=True, config={"threads": threads}) as connection:
            rows = len(connection.execute(sql).fetchall())
        cpu.append(1000 * (time.process_time() - began_cpu))
        clock.append(1000 * (time.perf_counter() - began))
    return statistics.median(cpu[1:]), statistics.median(clock[1:]), rows


def report(marts: Path, runs: int, threads: int) -> None:
    """Prints what each query costs."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        (articles,) = connection.execute("SELECT count(*) FROM articles").fetchall()[0]
    print(f"{articles} articles, {marts.stat().st_size / 1e9:.2f} GB, {threads} threads, {runs} runs\n")
    print(f"{'query':<36} {'CPU ms':>8} {'ms':>8} {'rows':>7}")
    late = []
    for path in sorted(QUERIES.glob("*.sql")):
        cpu, clock, rows = measure(marts, path.read_text(encoding="utf-8"), runs, threads)
        print(f"{path.stem:<36} {cpu:>8.0f} {clock:>8.0f} {rows:>7}", flush=True)
        if clock >= TARGET_MS:
            late.append(path.stem)
    print(f"\nnot below {TARGET_MS} ms: {', '.join(late) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Times ten BI queries over a file of marts.")
    parser.add_argument("marts", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--explain", help="prints how the query of this name is carried out, instead")
    told = parser.parse_args()
    if told.explain:
        with duckdb.connect(str(told.marts), read_only=True, config={"threads": told.threads}) as connection:
            sql = (QUERIES / f"{told.explain}.sql").read_text(encoding="utf-8")
            print(connection.execute(f"EXPLAIN ANALYZE {sql}").fetchall()[0][1])
        return
    report(told.marts, told.runs, told.threads)


if __name__ == "__main__":
    main()
