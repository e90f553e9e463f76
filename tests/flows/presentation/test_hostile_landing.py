"""Hostile files through the whole of it: landed, published, looked at. Their texts stay text on every way out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli
from tests import support
from tests.flows.presentation.browser import Browser
from tests.flows.presentation.conftest import HOSTILE

ROOT = Path(__file__).resolve().parents[3]
# What may leave on a terminal or in a log: no control but the line's end and the tab, no steering of writing.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]")


def landing(folder: Path) -> Path:
    """Each trick as file name, headline, source line and words of an article and of its repost, and a refused file of that name."""
    files: dict[str, bytes] = {}
    for place, (name, trick) in enumerate(HOSTILE.items()):
        # What a file name can hold: no slash, no NUL.
        path = trick.replace("/", "∕").replace("\x00", "")[:60]
        body = " ".join(f"{name}{word}" for word in "abcdefghijklmnopqrstuvwxyz")
        for number in (1, 2):
            text = f"{trick} date 2025-11-{10 + number} {body} {trick} again and again.\n\nИсточник - {trick}\n"
            files[f"{path}/{place}-{number}.txt"] = text.encode()
        files[f"{path}.empty"] = b""
    return support.write(folder, files)


def firstprint(*words: str) -> str:
    """What a command says, on both streams."""
    done = CliRunner().invoke(cli.app, words, env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    run = support.night(landing(root / "landing"), root / "warehouse", date(2025, 11, 20))
    assert run.outcome == "published"
    return root / "warehouse"


def paths(warehouse: Path) -> list[str]:
    return [path for (path,) in support.query(warehouse, "SELECT source_path FROM articles ORDER BY source_path")]


def test_the_marts_hold_the_texts_as_they_were_read(warehouse: Path) -> None:
    told = support.query(warehouse, "SELECT title, text FROM articles")
    assert len(told) == 2 * len(HOSTILE)
    everything = "\n".join(f"{title}\n{text}" for title, text in told)
    for name in ("script", "closing", "quotes", "rich", "spreadsheet", "url"):
        assert HOSTILE[name] in everything, name


def test_commands_say_nothing_that_steers(warehouse: Path) -> None:
    said = [
        firstprint("status", "--warehouse", str(warehouse)),
        firstprint("versions", "--warehouse", str(warehouse)),
        firstprint("explain", "\x1b[2Jnobody\n2026 ERROR forged", "--warehouse", str(warehouse)),
    ]
    for path in paths(warehouse)[::5]:
        said.append(firstprint("explain", path, "--warehouse", str(warehouse)))
    for one in said:
        assert one
        assert not STEERING.search(one), one
        assert not re.search(r"(?m)^2026", one)


@pytest.mark.long  # a whole night with its audit, in a process of its own
def test_a_night_logs_nothing_that_steers(tmp_path: Path) -> None:
    words = [
        "--logical-date",
        "2025-11-20",
        "--landing",
        str(landing(tmp_path / "landing")),
        "--warehouse",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "nightly", "--bare", *words],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
    )
    said = (done.stdout + done.stderr).decode("utf-8")
    assert "published version" in said
    assert not STEERING.search(said)


def test_the_page_of_a_hostile_night(warehouse: Path, browser: Browser) -> None:
    firstprint("report", "--warehouse", str(warehouse))
    for name in ("report.html", "quality.html"):
        page = warehouse / name
        browser.open(page, language="ru")
        browser.value("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert browser.complaints() == []
        assert browser.requests() == [page.as_uri()]
        assert "owned" not in browser.value("document.title")
        assert browser.value("document.querySelectorAll('main :is(img, b, script, iframe, style)').length") == 0
        assert not STEERING.search(browser.value("document.querySelector('main').textContent"))
