"""Law 6: after kill -9 at any point the next run finishes the work by itself, and readers never notice.

A child process is killed just before one of its steps: every call into the rooms and every operation on files and the database
is a step, so that the points lie between any two file operations of publication too. The child is forked from a process that
has imported everything and used nothing, so a point costs a run and not the imports.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests import support
from tests.laws import strategies

ROOMS = tuple(str(Path(__file__).resolve().parents[2] / room) for room in ("flows", "warehouse"))
OPERATIONS = {
    "replace",
    "fsync",
    "unlink",
    "chmod",
    "symlink",
    "rename",
    "mkdir",
    "open",
    "close",
    "execute",
    "connect",
}
NIGHT = support.NIGHT
BODIES = [
    ["Город получил новый мост через реку, его строили три года.", "Движение откроют утром в понедельник, сказал мэр."],
    ["Жаңа мектеп қыркүйекте ашылады, онда мың бала оқиды.", "Құрылысты жергілікті компания жүргізіп жатыр."],
    ["The night train returns after nine years of silence.", "Tickets go on sale at the old station on Friday."],
]


def steps(kill_at: int | None, work: Callable[[], Any]) -> int:
    """Does the work and counts its steps; dies before the step `kill_at`."""
    count = 0

    def watch(frame: FrameType, event: str, what: Any) -> None:
        nonlocal count
        if (event == "call" and frame.f_code.co_filename.startswith(ROOMS)) or (
            event == "c_call" and what.__name__ in OPERATIONS and frame.f_code.co_filename.startswith(ROOMS)
        ):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def in_child(work: Callable[[], Any], kill_at: int | None = None) -> tuple[int, Any]:
    """Exit code of a child that does the work, and its number of steps (None where it was killed)."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def body() -> None:
        sender.send(steps(kill_at, work))

    child = context.Process(target=body)
    child.start()
    sender.close()
    child.join()
    try:
        told = receiver.recv()
    except EOFError:
        told = None
    return child.exitcode or 0, told


def stage(root: Path) -> tuple[Path, Path]:
    """A landing zone and a warehouse that served one night, with more landed since."""
    landing = root / "landing"
    for number, body in enumerate(BODIES):
        support.write(landing, {f"{number}.txt": strategies.document("", NIGHT - timedelta(9 - number), body)})
    in_child(lambda: support.night(landing, root / "warehouse"))
    for number, body in enumerate(BODIES):
        told = {f"again/{number}.txt": strategies.document("Ещё раз", NIGHT - timedelta(5 - number), body)}
        support.write(landing, told)
    support.write(
        landing, {"bad.txt": b"\x00\xff" * 99, "twin.txt": strategies.document("", NIGHT - timedelta(9), BODIES[0])}
    )
    return landing, root / "warehouse"


def nightly(landing: Path, warehouse: Path) -> Callable[[], Any]:
    return lambda: support.night(landing, warehouse)


def backfill(landing: Path, warehouse: Path) -> Callable[[], Any]:
    return lambda: support.backfill(warehouse, NIGHT - timedelta(30), NIGHT, "all", landing=landing)


def told_by(warehouse: Path) -> tuple[str, list[Any], list[Any], list[Any]]:
    with support.duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        files = connection.execute("SELECT source_path, disposition, reason FROM meta.files ORDER BY ALL").fetchall()
        documents = connection.execute("SELECT count(*), count(DISTINCT raw_file) FROM raw.documents").fetchall()
        state = connection.execute("SELECT reuse_data_version = data_version FROM meta.state").fetchall()
    return support.content_hash(warehouse), files, documents[0][:1], state


def campaign(root: Path, kind: Callable[[Path, Path], Callable[[], Any]], points: int) -> None:
    landing, before = stage(root)
    whole = root / "whole"
    shutil.copytree(before, whole, symlinks=True)
    code, count = in_child(kind(landing, whole))
    assert code == 0
    assert count > 100
    wanted = told_by(whole)
    for point in sorted({1 + (count - 1) * number // max(points - 1, 1) for number in range(points)}):
        warehouse = root / f"killed-at-{point}"
        shutil.copytree(before, warehouse, symlinks=True)
        code, _ = in_child(kind(landing, warehouse), point)
        assert code == -signal.SIGKILL, f"not killed at {point} of {count}"
        # A reader at this very moment: a whole version, the old one or the new one.
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
    campaign(tmp_path, kind, points=8)


@pytest.mark.long
@pytest.mark.parametrize("kind", [nightly, backfill])
def test_a_crash_costs_only_time_long(tmp_path: Path, kind: Callable[[Path, Path], Callable[[], Any]]) -> None:
    campaign(tmp_path, kind, points=250)
