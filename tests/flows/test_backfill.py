"""Backfills: what they derive, what they leave, failures that stay alone, and going on after a kill."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows import pipeline, verification
from tests import support
from tests.laws import strategies

FIRST = support.NIGHT - timedelta(10)


def body(number: int) -> list[str]:
    words = [f"{stem}{number}" for stem in ("река", "город", "мост", "школа", "театр", "рынок", "поезд", "завод")]
    return [f"В {' и '.join(words)} всё тихо.", f"Номер {number} закончил работу в срок, сказал директор {words[3]}."]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ten days with an article each."""
    files = {f"{n}.txt": strategies.document(f"Т {n}", FIRST + timedelta(n), body(n)) for n in range(10)}
    support.night(support.write(tmp_path / "landing", files), tmp_path / "warehouse")
    return tmp_path


def derived_by(warehouse: Path) -> dict[date, str]:
    with support.duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        return dict(connection.execute("SELECT published_on, derived_by FROM staging.articles").fetchall())


def states(warehouse: Path) -> list[str]:
    return [row["state"] for row in json.loads((warehouse / "status.json").read_text())["partitions"]]


def test_the_range_is_half_open(root: Path) -> None:
    run = support.backfill(root / "warehouse", FIRST + timedelta(2), FIRST + timedelta(5))
    assert run.derived == 3
    assert run.outcome == "nothing"


def test_missing_derives_nothing_that_is_there(root: Path) -> None:
    assert support.backfill(root / "warehouse", FIRST, support.NIGHT, "missing").derived == 0


def test_stale_derives_what_other_settings_derived(root: Path) -> None:
    before = derived_by(root / "warehouse")
    run = support.backfill(root / "warehouse", FIRST, FIRST + timedelta(4), "stale", timezone="UTC")
    assert run.derived == 4
    after = derived_by(root / "warehouse")
    assert sum(after[day] != before[day] for day in before) == 4
    assert states(root / "warehouse") == ["fresh"] * 4 + ["stale"] * 6
    assert support.backfill(root / "warehouse", FIRST, FIRST + timedelta(4), "stale", timezone="UTC").derived == 0


def test_the_landed_files_may_be_gone(root: Path) -> None:
    wanted = support.content_hash(root / "warehouse")
    shutil.rmtree(root / "landing")
    assert support.backfill(root / "warehouse", FIRST, support.NIGHT).derived == 10
    assert support.content_hash(root / "warehouse") == wanted


def test_an_archive_is_landed_and_derived(root: Path) -> None:
    archive = support.write(root / "archive", {"old.txt": strategies.document("", date(2019, 5, 1), body(77))})
    run = support.backfill(root / "warehouse", date(2019, 1, 1), date(2020, 1, 1), "missing", landing=archive)
    assert run.outcome == "published"
    assert support.query(root / "warehouse", "SELECT count(*), min(published_on) FROM articles") == [
        (11, date(2019, 5, 1))
    ]


def test_processes_and_direction_change_nothing(root: Path) -> None:
    wanted = support.content_hash(root / "warehouse")
    run = support.backfill(
        root / "warehouse", FIRST, support.NIGHT, backwards=True, max_active=2, batch_rows=2, day=support.NIGHT
    )
    assert run.derived == 10
    assert support.content_hash(root / "warehouse") == wanted


def test_a_document_that_fails_does_not_stop_the_others(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = pipeline.article.parse

    def broken(documents: pl.DataFrame, **told: object) -> pl.DataFrame:
        if "3.txt" in documents["source_path"].to_list():
            raise ZeroDivisionError("three is one too many")
        return parse(documents, **told)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(pipeline.article, "parse", broken)
        run = support.backfill(root / "warehouse", FIRST, support.NIGHT)
    assert run.derived == 9
    told = json.loads((root / "warehouse" / "status.json").read_text())["partitions"]
    assert [(row["state"], row["error"]) for row in told if row["state"] != "fresh"] == [
        ("failed", "ZeroDivisionError: three is one too many")
    ]
    assert support.query(root / "warehouse", "SELECT count(*) FROM articles") == [(10,)]
    assert support.backfill(root / "warehouse", FIRST, support.NIGHT, "failed").derived == 1
    assert states(root / "warehouse") == ["fresh"] * 10


def test_what_is_done_stays_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt ends half way; the second, with the same words, derives the rest."""
    load = pipeline.Store.load_articles
    loaded = []

    def dying(store: pipeline.Store, derived: pl.DataFrame, *told: str) -> None:
        if len(loaded) == 3:
            raise KeyboardInterrupt
        load(store, derived, *told)
        loaded.append(derived.height)

    with monkeypatch.context() as patched:
        patched.setattr(pipeline.Store, "load_articles", dying)
        with pytest.raises(KeyboardInterrupt):
            support.backfill(root / "warehouse", FIRST, support.NIGHT, batch_rows=2)
    assert sum(loaded) == 6
    assert support.backfill(root / "warehouse", FIRST, support.NIGHT, batch_rows=2).derived == 4
    assert support.backfill(root / "warehouse", FIRST, support.NIGHT, batch_rows=2).derived == 10


def test_verification_agrees_and_finds_what_was_changed_by_hand(root: Path) -> None:
    told = support.settings(root / "landing", root / "warehouse")
    assert verification.verify(told).equal
    with support.duckdb.connect(str(root / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE staging.articles SET title = 'Другой' WHERE source_path = '4.txt'")
        connection.execute("UPDATE meta.state SET data_version = data_version + 1")
        connection.execute(
            "INSERT OR REPLACE INTO meta.dirty_days SELECT published_on, (SELECT data_version FROM meta.state)"
            " FROM staging.articles WHERE source_path = '4.txt'"
        )
    support.night(root / "landing", root / "warehouse")
    verdict = verification.verify(told)
    assert not verdict.equal
    found = {(each.table, each.only_in, each.row.get("title")) for each in verdict.differences}
    assert ("articles", "published", "Другой") in found
    assert ("articles", "recomputed", "Т 4") in found
    assert not (root / "warehouse" / "verification").exists()


def test_a_date_in_the_future_is_believed_once_it_has_come(tmp_path: Path) -> None:
    """Until then the file's time counts; after it the marts are as if it had always been believed."""
    landing = support.write(tmp_path / "landing", {"0.txt": b" date 2025-12-24 The river froze over during the night."})
    support.night(landing, tmp_path / "warehouse", date(2025, 12, 1))
    told = "SELECT published_on, published_on_source FROM articles"
    assert support.query(tmp_path / "warehouse", told) == [(date(2025, 11, 20), "modified")]
    support.night(landing, tmp_path / "warehouse", date(2025, 12, 24))
    assert support.query(tmp_path / "warehouse", told) == [(date(2025, 12, 24), "header")]
    support.night(landing, tmp_path / "warehouse", date(2025, 12, 2))
    assert support.query(tmp_path / "warehouse", told) == [(date(2025, 12, 24), "header")]


def test_a_file_time_in_the_future_moves_with_the_horizon(tmp_path: Path) -> None:
    """No date is told and the file's time lies ahead: the day is the horizon's, whatever nights there were before."""
    landing = support.write(tmp_path / "landing", {"0.txt": b"The river froze over during the night, all of it."})
    for day in (date(2025, 11, 1), date(2025, 11, 5), date(2025, 11, 3)):
        support.night(landing, tmp_path / "warehouse", day)
    told = "SELECT published_on, published_on_source FROM articles"
    assert support.query(tmp_path / "warehouse", told) == [(date(2025, 11, 5), "modified")]
    support.night(landing, tmp_path / "warehouse", date(2025, 11, 25))
    assert support.query(tmp_path / "warehouse", told) == [(date(2025, 11, 20), "modified")]
