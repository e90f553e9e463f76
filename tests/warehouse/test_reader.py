"""Reading the marts: every query runs on marts as the schema makes them, and errors say what to do."""

from __future__ import annotations

import re
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.errors import WarehouseError
from warehouse.reader import Marts

QUERIES = sorted(item.name.removesuffix(".sql") for item in (resources.files("warehouse") / "queries").iterdir())
# A value of the right kind for every parameter that a query may have.
VALUES: dict[str, Any] = {
    "article": "a" * 64,
    "articles": ["a" * 64],
    "day": date(2025, 11, 19),
    "first_day": date(2025, 11, 12),
    "least": 6,
    "logical_date": date(2025, 11, 20),
    "most": 5,
    "of": "language",
    "other": None,
    "reference": "x.txt",
    "source": "b" * 64,
    "stories": ["a" * 64],
    "top": 5,
    "window": 30,
}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Marts with one row of publication and nothing else."""
    path = tmp_path / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute((resources.files("warehouse") / "marts" / "schema.sql").read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO publication VALUES ('1', 'r', ?, ?, 'c', 'f', 'h', 1, 0, 0, 0, 0, 0, 0, NULL, NULL)",
            [date(2025, 11, 20), datetime(2025, 11, 20)],  # noqa: DTZ001 - UTC without a zone, as in the marts
        )
    return path


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_runs_on_empty_marts(bare: Path, name: str) -> None:
    text = (resources.files("warehouse") / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    asked = set(re.findall(r"\$(\w+)", body))
    with Marts(bare) as marts:
        found = marts.read(name, **{parameter: VALUES[parameter] for parameter in asked})
    assert found.width > 0
    assert text.startswith("--")


def test_one_version_is_read_while_others_are_published(bare: Path, tmp_path: Path) -> None:
    link = tmp_path / "current.duckdb"
    link.symlink_to(bare)
    with Marts(link) as marts:
        link.unlink()
        assert marts.read("publication").height == 1


def test_what_is_no_marts_is_told(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"nothing is published at .*: run `firstprint nightly`"):
        Marts(tmp_path / "none.duckdb")
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    with pytest.raises(WarehouseError, match="does not read as marts"):
        Marts(other)


def test_marts_are_not_written(bare: Path) -> None:
    with Marts(bare) as marts, pytest.raises(duckdb.Error, match="read-only"):
        marts._connection.execute("DELETE FROM publication")
