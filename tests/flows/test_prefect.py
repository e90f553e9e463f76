"""One night and one backfill through Prefect for real: names, tasks, artifacts, errors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.testing.utilities import prefect_test_harness

from flows.backfill import backfill
from flows.errors import ConfigurationError
from flows.nightly import nightly
from flows.orchestration import logical_date_of
from flows.pipeline import STAGES
from tests import support
from warehouse.errors import WriterBusyError
from warehouse.lock import WriterLock


@pytest.fixture(scope="module", autouse=True)
def prefect() -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=180):
        yield


def ask(what: str, **told: Any) -> Any:
    async def call() -> Any:
        async with get_client() as client:
            return await getattr(client, what)(**told)

    return asyncio.run(call())


def runs(name: str) -> list[FlowRun]:
    found: list[FlowRun] = ask("read_flow_runs")
    return [run for run in found if run.name.startswith(name)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prefect")
    told = b" date 2025-11-20 The river rose again this morning, and the old bridge was closed for the day."
    support.write(root / "landing", {"0.txt": told, "bad.txt": bytes(range(256))})
    message = nightly(landing=root / "landing", warehouse=root / "warehouse", logical_date=date(2025, 11, 21))
    assert message.startswith("published version 000001: 1 articles")
    return root


def test_the_name_carries_the_logical_date(root: Path) -> None:
    (run,) = runs("nightly-2025-11-21")
    assert run.state is not None
    assert run.state.is_completed()


def test_each_stage_is_a_task(root: Path) -> None:
    (run,) = runs("nightly-2025-11-21")
    tasks = [task.name for task in ask("read_task_runs") if task.flow_run_id == run.id]
    assert sorted(name.rpartition("-")[0] for name in tasks) == sorted(stage.name for stage in STAGES)


def test_the_artifacts_say_what_was_done(root: Path) -> None:
    found = {artifact.key: artifact for artifact in ask("read_artifacts")}
    assert "published version 000001" in str(found["firstprint-nightly"].data)
    assert "| rule |" in str(found["firstprint-nightly"].data)
    assert '"files loaded"' in str(found["firstprint-nightly-counts"].data)


def test_a_backfill_through_prefect(root: Path) -> None:
    told = {"warehouse": root / "warehouse", "logical_date": date(2025, 11, 21), "reprocess": "all"}
    assert backfill(start=date(2025, 11, 1), end=date(2025, 12, 1), **told).startswith("nothing new")
    (run,) = runs("backfill-2025-11-21-of-2025-11-01-to-2025-12-01")
    assert run.state is not None
    assert run.state.is_completed()


def test_errors_come_through(root: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        nightly(landing=root / "none", warehouse=root / "warehouse", logical_date=date(2025, 11, 22))
    with WriterLock(root / "warehouse", "another", "now"), pytest.raises(WriterBusyError, match="another"):
        nightly(landing=root / "landing", warehouse=root / "warehouse", logical_date=date(2025, 11, 23))


def test_the_logical_date_is_the_day_of_the_schedule_in_its_time_zone() -> None:
    assert logical_date_of(date(2025, 1, 2), "UTC") == date(2025, 1, 2)
