"""What building, auditing and publishing the marts costs after a night, beside a history of any size.

    python -m benchmarks.marts.run [--articles 1000000] [--night 10000] [--folder DIR] [--runs 5] [--no-peer] [--parts]

Writes a warehouse (benchmarks.marts.collection; it stays in DIR and is taken again), publishes a first version of it, adds the
night's articles, and runs the stages marts, audit, publish and report of flows.pipeline in a process of their own. Prints for each
CPU and wall seconds and its peak of memory; beside them a peer: the same marts by plain CREATE TABLE AS, whole, unaudited, as a
night without increments would make them. Then the ten queries of benchmarks/queries over the result.

The aim: marts + audit + publish after a night of 10,000 on 1,000,000 articles in 60 s and 4 GB on 2 cores, each query in 200 ms.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.marts import queries

REPOSITORY = Path(__file__).resolve().parents[2]
SEED = 7
THREADS = 2
# What DuckDB may take in a stage: the process has 4 GB, and Python, Polars and Great Expectations need some of them.
MEMORY = "2GB"
QUARANTINED = 500


def cpu() -> float:
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def peak_gb() -> float:
    """The greatest memory since `forget_peak`."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**20
    raise RuntimeError("no VmHWM in /proc/self/status: this benchmark needs Linux")


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measured(name: str, work: Callable[[], object]) -> None:
    forget_peak()
    began, began_cpu = time.monotonic(), cpu()
    told = work()
    line = {
        "stage": name,
        "cpu_s": round(cpu() - began_cpu, 1),
        "wall_s": round(time.monotonic() - began, 1),
        "peak_gb": round(peak_gb(), 2),
    }
    print(json.dumps({**line, "told": str(told)[:150]}), flush=True)


def history(folder: Path, articles: int, night: int) -> None:
    """The warehouse before its first publication, and the night's articles in a plan beside it."""
    import numpy as np

    from benchmarks.marts import collection
    from warehouse.store import Store

    rng = np.random.default_rng(SEED)
    told, pool = collection.plan(articles, night, rng), collection.Pool(rng)
    store = Store(folder, threads=THREADS, memory_limit=MEMORY)
    collection.write(store, told, pool, 0, articles)
    collection.seal(store, [collection.FIRST_DAY + dt.timedelta(n) for n in range(collection.DAYS)], QUARANTINED)
    store.close()


def add_night(folder: Path, articles: int, night: int) -> None:
    """Adds the night's articles."""
    import numpy as np

    from benchmarks.marts import collection
    from warehouse.store import Store

    rng = np.random.default_rng(SEED)
    told, pool = collection.plan(articles, night, rng), collection.Pool(rng)
    store = Store(folder, threads=THREADS, memory_limit=MEMORY)
    collection.write(store, told, pool, articles, articles + night)
    days = sorted({int(day) for day in told.day[articles:]})
    collection.seal(store, [collection.FIRST_DAY + dt.timedelta(day) for day in days], QUARANTINED)
    store.close()


def stages(folder: Path, articles: int, night: int) -> None:
    """The stages from the marts on, as the nightly run goes through them."""
    from benchmarks.marts import collection
    from flows import pipeline
    from flows.settings import Settings

    settings = Settings(warehouse=folder, threads=THREADS, memory_limit=MEMORY)
    logical_date = collection.FIRST_DAY + dt.timedelta(collection.DAYS + 1)
    with pipeline.open_run("nightly", settings, logical_date, landing=None) as run:
        run.horizon = run.store.raise_horizon(logical_date)
        for stage in pipeline.STAGES[[each.name for each in pipeline.STAGES].index("marts") :]:
            measured(stage.name, lambda work=stage.work: work(run))
    size = (folder / "marts.duckdb").resolve().stat().st_size
    print(json.dumps({"stage": "file", "gb": round(size / 1e9, 2)}), flush=True)


def peer(folder: Path, articles: int, night: int) -> None:
    """The same marts, whole, by CREATE TABLE AS: no comments, no conditions, no content hash, no difference, no audit."""
    from warehouse import sqlfiles

    path = folder / "peer.duckdb"
    path.unlink(missing_ok=True)

    def made() -> None:
        with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as connection:
            connection.execute(f"ATTACH '{folder / 'warehouse.duckdb'}' AS warehouse (READ_ONLY)")
            connection.execute(f"ATTACH '{path}' AS marts (STORAGE_VERSION 'v1.4.0')")
            connection.execute(
                "CREATE TEMP TABLE dirty AS SELECT DISTINCT published_on AS day FROM warehouse.staging.articles"
            )
            connection.execute("USE marts")
            for name in sqlfiles.names("marts"):
                if name[0].isdigit():
                    statement = sqlfiles.sql(f"marts/{name}")
                    table = name[3:]
                    connection.execute(statement.replace(f"INSERT INTO {table} BY NAME", f"CREATE TABLE {table} AS", 1))
            connection.execute("CHECKPOINT")

    measured("peer", made)
    path.unlink()


class Timed:
    """A connection that notes what each statement costs."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.costs: list[tuple[float, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *parameters: Any) -> Any:
        began = cpu()
        answer = self._connection.execute(statement, *parameters)
        lines = [line for line in statement.splitlines() if not line.startswith("--")]
        self.costs.append((cpu() - began, " ".join(" ".join(lines).split())[:90]))
        return answer


def parts(folder: Path, articles: int, night: int) -> None:
    """Where the time goes: the night's marts built once more, by statement, and the rules of the audit, each alone."""
    from expectations.audit import AuditContext, audit
    from expectations.rules import rules_of
    from flows.settings import Settings, code_version
    from warehouse import publish
    from warehouse.store import Store

    publish.serve(folder, "000001")
    store = Store(folder, threads=THREADS, memory_limit=MEMORY)
    timed = Timed(store.connection)
    store.connection = timed  # type: ignore[assignment]
    candidate = publish.build(
        store,
        run_id="parts",
        logical_date=dt.date(2026, 1, 1),
        published_at=dt.datetime(2026, 1, 1),  # noqa: DTZ001 - UTC without a zone, as in the marts
        code_version=code_version(),
        config=Settings(warehouse=folder).fingerprint(),
    )
    publish.discard(candidate)
    store.close()
    publish.serve(folder, "000002")
    print("the most costly statements of the marts")
    for cost, statement in sorted(timed.costs, reverse=True)[:12]:
        print(f"{cost:6.2f} CPU s  {statement}")
    context, costs = AuditContext(threads=THREADS), []
    path = (folder / "marts.duckdb").resolve()
    audit(path, context=context, only={"publication.row_count.one"})  # imports Great Expectations
    for rule in rules_of(context):
        began = cpu()
        audit(path, context=context, only={rule.code})
        costs.append((cpu() - began, rule.code))
    print("the most costly rules of the audit")
    for cost, code in sorted(costs, reverse=True)[:12]:
        print(f"{cost:6.2f} CPU s  {code}", flush=True)


STEPS = {"history": history, "night": add_night, "stages": stages, "parts": parts, "peer": peer}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the marts after a night.")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--night", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "out" / "benchmarks" / "marts")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer", action=argparse.BooleanOptionalAction, default=True, help="CREATE TABLE AS beside it")
    parser.add_argument("--parts", action="store_true", help="what each statement and each rule costs")
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.step is not None:
        STEPS[told.step](told.folder, told.articles, told.night)
        return

    def step(name: str, folder: Path) -> None:
        print(f"-- {name}", flush=True)
        command = [sys.executable, "-m", "benchmarks.marts.run", "--step", name, "--folder", str(folder)]
        subprocess.run(
            [*command, "--articles", str(told.articles), "--night", str(told.night)], check=True, cwd=REPOSITORY
        )

    made = told.folder / f"history-{told.articles}"
    if not (made / "warehouse.duckdb").exists():
        shutil.rmtree(told.folder / "making", ignore_errors=True)
        (told.folder / "making").mkdir(parents=True)
        step("history", told.folder / "making")
        (told.folder / "making").rename(made)
    work = told.folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(made, work)
    step("stages", work)
    step("night", work)
    step("stages", work)
    if told.parts:
        step("parts", work)
    if told.peer:
        step("peer", work)
    queries.report(work / "marts.duckdb", told.runs, THREADS)


if __name__ == "__main__":
    main()
