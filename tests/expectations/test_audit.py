"""The audit: what it gives, and that it leaves nothing behind."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.audit import AuditContext, AuditError, Figures, _table, audit, figures

ONE = {"articles.row_count.not_empty"}
REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_candidate_is_not_changed_and_can_be_written_to_afterwards(healthy: Path, tmp_path: Path) -> None:
    candidate = tmp_path / "candidate.duckdb"
    shutil.copy(healthy, candidate)
    before = (hashlib.sha256(candidate.read_bytes()).hexdigest(), candidate.stat().st_mtime_ns)
    found = audit(candidate, context=AuditContext())
    assert (hashlib.sha256(candidate.read_bytes()).hexdigest(), candidate.stat().st_mtime_ns) == before
    assert [file.name for file in tmp_path.iterdir()] == [candidate.name]
    with duckdb.connect(str(candidate)) as connection:
        frame = found.checks
        connection.execute("INSERT INTO checks SELECT * FROM frame")
        assert connection.execute("SELECT count(*) FROM checks").fetchall() == [(frame.height,)] != [(0,)]


def test_another_process_can_write_afterwards(healthy: Path, tmp_path: Path) -> None:
    candidate = tmp_path / "candidate.duckdb"
    shutil.copy(healthy, candidate)
    audit(candidate, context=AuditContext(), only=ONE)
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('CREATE TABLE written (n INTEGER)')"
    subprocess.run([sys.executable, "-c", write, str(candidate)], check=True)


def test_a_candidate_that_was_spoiled_since_is_read_anew(healthy: Path, tmp_path: Path) -> None:
    candidate = tmp_path / "candidate.duckdb"
    shutil.copy(healthy, candidate)
    assert not audit(candidate, context=AuditContext(), only=ONE).failed
    with duckdb.connect(str(candidate)) as connection:
        connection.execute("DELETE FROM articles")
    assert audit(candidate, context=AuditContext(), only=ONE).failed


@pytest.mark.parametrize("folder", ["with space", "$HOME", "100%25", "қазақша", "it's", "a{b}c", "a;b&c=d"])
def test_paths_of_any_letters(folder: str, healthy: Path, tmp_path: Path) -> None:
    candidate = tmp_path / folder / "candidate.duckdb"
    candidate.parent.mkdir()
    shutil.copy(healthy, candidate)
    assert not audit(candidate, context=AuditContext(previous=candidate), only=ONE).failed


def test_what_cannot_be_audited(tmp_path: Path, healthy: Path) -> None:
    with pytest.raises(AuditError, match="is not there"):
        audit(tmp_path / "nothing.duckdb", context=AuditContext())
    assert list(tmp_path.iterdir()) == []  # and none was made
    rubbish = tmp_path / "rubbish.duckdb"
    rubbish.write_bytes(b"no database" * 1000)
    with pytest.raises(AuditError, match="cannot be audited"):
        audit(rubbish, context=AuditContext())
    with pytest.raises(AuditError, match="cannot be read"):
        figures(rubbish)
    with pytest.raises(ValueError, match=r"no such rules: no\.such"):
        audit(healthy, context=AuditContext(), only={"no.such"})


def test_figures(healthy: Path) -> None:
    assert figures(healthy) == Figures(article_count=27, largest_story=3)


def test_a_rule_that_cannot_be_run_is_broken(spoiled: Callable[[str], Path]) -> None:
    found = audit(spoiled("ALTER TABLE stories DROP COLUMN days"), context=AuditContext(), only={"stories.recomputed"})
    assert found.failed
    assert found.checks["observed"].item().startswith("could not be checked: ")


def test_the_report_names_the_rows(spoiled: Callable[[str], Path]) -> None:
    candidate = spoiled("UPDATE articles SET source_path = 'a|b/' || title, published_on = DATE '2030-01-01'")
    report = audit(candidate, context=AuditContext(), only={"articles.published_on.not_future"}).report_markdown()
    assert report.startswith("# Audit failed")
    assert "The first 20 of 27 rows" in report
    assert "a\\|b/Title of copy" in report
    assert "FROM articles" in report  # the SQL that finds the others


def test_the_same_candidate_gives_the_same_checks(spoiled: Callable[[str], Path]) -> None:
    candidate = spoiled("UPDATE articles SET language = 'und'; DELETE FROM passages")
    runs = [audit(candidate, context=AuditContext(threads=threads)) for threads in (1, 2)]
    assert runs[0].checks.equals(runs[1].checks)
    assert runs[0].offenders == runs[1].offenders
    assert runs[0].report_markdown() == runs[1].report_markdown()


def test_results_are_ready_for_json(spoiled: Callable[[str], Path]) -> None:
    found = audit(spoiled("UPDATE articles SET published_on = NULL"), context=AuditContext())
    results = json.loads(json.dumps(found.results))
    rules = [one["expectation_config"]["meta"]["rule"] for table in results.values() for one in table["results"]]
    assert sorted(rules) == found.checks["rule"].to_list()


def test_nothing_is_said_and_nothing_is_left_behind(healthy: Path, tmp_path: Path) -> None:
    """In a process of its own, with a home and a working folder that are empty before and after."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    code = (
        "import sys, logging\nfrom pathlib import Path\nfrom expectations.audit import AuditContext, audit\n"
        "assert not {'great_expectations', 'sqlalchemy', 'duckdb'} & set(sys.modules), 'imported too early'\n"
        "logging.basicConfig(level=logging.INFO)\n"
        "audit(Path(sys.argv[1]), context=AuditContext())\n"
    )
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code, str(healthy)],
        cwd=here, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")
    assert list(home.iterdir()) == []
    assert list(here.iterdir()) == []


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers()), min_size=2, max_size=2), max_size=4))
def test_a_cell_never_breaks_its_table(rows: list[list[object]]) -> None:
    lines = _table(["a", "b"], rows)
    assert len(lines) == len(rows) + 2
    assert all(len(line.splitlines()) == 1 for line in lines)
    for line in lines:
        assert line.replace("\\\\", "").replace("\\|", "").count("|") == 3
