"""Law 6: after kill -9 at any point the next run finishes the work by itself, and readers never notice."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import support
from tests.laws import strategies
from tests.laws.killing import in_child

NIGHT = support.NIGHT
BODIES = [
    ["Город получил новый мост через реку, его строили три года.", "Движение откроют утром в понедельник, сказал мэр."],
    ["Жаңа мектеп қыркүйекте ашылады, онда мың бала оқиды.", "Құрылысты жергілікті компания жүргізіп жатыр."],
    ["The night train returns after nine years of silence.", "Tickets go on sale at the old station on Friday."],
]


def stage(root: Path, first: bool) -> tuple[Path, Path]:
    """A landing zone and a warehouse: one that served a night, with more landed since, or none yet."""
    landing = root / "landing"
    for number, body in enumerate(BODIES):
        support.write(landing, {f"{number}.txt": strategies.document("", NIGHT - timedelta(9 - number), body)})
    if first:
        (root / "warehouse").mkdir()
    else:
        assert in_child(nightly(landing, root / "warehouse"))[0] == 0
    for number, body in enumerate(BODIES):
        told = {f"again/{number}.txt": strategies.document("Ещё раз", NIGHT - timedelta(5 - number), body)}
        support.write(landing, told)
    twin = strategies.document("", NIGHT - timedelta(9), BODIES[0])
    support.write(landing, {"bad.txt": bytes(range(256)), "twin.txt": twin})
    return landing, root / "warehouse"


def nightly(landing: Path, warehouse: Path) -> Callable[[], Any]:
    return partial(support.quiet_night, landing, warehouse)


def backfill(landing: Path, warehouse: Path) -> Callable[[], Any]:
    return partial(support.quiet_backfill, warehouse, NIGHT - timedelta(30), NIGHT, "all", landing=landing)


def told_by(warehouse: Path) -> tuple[str, list[Any], list[Any], list[Any]]:
    with support.duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        files = connection.execute("SELECT source_path, disposition, reason FROM meta.files ORDER BY ALL").fetchall()
        documents = connection.execute("SELECT count(*), count(DISTINCT raw_file) FROM raw.documents").fetchall()
        left = connection.execute(
            "SELECT count(*) FROM reuse.pending UNION ALL SELECT count(*) FROM reuse.leaving"
        ).fetchall()
    return support.content_hash(warehouse), files, documents[0][:1], left


def campaign(root: Path, kind: Callable[[Path, Path], Callable[[], Any]], points: int, first: bool = False) -> None:
    landing, before = stage(root, first)
    whole = root / "whole"
    shutil.copytree(before, whole, symlinks=True)
    code, count = in_child(kind(landing, whole))
    assert code == 0
    assert count is not None
    assert count > 100
    wanted = told_by(whole)
    # How many steps a run has differs by a few from time to time; the last few are the closing of the database.
    last = count * 97 // 100
    for point in sorted({1 + (last - 1) * number // (points - 1) for number in range(points)}):
        warehouse = root / f"killed-at-{point}"
        shutil.copytree(before, warehouse, symlinks=True)
        code, _ = in_child(kind(landing, warehouse), point)
        assert code == -signal.SIGKILL, f"not killed at {point} of {count}"
        # A reader at this very moment: a whole version, the old one or the new one.
        if not first or (warehouse / "marts.duckdb").exists():
            ((articles, owed),) = support.query(
                warehouse, "SELECT (SELECT count(*) FROM articles), article_count FROM publication"
            )
            assert articles == owed
        code, _ = in_child(kind(landing, warehouse))
        assert code == 0, f"no recovery after a kill at {point} of {count}"
        assert told_by(warehouse) == wanted, f"other marts after a kill at {point} of {count}"
        left = [path.name for path in (warehouse / "candidates").iterdir()]
        assert left == []
        shutil.rmtree(warehouse)


@pytest.mark.parametrize("kind", [nightly, backfill])
def test_a_crash_costs_only_time(tmp_path: Path, kind: Callable[[Path, Path], Callable[[], Any]]) -> None:
    campaign(tmp_path, kind, points=3)


@pytest.mark.long
@pytest.mark.parametrize("kind", [nightly, backfill])
def test_a_crash_costs_only_time_long(tmp_path: Path, kind: Callable[[Path, Path], Callable[[], Any]]) -> None:
    campaign(tmp_path, kind, points=120)


def test_a_crash_of_the_first_night_costs_only_time(tmp_path: Path) -> None:
    campaign(tmp_path, nightly, points=3, first=True)


@pytest.mark.long
def test_a_crash_of_the_first_night_costs_only_time_long(tmp_path: Path) -> None:
    campaign(tmp_path, nightly, points=120, first=True)
