"""The nightly flow: everything that landed since the last run becomes part of the published marts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from flows.orchestration import finish, logical_date_of, run_name  # isort: skip - sets Prefect's environment
from prefect import flow

from flows.pipeline import open_run
from flows.settings import Settings


@flow(name="nightly", flow_run_name=run_name)
def nightly(
    landing: Path | None = None,
    warehouse: Path | None = None,
    logical_date: date | None = None,
    wait_seconds: float = 0.0,
    export: Literal["none", "parquet"] | None = None,
) -> str:
    """Lands, reads, derives, finds reuse, builds, audits and publishes.

    Takes the landing zone and the warehouse (the settings' where not told), the logical date (the day of the schedule's time
    where not told), how long to wait for a run that is under way, and what to write beside the version. Gives the line that says
    what was published. Raises ConfigurationError, WriterBusyError, AuditFailedError.
    """
    settings = Settings.load(landing=landing, warehouse=warehouse, export=export)
    day = logical_date_of(logical_date, settings.timezone)
    with open_run("nightly", settings, day, landing=settings.landing, wait_seconds=wait_seconds) as run:
        return finish(run)
