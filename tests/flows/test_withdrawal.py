"""Takedowns: the text leaves everything, nothing brings it back, and --undo does."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import support
from tests.laws import strategies
from warehouse.errors import WarehouseError

STORY = "Тайное письмо министра напечатали утром без разрешения автора, весь тираж потом изъяли из киосков."
BODY = [STORY, "К вечеру текст стоял на семи страницах в сети, и никто не знал, откуда он взялся на самом деле."]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An original, two reposts of it, and an article beside them; two versions."""
    landing = tmp_path / "landing"
    for number in range(3):
        day = support.NIGHT - timedelta(9 - number)
        support.write(landing, {f"{number}.txt": strategies.document(f"Заголовок {number}", day, BODY)})
    support.night(landing, tmp_path / "warehouse")
    support.write(landing, {"other.txt": b" date 2025-11-29 The river rose again this morning in the old town."})
    support.night(landing, tmp_path / "warehouse")
    return tmp_path


def first_print(warehouse: Path) -> str:
    ((found,),) = support.query(warehouse, "SELECT story_id FROM stories WHERE article_count = 3")
    return str(found)


def test_it_is_gone_and_the_next_one_is_the_first_print(root: Path) -> None:
    warehouse = root / "warehouse"
    gone = first_print(warehouse)
    assert "2 older versions dropped" in support.withdraw(warehouse, gone)
    told = support.query(warehouse, "SELECT source_path, is_first_print FROM articles ORDER BY 1")
    assert told == [("1.txt", True), ("2.txt", False), ("other.txt", True)]
    assert support.query(warehouse, "SELECT source_path, reason, detail FROM quarantine") == [
        ("0.txt", "withdrawn", "withdrawn: a test")
    ]
    assert support.query(
        warehouse, "SELECT subject, id, change FROM changes WHERE change = 'withdrawn' ORDER BY 1"
    ) == [
        ("article", gone, "withdrawn"),
        ("story", gone, "withdrawn"),
    ]
    assert len(list((warehouse / "versions").glob("*.duckdb"))) == 1


def test_no_byte_of_it_is_left(tmp_path: Path) -> None:
    """The text of the only article that holds it is in no file of the warehouse."""
    word = b"sesquipedalianism"
    landing = support.write(
        tmp_path / "landing", {"0.txt": b" date 2025-11-29 A " + word + b" was seen in the old town hall."}
    )
    support.write(landing, {"other.txt": b" date 2025-11-29 The river rose again this morning in the old town."})
    warehouse = tmp_path / "warehouse"
    support.night(landing, warehouse)
    ((gone,),) = support.query(warehouse, "SELECT article_id FROM articles WHERE source_path = '0.txt'")
    support.withdraw(warehouse, gone)
    holding = [path.name for path in warehouse.rglob("*") if path.is_file() and word in path.read_bytes()]
    assert holding == []
    with support.duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        for schema, table in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            rows = connection.execute(f"SELECT CAST(t AS VARCHAR) FROM {schema}.{table} AS t").fetchall()
            assert not [row for row in rows if word.decode() in row[0]], table
    raw = support.pl.concat([support.pl.read_parquet(path) for path in (warehouse / "raw").iterdir()])
    assert gone not in raw["document_id"].to_list()


def test_nothing_brings_it_back(root: Path) -> None:
    warehouse = root / "warehouse"
    gone = first_print(warehouse)
    support.withdraw(warehouse, gone)
    wanted = support.content_hash(warehouse)
    support.write(root / "landing", {"again/0.txt": (root / "landing" / "0.txt").read_bytes()})
    run = support.night(root / "landing", warehouse)
    assert run.counts["quarantined"] == 2
    support.backfill(warehouse, date(2025, 1, 1), date(2026, 1, 1), "all", landing=root / "landing")
    assert support.query(warehouse, "SELECT count(*) FROM articles WHERE article_id = '" + gone + "'") == [(0,)]
    (root / "landing" / "again" / "0.txt").unlink()
    assert support.query(warehouse, "SELECT count(*) FROM quarantine WHERE reason = 'withdrawn'") == [(2,)]
    assert wanted != support.content_hash(warehouse)  # the second path is told in quarantine


def test_undo(root: Path) -> None:
    warehouse = root / "warehouse"
    before = support.content_hash(warehouse)
    gone = first_print(warehouse)
    support.withdraw(warehouse, gone)
    support.undo_withdrawal(warehouse, gone)
    support.night(root / "landing", warehouse)
    assert support.content_hash(warehouse) == before
    with pytest.raises(WarehouseError, match="nothing to undo"):
        support.undo_withdrawal(warehouse, gone)


def test_an_article_that_is_not_there(root: Path) -> None:
    before = support.content_hash(root / "warehouse")
    with pytest.raises(WarehouseError, match="name one by its article_id"):
        support.withdraw(root / "warehouse", "0" * 64)
    assert support.content_hash(root / "warehouse") == before


def test_the_last_article(tmp_path: Path) -> None:
    """Nothing is left to publish, and what was served is served no more."""
    landing = support.write(
        tmp_path / "landing", {"0.txt": b" date 2025-11-29 The river rose again this morning in town."}
    )
    support.night(landing, tmp_path / "warehouse")
    ((only,),) = support.query(tmp_path / "warehouse", "SELECT article_id FROM articles")
    pages = [tmp_path / "warehouse" / name for name in ("report.html", "quality.html", "report.version")]
    for page in pages:
        page.touch()
    assert "nothing is left to serve" in support.withdraw(tmp_path / "warehouse", only)
    assert not any(page.exists() for page in (*pages, tmp_path / "warehouse" / "marts.duckdb"))
    assert list((tmp_path / "warehouse" / "versions").glob("*.duckdb")) == []


def test_a_night_after_the_last_article_was_withdrawn(root: Path) -> None:
    """An index that is empty, beside flags and copies of what is gone, is as one that was never filled."""
    warehouse = root / "warehouse"
    ids = [gone for (gone,) in support.query(warehouse, "SELECT article_id FROM articles ORDER BY 1")]
    for gone in ids:
        support.withdraw(warehouse, gone)
    assert not (warehouse / "marts.duckdb").exists()
    support.undo_withdrawal(warehouse, ids[0])
    for number in range(2):
        day = support.NIGHT - timedelta(2 - number)
        support.write(root / "landing", {f"late{number}.txt": strategies.document(f"Поздно {number}", day, BODY)})
    support.night(root / "landing", warehouse)
    support.night(root / "landing", root / "once")
    for gone in ids[1:]:
        support.withdraw(root / "once", gone)
    assert support.query(warehouse, "SELECT count(*) FROM reuse") > [(0,)]
    assert support.marts(warehouse) == support.marts(root / "once")
    assert support.content_hash(warehouse) == support.content_hash(root / "once")
