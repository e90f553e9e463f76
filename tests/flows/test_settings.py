"""The settings: what decides the marts changes their fingerprint, what does not does not; the README tells them all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.errors import ConfigurationError
from flows.settings import Settings, code_version, told
from tests import support

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", told(), ids=lambda row: str(row[0]))
def test_the_readme_tells_it(row: tuple[str, str, str]) -> None:
    name, meaning, default = row
    assert f"| `FIRSTPRINT_{name.upper()}` | {meaning} | `{default}` |" in README


@pytest.mark.parametrize(
    "told", [{"timezone": "UTC"}, {"min_letters": 21}, {"max_bytes": 1000}, {"columns": {"text": ["body"]}}]
)
def test_what_decides_the_marts_changes_the_fingerprint(told: dict[str, object]) -> None:
    assert Settings(**told).fingerprint() != Settings().fingerprint()  # type: ignore[arg-type]


@pytest.mark.parametrize("told", [{"threads": 1}, {"batch_rows": 7}, {"keep_versions": 3}, {"warehouse": Path("else")}])
def test_what_does_not_does_not(told: dict[str, object]) -> None:
    assert Settings(**told).fingerprint() == Settings().fingerprint()  # type: ignore[arg-type]


def test_a_table_of_outlets_counts_by_its_content(tmp_path: Path) -> None:
    table = tmp_path / "outlets.csv"
    table.write_text("name,kind,names,domains\n", encoding="utf-8")
    first = Settings(outlets=table).fingerprint()
    table.write_text("name,kind,names,domains\nA,site,,a.example\n", encoding="utf-8")
    assert Settings(outlets=table).fingerprint() != first
    with pytest.raises(ConfigurationError, match="FIRSTPRINT_OUTLETS"):
        Settings(outlets=tmp_path / "none.csv").fingerprint()


def test_the_environment_and_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTPRINT_MIN_LETTERS", "33")
    assert Settings.load().min_letters == 33
    assert Settings.load(min_letters=44).min_letters == 44
    monkeypatch.setenv("FIRSTPRINT_MIN_LETTERS", "many")
    with pytest.raises(ConfigurationError, match="FIRSTPRINT_MIN_LETTERS"):
        Settings.load()


def test_the_code_has_one_version() -> None:
    assert code_version() == code_version()
    assert code_version().startswith("0.")


def test_records_are_read_by_the_columns_that_are_told(tmp_path: Path) -> None:
    record = {"Rumpf": "The river rose again this morning, and the old bridge was closed.", "Tag": "2025-11-20"}
    landing = support.write(tmp_path / "landing", {"dump.jsonl": json.dumps(record).encode()})
    support.night(landing, tmp_path / "warehouse", columns={"text": ["Rumpf"], "date": ["Tag"]})
    told = "SELECT source_path, CAST(published_on AS VARCHAR), published_on_source FROM articles"
    ((path, day, source),) = support.query(tmp_path / "warehouse", told)
    assert path.startswith("dump.jsonl!")
    assert (day, source) == ("2025-11-20", "header")
