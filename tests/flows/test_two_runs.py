"""Two runs at once, a holder that dies, a run killed under Prefect, and retention."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests import support
from tests.flows.test_cli import firstprint
from tests.laws import strategies
from warehouse import publish
from warehouse.errors import WriterBusyError
from warehouse.lock import WriterLock, holder

HOLD = """
import sys, time
from pathlib import Path
from warehouse.lock import WriterLock
with WriterLock(Path(sys.argv[1]), "a long backfill", "noon"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
BODY = ["Город получил новый мост через реку, его строили три года.", "Движение откроют утром в понедельник."]


def hold(warehouse: Path, seconds: float) -> subprocess.Popen[str]:
    warehouse.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_waits_or_names_the_holder(tmp_path: Path) -> None:
    process = hold(tmp_path / "warehouse", 3)
    with pytest.raises(WriterBusyError, match=rf"a long backfill, process {process.pid} on .*, since noon"):
        WriterLock(tmp_path / "warehouse", "a nightly", "now").__enter__()
    landing = support.write(tmp_path / "landing", {"0.txt": strategies.document("", support.NIGHT, BODY)})
    done = firstprint(
        "nightly", "--bare", "--wait", "60", "--landing", str(landing), "--warehouse", str(tmp_path / "warehouse")
    )
    assert done.returncode == 0, done.stderr
    assert process.wait(30) == 0


def test_a_dead_holder_is_no_holder(tmp_path: Path) -> None:
    process = hold(tmp_path / "warehouse", 600)
    assert holder(tmp_path / "warehouse") is not None
    process.kill()
    process.wait(30)
    assert holder(tmp_path / "warehouse") is None
    with WriterLock(tmp_path / "warehouse", "the next", "now"):
        pass


@pytest.mark.long
@pytest.mark.parametrize("stage", ["read", "derive", "marts", "publish"])
def test_a_run_killed_under_prefect_is_finished_by_the_next(tmp_path: Path, stage: str) -> None:
    files = {f"{n}.txt": strategies.document("", support.NIGHT - timedelta(n), [*BODY, str(n)]) for n in range(9)}
    landing, warehouse = support.write(tmp_path / "landing", files), tmp_path / "warehouse"
    told = ["nightly", "--landing", str(landing), "--warehouse", str(warehouse)]
    process = subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", *told],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip().startswith(stage):
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    time.sleep(0.2)
    done = firstprint(*told)
    assert done.returncode == 0, done.stderr
    support.night(landing, tmp_path / "once")
    assert support.marts(warehouse) == support.marts(tmp_path / "once")


def test_retention_keeps_what_is_served_and_the_raw_layer(tmp_path: Path) -> None:
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    for number in range(4):
        told = strategies.document(f"№ {number}", support.NIGHT - timedelta(number), [*BODY, str(number)])
        support.night(support.write(landing, {f"{number}.txt": told}), warehouse)
    raw = sorted((warehouse / "raw").iterdir())
    publish.serve(warehouse, "000002")
    gone = publish.prune(warehouse, keep=1)
    assert {name.partition(".")[0] for name in gone} == {"marts-000001", "marts-000003"}
    assert publish.versions(warehouse) == ["000002", "000004"]
    assert support.query(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    assert sorted((warehouse / "raw").iterdir()) == raw


def test_a_published_version_counts_against_what_is_kept(tmp_path: Path) -> None:
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    for number in range(4):
        told = strategies.document(f"№ {number}", support.NIGHT - timedelta(number), [*BODY, str(number)])
        support.night(support.write(landing, {f"{number}.txt": told}), warehouse, keep_versions=2)
    assert publish.versions(warehouse) == ["000003", "000004"]
