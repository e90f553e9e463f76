"""ibis, older releases of DuckDB, and its node driver open the published marts, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.bi import environments, reader
from tests.bi.published import PUBLICATIONS, Reader, Warehouse, questions, read_while_versions_are_published

pytestmark = pytest.mark.long
HERE = Path(__file__).parent


def test_ibis(warehouse: Warehouse, tmp_path: Path) -> None:
    python = environments.python("ibis") / "python"
    reading = Reader("ibis", [str(python), reader.__file__, "ibis"], warehouse.marts, tmp_path)
    read_while_versions_are_published(warehouse, [reading])


def test_the_oldest_release_that_reads_the_storage_version(warehouse: Warehouse, tmp_path: Path) -> None:
    python = environments.python("older-python") / "python"
    told = subprocess.run(
        [python, "-c", "import duckdb; print(duckdb.__version__)"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "1.4.0"
    reading = Reader("older", [str(python), reader.__file__, "duckdb"], warehouse.marts, tmp_path)
    read_while_versions_are_published(warehouse, [reading])


def test_the_node_driver(warehouse: Warehouse, tmp_path: Path) -> None:
    modules = environments.node()
    reading = Reader("node", ["node", str(HERE / "reader.mjs")], warehouse.marts, tmp_path, after=[str(modules)])
    read_while_versions_are_published(warehouse, [reading])


def test_the_command_line_of_an_older_release(warehouse: Warehouse) -> None:
    """Each call is a process of its own, and so a new connection."""
    program = environments.python("older-cli") / "duckdb"
    program.chmod(0o755)  # the package forgets it
    assert subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.startswith(
        "v1.4.4"
    )

    def ask(sql: str) -> list[dict[str, str | None]]:
        told = subprocess.run(
            [program, "-readonly", "-json", "-init", os.devnull, str(warehouse.marts), sql],
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout or "[]") or []

    for number in range(PUBLICATIONS + 1):
        version = warehouse.version() if number == 0 else warehouse.publish()
        right = warehouse.right_answers()
        assert right["version"][0][0] == version
        for name, sql in questions().items():
            rows = [row for row in ask(reader.as_text(sql)) if row]
            assert [list(row.values()) for row in rows] == right[name], name
    comments = ask(
        "SELECT comment FROM duckdb_columns() WHERE (table_name, column_name) IN (('stories', 'days'), ('first_prints', 'script'))"
        " ORDER BY comment"
    )
    assert comments == [
        {"comment": "Days from the first print to the last repost, both included."},
        {"comment": "Main script: ISO 15924."},
    ]
