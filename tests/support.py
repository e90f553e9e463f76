"""What several tests share: landings written to disk, nights without a server, and the marts read back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from expectations.audit import Audit
from flows import pipeline
from flows.settings import Settings
from transforms import records
from warehouse.publish import HASHED_TABLES

# A night after every date that the generated landings tell.
NIGHT = date(2025, 12, 1)
# A file time before it.
MODIFIED = datetime(2025, 11, 20, 12, tzinfo=UTC).timestamp()


def write(landing: Path, files: Mapping[str, bytes], modified: float = MODIFIED) -> Path:
    """Writes a landing zone; every file gets the same time."""
    landing.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (modified, modified))
    return landing


def _trusting(run: pipeline.Run) -> str:
    run.audit = Audit(checks=pl.DataFrame(schema=records.CHECKS), offenders={}, results={}, sentences={})
    return "taken on trust"


def without_gx(stage: pipeline.Stage) -> Callable[[pipeline.Run], str]:
    """Every stage but the audit, which is taken on trust, and the pages: tests of other laws need not pay for them."""
    if stage.name == "report":
        return lambda run: "no pages"
    return _trusting if stage.name == "audit" else stage.work


def settings(landing: Path, warehouse: Path, **told: Any) -> Settings:
    return Settings(landing=landing, warehouse=warehouse, threads=2, memory_limit="1GB", **told)


def night(landing: Path, warehouse: Path, day: date = NIGHT, *, audited: bool = False, **told: Any) -> pipeline.Run:
    """A nightly run without Prefect."""
    told_settings = settings(landing, warehouse, **told)
    with pipeline.open_run("nightly", told_settings, day, landing=landing) as run:
        return pipeline.go(run) if audited else pipeline.go(run, without_gx)


def backfill(
    warehouse: Path,
    start: date,
    end: date,
    policy: pipeline.Policy = "all",
    *,
    landing: Path | None = None,
    day: date = NIGHT,
) -> pipeline.Run:
    """A backfill without Prefect."""
    days = pipeline.Days(start, end, policy)
    with pipeline.open_run("backfill", settings(Path(), warehouse), day, landing=landing, days=days) as run:
        return pipeline.go(run, without_gx)


def query(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query over the published marts."""
    with duckdb.connect(str(warehouse / "marts.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def content_hash(warehouse: Path) -> str:
    return str(query(warehouse, "SELECT content_hash FROM publication")[0][0])


def marts(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every mart but what differs by nature between runs, sorted."""
    told = {}
    for table, left_out in HASHED_TABLES.items():
        columns = f"* EXCLUDE ({', '.join(left_out)})" if left_out else "*"
        told[table] = sorted(query(warehouse, f"SELECT {columns} FROM {table}"), key=repr)
    return told
