"""The backfill flow: a range of days is derived anew from the raw layer, and the marts with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.orchestration import finish, logical_date_of, run_name  # isort: skip - sets Prefect's environment
from prefect import flow

from flows.errors import ConfigurationError
from flows.pipeline import Days, open_run
from flows.settings import Policy, Settings


@flow(name="backfill", flow_run_name=run_name)
def backfill(
    start: date,
    end: date,
    reprocess: Policy = "missing",
    landing: Path | None = None,
    warehouse: Path | None = None,
    logical_date: date | None = None,
    wait_seconds: float = 0.0,
    backwards: bool = False,
    max_active: int = 1,
) -> str:
    """Derives the articles of the days [start, end) anew from the raw layer, then finds reuse, builds, audits and publishes.

    Takes the range (half-open), which articles to derive (`missing`: those that raw documents have none for; `failed`: the same,
    an article that failed being one that is missing; `stale`: also those of other code or settings; `all`), an archive to land
    first (none where not told), the newest day first (`backwards`), how many processes derive, and the rest as `nightly`. Gives
    the line that says what was published. Raises as `nightly`.
    """
    if end <= start:
        raise ConfigurationError(f"the range [{start}, {end}) holds no day: END is the day after the last one")
    settings = Settings.load(warehouse=warehouse)
    day = logical_date_of(logical_date, settings.timezone)
    days = Days(start, end, reprocess, backwards)
    with open_run(
        "backfill", settings, day, landing=landing, days=days, max_active=max_active, wait_seconds=wait_seconds
    ) as run:
        return finish(run)
