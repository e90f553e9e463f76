"""The command line: exit codes, one line that says what to do, and what each command prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows import cli
from flows.errors import ConfigurationError
from flows.settings import Settings
from tests import support
from tests.laws import strategies
from warehouse.lock import WriterLock


def firstprint(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "COLUMNS": "200", **environment},
    )


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    first = done.stderr.splitlines()[0]
    assert first.startswith("firstprint: ")
    for word in words:
        assert word in first


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two versions."""
    root = tmp_path_factory.mktemp("published")
    for number in (1, 2):
        body = [
            f"Река номер {number} вышла из берегов ночью, вода стоит высоко.",
            "Жителей увезли на автобусах в город.",
        ]
        day = support.NIGHT - timedelta(days=number)
        support.write(root / "landing", {f"{number}.txt": strategies.document("", day, body)})
        support.night(root / "landing", root / "warehouse")
    return root


def test_a_missing_landing_zone(tmp_path: Path) -> None:
    done = firstprint("nightly", "--landing", str(tmp_path / "none"), "--warehouse", str(tmp_path / "warehouse"))
    refused(done, 2, "does not exist", "--landing")


def test_a_landing_zone_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = firstprint("nightly", "--landing", str(tmp_path / "file"), "--warehouse", str(tmp_path / "warehouse"))
    refused(done, 2, "not a folder")


def test_an_unwritable_warehouse(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "file").touch()
    done = firstprint("nightly", "--landing", str(tmp_path / "landing"), "--warehouse", str(tmp_path / "file" / "w"))
    refused(done, 2, "cannot be written", "--warehouse")


def test_a_warehouse_of_a_newer_schema(published: Path, tmp_path: Path) -> None:
    store = support.pipeline.Store(tmp_path, threads=1, memory_limit="1GB")
    store.connection.execute("INSERT INTO meta.migrations VALUES (9999, '9999_later', '', now()::TIMESTAMP)")
    store.close()
    done = firstprint("nightly", "--bare", "--landing", str(published / "landing"), "--warehouse", str(tmp_path))
    refused(done, 2, "9999_later", "upgrade firstprint")


def test_an_unknown_option() -> None:
    refused(firstprint("nightly", "--landng", "x"), 2, "--landng", "firstprint nightly --help")
    refused(firstprint("nigthly"), 2, "nigthly", "firstprint --help")
    refused(firstprint("backfill", "2025-11-01"), 2, "end", "firstprint backfill --help")
    refused(firstprint("prune", "--keep", "none"), 2, "--keep")


def test_a_setting_that_cannot_be(tmp_path: Path) -> None:
    done = firstprint("status", "--warehouse", str(tmp_path), FIRSTPRINT_TIMEZONE="Mars/Olympus")
    refused(done, 2, "FIRSTPRINT_TIMEZONE", "Asia/Almaty")


def test_an_empty_landing_zone(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    done = firstprint(
        "nightly", "--bare", "--landing", str(tmp_path / "landing"), "--warehouse", str(tmp_path / "warehouse")
    )
    assert done.returncode == 0, done.stderr
    assert "nothing published: no file in" in done.stdout
    assert not (tmp_path / "warehouse" / "marts.duckdb").exists()


def test_a_second_run_says_who_is_at_work(published: Path) -> None:
    with WriterLock(published / "warehouse", "a long backfill", "noon"):
        done = firstprint(
            "nightly", "--landing", str(published / "landing"), "--warehouse", str(published / "warehouse")
        )
        refused(done, 3, "a long backfill", str(os.getpid()), "noon", "--wait")
        told = firstprint("status", "--warehouse", str(published / "warehouse"))
        assert told.returncode == 0
        assert "at work: a long backfill" in told.stdout
    assert firstprint("prune", "--warehouse", str(published / "warehouse"), "--keep", "9").returncode == 0


def test_status_versions_and_rollback(published: Path) -> None:
    told = json.loads(firstprint("status", "--json", "--warehouse", str(published / "warehouse")).stdout)
    assert told["published"]["article_count"] == 2
    assert [row["state"] for row in told["partitions"]] == ["fresh", "fresh"]
    assert told["runs"][0]["outcome"] == "published"
    assert told["runs"][0]["files"] == 2
    rows = json.loads(firstprint("versions", "--json", "--warehouse", str(published / "warehouse")).stdout)
    assert [(row["version"], row["served"], row["articles"]) for row in rows] == [
        ("000002", "yes", 2),
        ("000001", "", 1),
    ]
    assert firstprint("rollback", "000001", "--warehouse", str(published / "warehouse")).returncode == 0
    assert support.query(published / "warehouse", "SELECT count(*) FROM articles") == [(1,)]
    refused(firstprint("rollback", "000077", "--warehouse", str(published / "warehouse")), 2, "000077", "000001")
    again = firstprint(
        "nightly", "--bare", "--landing", str(published / "landing"), "--warehouse", str(published / "warehouse")
    )
    assert again.returncode == 0, again.stderr
    assert support.query(published / "warehouse", "SELECT count(*) FROM articles") == [(2,)]


def test_nothing_published_yet(tmp_path: Path) -> None:
    refused(firstprint("versions", "--warehouse", str(tmp_path)), 2, "nothing is published", "nightly")


def test_help_names_every_setting() -> None:
    told = firstprint("--help").stdout
    for name in Settings.model_fields:
        assert f"FIRSTPRINT_{name.upper()}" in told


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-11-18", date(2025, 11, 18)),
        ("today", date(2026, 3, 1)),
        ("today-7d", date(2026, 2, 22)),
        ("today+1d", date(2026, 3, 2)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert cli.parse_day(text, date(2026, 3, 1)) == day


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "18.11.2025", "today-7", "today-xd", "2025-13-01", "today-99999999d", "0001-01-01", "9999-12-31"],
)
def test_no_days(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no day"):
        cli.parse_day(text, date(2026, 3, 1))


def test_a_backfill_over_no_day(published: Path) -> None:
    done = firstprint("backfill", "2025-11-18", "2025-11-18", "--warehouse", str(published / "warehouse"))
    refused(done, 2, "holds no day")


def test_a_dry_run_changes_nothing(published: Path) -> None:
    before = support.content_hash(published / "warehouse")
    done = firstprint(
        "backfill",
        "2025-11-01",
        "2025-12-01",
        "--reprocess",
        "all",
        "--dry-run",
        "--warehouse",
        str(published / "warehouse"),
    )
    assert done.returncode == 0, done.stderr
    assert "asked for" in done.stdout
    assert "2025-11-30" in done.stdout
    assert support.content_hash(published / "warehouse") == before


def test_an_audit_that_fails_ends_in_one_line(tmp_path: Path) -> None:
    """Through Prefect: its own account of the failure stays out of the terminal."""
    landing = support.write(
        tmp_path / "landing", {"0.txt": b" date 2025-11-11 The river rose again this morning in town."}
    )
    told = ("nightly", "--landing", str(landing), "--warehouse", str(tmp_path / "warehouse"))
    done = firstprint(*told, FIRSTPRINT_FRESHNESS_SEVERITY="error", PREFECT_HOME=str(tmp_path / "prefect"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("firstprint: the audit refused version 000001 (1 rules, first articles.published_on.fresh)")
    assert not (tmp_path / "warehouse" / "marts.duckdb").exists()
