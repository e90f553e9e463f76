"""Law 6 on a full disk: a clear line, the old version served, and the next run completes.

A small file system in memory is mounted for the test, which takes the right to mount; skipped, saying so, where that is missing.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import support
from tests.flows.test_cli import firstprint
from tests.laws import strategies

# Room for a warehouse of a few articles; what is left of it is filled up.
SIZE = 64 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


# Nothing left, and enough for most of what a night writes; the steps between are the long campaign's.
LONG = (300_000, 1_500_000, 3_000_000)


@pytest.mark.parametrize("left", [0, 6_000_000, *(pytest.param(left, marks=pytest.mark.long) for left in LONG)])
def test_a_full_disk(disk: Path, tmp_path: Path, left: int) -> None:
    body = ["Город получил новый мост через реку, его строили три года.", "Движение откроют утром в понедельник."]
    landing = support.write(
        tmp_path / "landing", {"0.txt": strategies.document("", support.NIGHT - timedelta(2), body)}
    )
    warehouse = disk / "warehouse"
    support.night(landing, warehouse)
    for number in range(400):
        text = [f"{sentence} Номер {number}, " + " ".join(strategies.WORDS[number % 90 :]) for sentence in body]
        support.write(landing, {f"{number + 1}.txt": strategies.document(f"№ {number}", support.NIGHT, text)})
    free = shutil.disk_usage(disk).free
    (disk / "filler").write_bytes(b"\0" * max(free - left, 0))
    told = ("nightly", "--bare", "--landing", str(landing), "--warehouse", str(warehouse))
    full = firstprint(*told)
    if full.returncode:
        assert full.returncode in (1, 2), full.stderr
        first = full.stderr.strip().splitlines()[-1]
        assert first.startswith("firstprint: ")
        assert "defect" not in first, full.stderr
        assert support.query(warehouse, "SELECT count(*) FROM articles") == [(1,)]
    else:
        assert left >= 3_000_000
    (disk / "filler").unlink()
    again = firstprint(*told)
    assert again.returncode == 0, again.stderr
    assert support.query(warehouse, "SELECT count(*) FROM articles") == [(401,)]
