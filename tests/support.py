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
from flows import pipeline, withdrawal
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
    backwards: bool = False,
    max_active: int = 1,
    **told: Any,
) -> pipeline.Run:
    """A backfill without Prefect."""
    days = pipeline.Days(start, end, policy, backwards)
    with pipeline.open_run(
        "backfill", settings(Path(), warehouse, **told), day, landing=landing, days=days, max_active=max_active
    ) as run:
        return pipeline.go(run, without_gx)


def withdraw(warehouse: Path, article_id: str, day: date = NIGHT) -> str:
    """A takedown without Prefect."""
    return withdrawal.withdraw(settings(Path(), warehouse), article_id, "a test", day, wrap=without_gx)


def undo_withdrawal(warehouse: Path, article_id: str, day: date = NIGHT) -> str:
    return withdrawal.undo(settings(Path(), warehouse), article_id, day)


def quiet_night(landing: Path, warehouse: Path, day: date = NIGHT, **told: Any) -> None:
    """A night in another process: a run holds an open database, which cannot be handed back."""
    night(landing, warehouse, day, **told)


def quiet_backfill(warehouse: Path, start: date, end: date, policy: pipeline.Policy = "all", **told: Any) -> None:
    """A backfill in another process."""
    backfill(warehouse, start, end, policy, **told)


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
