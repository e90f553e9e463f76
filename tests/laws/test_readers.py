"""Laws 4 and 5: nothing unaudited is published, and readers neither wait nor fail, whichever run is going on."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests import support
from tests.laws import strategies

# A reader as BI tools are: it connects anew for each query, and asks for what hangs together.
READER = """
import sys, pathlib, duckdb
path, stop = sys.argv[1], pathlib.Path(sys.argv[2])
queries, versions = 0, set()
while not stop.exists():
    with duckdb.connect(path, read_only=True) as connection:
        version, owed = connection.execute("SELECT version, article_count FROM publication").fetchall()[0]
        assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(owed,)], version
        assert connection.execute("SELECT sum(articles) FROM daily_languages").fetchall() == [(owed,)], version
        assert connection.execute("SELECT count(*) FROM checks WHERE severity = 'error' AND NOT success").fetchall() == [(0,)]
        versions.add(version)
        queries += 4
print(queries, len(versions))
"""
READERS = 3
NIGHTS = 5


def test_readers_never_wait_and_never_fail(tmp_path: Path) -> None:
    body = ["Город получил новый мост через реку, его строили три года.", "Движение откроют утром в понедельник."]
    landing = support.write(
        tmp_path / "landing", {"0.txt": strategies.document("", support.NIGHT - timedelta(2), body)}
    )
    warehouse, stop = tmp_path / "warehouse", tmp_path / "stop"
    support.night(landing, warehouse, audited=True)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(warehouse / "marts.duckdb"), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(READERS)
    ]
    for number in range(1, NIGHTS + 1):
        support.write(
            landing, {f"{number}.txt": strategies.document(f"№ {number}", support.NIGHT, [*body, str(number)])}
        )
        assert support.night(landing, warehouse, audited=number == NIGHTS).outcome == "published"
        time.sleep(0.3)
    stop.touch()
    for reader in readers:
        told, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        queries, versions = map(int, told.split())
        assert queries >= 4 * NIGHTS
        assert versions >= 2


def test_a_new_connection_of_a_process_that_holds_the_old_file_sees_the_new_version(tmp_path: Path) -> None:
    landing = support.write(
        tmp_path / "landing", {"0.txt": b" date 2025-11-20 The river rose again this morning in town."}
    )
    support.night(landing, tmp_path / "warehouse")
    path = str(tmp_path / "warehouse" / "marts.duckdb")
    with support.duckdb.connect(path, read_only=True) as old:
        assert old.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]
        support.write(landing, {"1.txt": b" date 2025-11-21 Nobody had expected the second wave to come so soon."})
        support.night(landing, tmp_path / "warehouse")
        with support.duckdb.connect(path, read_only=True) as new:
            assert new.execute("SELECT count(*) FROM articles").fetchall() == [(2,)]
        assert old.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]


def test_a_failed_audit_keeps_the_last_good_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The defect is planted between the building of the candidate and its audit, which runs for real."""
    landing = support.write(
        tmp_path / "landing", {"0.txt": b" date 2025-11-20 The river rose again this morning in town."}
    )
    warehouse = tmp_path / "warehouse"
    support.night(landing, warehouse, audited=True)
    good = (warehouse / "marts.duckdb").resolve()
    support.write(landing, {"1.txt": b" date 2025-11-21 Nobody had expected the second wave to come so soon."})
    build = support.pipeline.publish.build

    def planted(*told: object, **more: object) -> support.pipeline.publish.Candidate:
        candidate = build(*told, **more)  # type: ignore[arg-type]
        with support.duckdb.connect(str(candidate.path)) as connection:
            connection.execute("UPDATE articles SET published_on = DATE '2031-01-01' WHERE source_path = '1.txt'")
        return candidate

    with monkeypatch.context() as patched:
        patched.setattr(support.pipeline.publish, "build", planted)
        with pytest.raises(support.pipeline.AuditFailedError, match=r"nothing was published.*rejected"):
            support.night(landing, warehouse, audited=True)
    assert (warehouse / "marts.duckdb").resolve() == good
    assert support.query(warehouse, "SELECT count(*) FROM articles") == [(1,)]
    (report,) = (warehouse / "rejected").glob("*.md")
    assert "1.txt" in report.read_text(encoding="utf-8")
    assert (warehouse / "rejected" / f"{report.stem}.duckdb").exists()
    assert support.night(landing, warehouse, audited=True).outcome == "published"
    assert support.query(warehouse, "SELECT count(*) FROM articles") == [(2,)]
