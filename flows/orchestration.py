"""How a run goes through Prefect: a task a stage, artifacts at the end, and the environment that Prefect wants.

Imported by the flows alone; importing Prefect costs seconds, so the command line does it last.
"""

from __future__ import annotations

import os
from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

# Set before Prefect is imported, and only where the user has not said otherwise. The start of the ephemeral server takes up to a
# minute on a loaded machine, and Prefect gives up after 20 seconds unless told; nothing is reported to anybody.
ENVIRONMENT = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def set_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Fills in what Prefect should be told where the user has not."""
    for name, value in ENVIRONMENT.items():
        environment.setdefault(name, value)


set_environment()

from prefect import runtime, task  # noqa: E402
from prefect.artifacts import create_markdown_artifact, create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402

from flows.pipeline import Run, Stage, go, summary_rows  # noqa: E402
from flows.settings import Settings  # noqa: E402
from flows.text_safety import visible  # noqa: E402

# A pause before a stage is tried again: long enough for a network folder to come back, short against a night.
_RETRY_SECONDS = 10.0


def as_task(stage: Stage) -> Callable[[Run], str]:
    """The stage as a Prefect task. A run is no value that could be cached or stored: it holds the open warehouse."""
    return task(
        name=stage.name,
        retries=stage.retries,
        retry_delay_seconds=_RETRY_SECONDS,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(stage.work)


def logical_date_of(told: date | None, timezone: str) -> date:
    """The night that a flow run belongs to: what it was told, else the day of its schedule's time in the time zone.

    The one place where the clock decides anything; everything later is given the date.
    """
    if told is not None:
        return told
    scheduled: datetime | None = runtime.flow_run.scheduled_start_time
    moment = scheduled if scheduled is not None else datetime.now(ZoneInfo("UTC"))
    return moment.astimezone(ZoneInfo(timezone)).date()


def run_name() -> str:
    """The name of the present flow run: the flow's, with the logical date, and with the range of a backfill."""
    told = runtime.flow_run.parameters
    day = told.get("logical_date")
    day = date.fromisoformat(str(day)[:10]) if day else None
    name = f"{runtime.flow_run.flow_name}-{logical_date_of(day, Settings.load().timezone)}"
    return f"{name}-of-{told['start']}-to-{told['end']}" if "start" in told else name


def finish(run: Run) -> str:
    """Goes through the stages as Prefect tasks and leaves the artifacts, also of a run that its audit ended."""
    try:
        go(run, as_task)
    finally:
        leave_artifacts(run)
    return run.message


def leave_artifacts(run: Run) -> None:
    """Leaves what the run did in the Prefect UI, as a sentence and as a table."""
    checks = "" if run.audit is None else f"\n\n{run.audit.report_markdown()}"
    create_markdown_artifact(
        key=f"firstprint-{run.kind}",
        markdown=visible(f"**{run.kind} {run.logical_date}**: {run.message}{checks}"),
        description=run.run_id,
    )
    create_table_artifact(key=f"firstprint-{run.kind}-counts", table=summary_rows(run), description=run.run_id)
