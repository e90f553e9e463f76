"""What is refused, at different times and places, stops no night and is told once."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from flows import pipeline
from flows.errors import ConfigurationError
from tests import support

TEXT = "Паромщик проверил канат и объявил, что в среду переправа через реку откроется для телег. "


def archive(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return out.getvalue()


def told(warehouse: Path) -> list[tuple[str, str]]:
    return support.query(warehouse, "SELECT source_path, reason FROM quarantine ORDER BY ALL")


def test_one_path_that_is_refused_in_two_landing_zones(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    for number, target in enumerate(("/etc/hostname", "/etc/passwd")):
        landing = support.write(tmp_path / f"landing{number}", {"a.txt": (TEXT * (number + 3)).encode()})
        (landing / "latest.txt").symlink_to(target)
        assert support.night(landing, warehouse, audited=True).outcome == "published"
    assert told(warehouse) == [("latest.txt", "outside")]


def test_what_was_loaded_stays_loaded_whatever_the_limits_are_then(tmp_path: Path) -> None:
    files = {"short.txt": TEXT.encode(), "long.txt": (TEXT * 30).encode()}
    landing, warehouse = support.write(tmp_path / "landing", files), tmp_path / "warehouse"
    support.night(landing, warehouse)
    before = support.marts(warehouse)
    support.write(landing, files, modified=support.MODIFIED - 60)  # looked at again
    run = support.night(landing, warehouse, audited=True, min_letters=500)
    assert run.counts == {"loaded": 0, "unchanged": 2, "duplicate": 0, "quarantined": 0}
    assert support.marts(warehouse) == before
    assert told(warehouse) == []


def test_members_that_a_container_has_no_more_are_forgotten(tmp_path: Path) -> None:
    whole = archive(**{"a.txt": TEXT * 3, "bad.txt": "x"})
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    for content in (whole[: len(whole) // 2], whole, archive(**{"b.txt": TEXT * 4})):
        support.write(landing, {"dump.zip": content})
        # The size differs, so each is looked at.
        run = support.night(landing, warehouse)
    assert told(warehouse) == []
    assert run.files == 1
    assert support.night(landing, warehouse).files == 1


@pytest.mark.parametrize("seconds", [9_223_372_037, 15_032_385_535, -2_000_000_000])
def test_a_file_time_beyond_what_numbers_hold(tmp_path: Path, seconds: int) -> None:
    landing, warehouse = support.write(tmp_path / "landing", {"a.txt": (TEXT * 3).encode()}), tmp_path / "warehouse"
    os.utime(landing / "a.txt", (seconds, seconds))
    assert support.night(landing, warehouse).outcome == "published"
    assert support.night(landing, warehouse).outcome == "nothing"


def test_a_future_date_beside_one_that_cannot_be_is_taken_up_when_it_comes(tmp_path: Path) -> None:
    text = f"date: 01.02.1700\n\n{TEXT * 3}"
    landing = support.write(tmp_path / "landing", {"2026-01-05/a.txt": text.encode(), "b.txt": (TEXT * 9).encode()})
    for day in (date(2025, 11, 25), date(2026, 2, 1)):
        support.night(landing, tmp_path / "twice", day)
    support.night(landing, tmp_path / "once", date(2026, 2, 1))
    assert support.content_hash(tmp_path / "twice") == support.content_hash(tmp_path / "once")


def test_a_warehouse_in_the_landing_zone(tmp_path: Path) -> None:
    landing = support.write(tmp_path / "landing", {"a.txt": TEXT.encode()})
    with pytest.raises(ConfigurationError, match="lies in the landing zone"):
        pipeline.check_folders(support.settings(landing, landing / "warehouse"), landing)


def test_a_landing_zone_whose_name_is_no_text(tmp_path: Path) -> None:
    landing = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xff"))
    support.write(landing, {"a.txt": (TEXT * 3).encode()})
    assert support.night(landing, tmp_path / "warehouse").outcome == "published"
    assert support.night(landing, tmp_path / "warehouse").outcome == "nothing"
