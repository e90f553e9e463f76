"""What the tests of BI tools share: the questions, a warehouse to publish into with the right answers, and readers beside it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import support
from tests.bi import reader
from warehouse import describe

ROOT = Path(__file__).resolve().parents[2]
# The versions that are published while a tool reads.
PUBLICATIONS = 2
# A round of a tool on a busy machine takes seconds; this is for one that hangs.
_PATIENCE_SECONDS = 180.0


def questions() -> dict[str, str]:
    """SQL by name: the rows of every mart, which version it is, and the ten queries of benchmarks/queries."""
    asked = {f"rows of {mart.name}": f"SELECT count(*) AS n FROM {mart.name}" for mart in describe.shipped()}
    asked["version"] = "SELECT version, article_count FROM publication"
    asked |= {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "benchmarks" / "queries").glob("*.sql"))
    }
    return asked


class Warehouse:
    """A warehouse whose marts are read while versions are published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marts = folder / "warehouse" / "marts.duckdb"

    def publish(self) -> str:
        """Publishes a version with one article more; gives its name."""
        number = len(list((self.folder / "landing").iterdir()))
        text = f" date 2025-11-{20 + number % 8:02} Президент открыл мост номер {number}. Движение начнется утром.\n".encode()
        support.write(self.folder / "landing", {f"more-{number}.txt": text})
        assert support.night(self.folder / "landing", self.folder / "warehouse").outcome == "published"
        return self.version()

    def version(self) -> str:
        """The version that is served now."""
        return str(self.right_answers(["version"])["version"][0][0])

    def right_answers(self, names: Sequence[str] | None = None) -> dict[str, list[list[Any]]]:
        """What DuckDB itself answers over the version that is served now."""
        asked = questions()
        with duckdb.connect(str(self.marts.resolve()), read_only=True) as connection:
            return {
                name: [list(row) for row in connection.execute(reader.as_text(asked[name])).fetchall()]
                for name in names or asked
            }


class Reader:
    """A tool that reads, as a program of its own: `command` with the paths marts, questions, out and stop (reader.py)."""

    def __init__(self, name: str, command: Sequence[str], marts: Path, folder: Path, after: Sequence[str] = ()) -> None:
        self.name = name
        self._out, self._stop = folder / f"{name}.jsonl", folder / f"{name}.stop"
        asked = folder / f"{name}.json"
        asked.write_text(json.dumps(questions()), encoding="utf-8")
        self._process = subprocess.Popen(
            [*map(str, (*command, marts, asked, self._out, self._stop)), *after],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def lines(self) -> list[dict[str, Any]]:
        """What it told so far."""
        return [json.loads(line) for line in self._out.read_text(encoding="utf-8").splitlines()]

    def wait_for(self, version: str) -> None:
        """Waits until it has seen a version; fails where it ended instead."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                pytest.fail(f"{self.name} ended:\n{self._process.communicate()[0]}")
            if self._out.exists() and f'"{version}"' in self._out.read_text(encoding="utf-8"):
                return
            time.sleep(0.1)
        pytest.fail(f"{self.name} did not see version {version}")

    def finish(self) -> None:
        """Lets it stop after its round; fails where it ended with an error."""
        self._stop.touch()
        told, _ = self._process.communicate(timeout=_PATIENCE_SECONDS)
        assert self._process.returncode == 0, f"{self.name}: {told}"

    def kill(self) -> None:
        """Ends it, whatever it does."""
        self._process.kill()
        self._process.wait()


def read_while_versions_are_published(warehouse: Warehouse, readers: Sequence[Reader]) -> None:
    """Publishes versions while tools read.

    Each version must be seen by new connections without an error, in order, whole, and with the answers that DuckDB gives.
    """
    right = {warehouse.version(): warehouse.right_answers()}
    try:
        for reading in readers:
            reading.wait_for(warehouse.version())
        for _ in range(PUBLICATIONS):
            version = warehouse.publish()
            right[version] = warehouse.right_answers()
            for reading in readers:
                reading.wait_for(version)
        for reading in readers:
            reading.finish()
    finally:
        for reading in readers:
            reading.kill()
    for reading in readers:
        # A line is written when an answer changes: one a version, if none was a mixture of two.
        assert [line["answers"]["version"][0][0] for line in reading.lines()] == sorted(right), reading.name
        for line in reading.lines():
            assert line["answers"] == right[line["answers"]["version"][0][0]], reading.name
