"""A warehouse for each test of a BI tool, with the sample published."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests import support
from tests.bi.published import ROOT, Warehouse
from warehouse import describe


@pytest.fixture(scope="session")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, published after a real audit: every mart has rows."""
    folder = tmp_path_factory.mktemp("bi")
    shutil.copytree(ROOT / "sample" / "landing", folder / "landing")
    assert support.night(folder / "landing", folder / "warehouse", audited=True).outcome == "published"
    with duckdb.connect(str(folder / "warehouse" / "marts.duckdb"), read_only=True) as connection:
        for mart in describe.describe(connection):
            assert connection.execute(f"SELECT count(*) FROM {mart.name}").fetchall()[0][0] > 0, mart.name
    return folder


@pytest.fixture
def warehouse(_published: Path, tmp_path: Path) -> Warehouse:
    """A warehouse of the test's own, with the sample published."""
    shutil.copytree(_published, tmp_path / "bi", symlinks=True)
    return Warehouse(tmp_path / "bi")
