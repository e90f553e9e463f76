"""prefect.yaml: what the CLI silently accepts is checked here, the rest by a local server that deploys it."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from socket import socket
from typing import Any

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Keys that Prefect knows; a misspelt one would be ignored without a word.
TOP_KEYS = {"name", "prefect-version", "pull", "build", "push", "deployments", "definitions"}
DEPLOYMENT_KEYS = {
    "name",
    "version",
    "description",
    "entrypoint",
    "schedules",
    "parameters",
    "concurrency_limit",
    "work_pool",
    "tags",
}


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    return loaded


def test_no_key_is_misspelt(written: dict[str, Any]) -> None:
    assert set(written) <= TOP_KEYS
    assert {each["name"] for each in written["deployments"]} == {"nightly", "backfill"}
    for each in written["deployments"]:
        assert set(each) <= DEPLOYMENT_KEYS
        assert each["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


def test_entrypoints_are_modules_and_parameters_are_known(written: dict[str, Any]) -> None:
    for each in written["deployments"]:
        module, _, name = each["entrypoint"].partition(":")
        assert "/" not in module
        flow = getattr(import_module(module), name)
        assert set(each["parameters"]) <= set(inspect.signature(flow.fn).parameters)


def test_the_night_has_a_time_zone(written: dict[str, Any]) -> None:
    (nightly,) = [each for each in written["deployments"] if each["name"] == "nightly"]
    assert nightly["schedules"] == [{"cron": "15 2 * * *", "timezone": "Asia/Almaty", "active": True}]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Prefect server of this test's own; gives the environment that names it."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    prefect = [sys.executable, "-m", "prefect"]
    process = subprocess.Popen(
        [*prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # As long as the ephemeral server is given: up to a minute was seen on a loaded machine.
        for _ in range(180):
            try:
                with urllib.request.urlopen(f"{api}/health", timeout=2):  # noqa: S310 - this test's own server
                    break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, "the server ended"
                time.sleep(1)
        else:
            pytest.fail("the server did not start")
        yield environment
    finally:
        process.terminate()
        process.wait(30)


def test_a_local_server_deploys_them_all(server: dict[str, str]) -> None:
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for command in (
        ["work-pool", "create", "firstprint", "--type", "process"],
        ["deploy", "--all"],
    ):
        done = subprocess.run([*prefect, *command], cwd=ROOT, env=server, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    listed = subprocess.run(
        [*prefect, "deployment", "ls"], cwd=ROOT, env=server, capture_output=True, text=True, check=True
    ).stdout
    assert "nightly/nightly" in listed
    assert "backfill/backfill" in listed


@pytest.mark.long
def test_a_process_worker_runs_both(server: dict[str, str], tmp_path: Path) -> None:
    """Registered, triggered with parameters, run by a worker in processes of their own, to the published marts."""
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    warehouse = tmp_path / "warehouse"
    environment = {
        **server,
        "FIRSTPRINT_WAREHOUSE": str(warehouse),
        "FIRSTPRINT_LANDING": str(ROOT / "sample" / "landing"),
    }

    def call(*words: str) -> None:
        done = subprocess.run(
            [*prefect, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    call("work-pool", "create", "firstprint", "--type", "process", "--overwrite")
    call("deploy", "--all")
    worker = subprocess.Popen(
        [*prefect, "worker", "start", "--pool", "firstprint", "--type", "process"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        call("deployment", "run", "nightly/nightly", "--watch", "--watch-timeout", "400")
        served = (warehouse / "marts.duckdb").resolve()
        assert served.exists()
        told = ["-p", "start=2025-11-01", "-p", "end=2025-12-01", "-p", "reprocess=all", "-p", "backwards=true"]
        call("deployment", "run", "backfill/backfill", *told, "--watch", "--watch-timeout", "400")
        assert (warehouse / "marts.duckdb").resolve() == served
    finally:
        worker.terminate()
        worker.wait(30)
    with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        runs = connection.execute("SELECT kind, outcome, derived > 0 FROM meta.runs ORDER BY started_at").fetchall()
    assert runs == [("nightly", "published", True), ("backfill", "nothing", True)]
