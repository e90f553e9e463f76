"""Laws 1, 2 and 3 over generated landings: conservation, idempotence, and that order does not matter."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import support
from tests.laws import strategies

# A night takes about a second here; the long campaign looks harder.
LAWS = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
LONG = settings(LAWS, max_examples=300)


def conserved(landing: Path, warehouse: Path, run: support.pipeline.Run) -> None:
    """Every landed file has one disposition and the counts add up, run by run and in the manifest."""
    landed = {str(path.relative_to(landing)) for path in landing.rglob("*") if path.is_file()}
    assert run.files == len(landed)
    with support.duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        told = dict(connection.execute("SELECT source_path, disposition FROM meta.files").fetchall())
        assert set(told) == landed
        row = connection.execute(
            "SELECT files, loaded, unchanged, duplicate, quarantined FROM meta.runs WHERE run_id = ?", [run.run_id]
        ).fetchall()[0]
        assert row == (len(landed), *run.counts.values())
        assert row[0] == sum(row[1:])
        loaded = {name for name, disposition in told.items() if disposition == "loaded"}
        assert connection.execute("SELECT count(*) FROM staging.articles").fetchall() == [(len(loaded),)]
    if (warehouse / "marts.duckdb").exists():
        quarantined = {name for (name,) in support.query(warehouse, "SELECT source_path FROM quarantine")}
        assert quarantined == {name for name, disposition in told.items() if disposition == "quarantined"}
        assert support.query(warehouse, "SELECT count(*) FROM articles") == [(len(loaded),)]


def check_conservation_and_idempotence(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        landing, warehouse = support.write(Path(folder) / "landing", files), Path(folder) / "warehouse"
        first = support.night(landing, warehouse, audited=True)
        conserved(landing, warehouse, first)
        # Whatever lands, the night is published.
        assert first.outcome == "published" or not first.counts["loaded"]
        served = (warehouse / "marts.duckdb").resolve()
        second = support.night(landing, warehouse)
        conserved(landing, warehouse, second)
        assert second.counts["loaded"] == 0
        assert second.derived == 0
        assert second.outcome == "nothing"
        assert (warehouse / "marts.duckdb").resolve() == served


def check_order(files: dict[str, bytes], cuts: list[int], again: bool) -> None:
    """The files of one landing over several nights, in the drawn order, with backfills between, equal one night."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        support.night(support.write(root / "landing", files), root / "once")
        late = root / "late"
        late.mkdir()
        order = sorted(files, key=lambda name: cuts[sum(name.encode()) % len(cuts)])
        for number, name in enumerate(order):
            support.write(late, {name: files[name]})
            if cuts[number % len(cuts)] % 2:
                support.night(late, root / "often", support.NIGHT - timedelta(days=cuts[number % len(cuts)]))
        support.night(late, root / "often")
        if again:
            day = support.NIGHT - timedelta(days=30)
            support.backfill(root / "often", day, support.NIGHT, "all")
        if not (root / "once" / "marts.duckdb").exists():
            assert not (root / "often" / "marts.duckdb").exists()
            return
        assert support.marts(root / "often") == support.marts(root / "once")
        assert support.content_hash(root / "often") == support.content_hash(root / "once")


@LAWS
@given(strategies.landings())
def test_conservation_and_idempotence(files: dict[str, bytes]) -> None:
    check_conservation_and_idempotence(files)


@LAWS
@given(
    strategies.landings(max_files=7), st.lists(st.integers(0, 25), min_size=3, max_size=7, unique=True), st.booleans()
)
def test_order_does_not_matter(files: dict[str, bytes], cuts: list[int], again: bool) -> None:
    check_order(files, cuts, again)


@pytest.mark.long
@LONG
@given(strategies.landings(max_files=40))
def test_conservation_and_idempotence_long(files: dict[str, bytes]) -> None:
    check_conservation_and_idempotence(files)


@pytest.mark.long
@LONG
@given(
    strategies.landings(max_files=20), st.lists(st.integers(0, 25), min_size=3, max_size=20, unique=True), st.booleans()
)
def test_order_does_not_matter_long(files: dict[str, bytes], cuts: list[int], again: bool) -> None:
    check_order(files, cuts, again)


def test_an_older_original_that_arrives_late_becomes_the_first_print(tmp_path: Path) -> None:
    body = [
        "Жаңа көпір бүгін ашылды, оны мыңдаған адам көрді.",
        "Құрылыс екі жылға созылды деп хабарлады әкімдік өкілі.",
    ]
    body *= 2
    landing = support.write(
        tmp_path / "landing", {"b.txt": strategies.document("", support.NIGHT - timedelta(3), body)}
    )
    support.night(landing, tmp_path / "warehouse")
    ((early,),) = support.query(tmp_path / "warehouse", "SELECT story_id FROM articles")
    support.write(landing, {"a.txt": strategies.document("Көпір", support.NIGHT - timedelta(9), body)})
    support.night(landing, tmp_path / "warehouse")
    told = support.query(
        tmp_path / "warehouse", "SELECT source_path, is_first_print, story_id FROM articles ORDER BY 1"
    )
    assert [(path, first) for path, first, _ in told] == [("a.txt", True), ("b.txt", False)]
    assert told[0][2] == told[1][2] != early


def test_the_least_of_what_was_seen_decides(tmp_path: Path) -> None:
    """The same bytes at two paths are one article, under the lesser path whichever came first."""
    content = strategies.document("", support.NIGHT - timedelta(3), ["Река вышла из берегов ночью, вода стоит высоко."])
    landing = support.write(tmp_path / "landing", {"b.txt": content})
    support.night(landing, tmp_path / "warehouse")
    support.write(landing, {"a/z.txt": content})
    run = support.night(landing, tmp_path / "warehouse")
    assert run.counts == {"loaded": 0, "unchanged": 1, "duplicate": 1, "quarantined": 0}
    assert support.query(tmp_path / "warehouse", "SELECT source_path FROM articles") == [("a/z.txt",)]
    shutil.rmtree(landing / "a")
    support.night(landing, tmp_path / "warehouse")
    assert support.query(tmp_path / "warehouse", "SELECT source_path FROM articles") == [("a/z.txt",)]


def test_a_folder_that_is_named_by_a_site_tells_the_outlet_and_the_lesser_one_wins(tmp_path: Path) -> None:
    content = strategies.document("", support.NIGHT - timedelta(3), ["Река вышла из берегов ночью, вода стоит высоко."])
    landing = support.write(tmp_path / "landing", {"mayak.example/2025-11-28/1.txt": content})
    support.night(landing, tmp_path / "warehouse")
    assert support.query(tmp_path / "warehouse", "SELECT outlet FROM articles") == [("mayak.example",)]
    support.write(landing, {"berega.example/1.txt": content})
    support.night(landing, tmp_path / "warehouse")
    assert support.query(tmp_path / "warehouse", "SELECT outlet FROM articles") == [("berega.example",)]
    support.night(landing, tmp_path / "once")
    assert support.content_hash(tmp_path / "once") == support.content_hash(tmp_path / "warehouse")


def test_an_archive_that_is_named_by_a_site_tells_the_outlet_and_the_lesser_one_wins(tmp_path: Path) -> None:
    content = strategies.document("", support.NIGHT - timedelta(3), ["Река вышла из берегов ночью, вода стоит высоко."])
    landing = tmp_path / "landing"
    told = []
    for site in ("mayak.example", "berega.example"):
        landing.mkdir(exist_ok=True)
        with zipfile.ZipFile(landing / f"{site}.zip", "w") as archive:
            archive.writestr("1.txt", content)
        support.night(landing, tmp_path / "warehouse")
        told += support.query(tmp_path / "warehouse", "SELECT outlet, source_path FROM articles")
    assert told == [(site, f"{site}.zip!1.txt") for site in ("mayak.example", "berega.example")]
    support.night(landing, tmp_path / "once")
    assert support.content_hash(tmp_path / "once") == support.content_hash(tmp_path / "warehouse")


@pytest.mark.parametrize(("folder", "words", "foot"), [("mayak.example", 25, 3), ("mayak", 45, 6)])
def test_brief_pages_of_a_site_are_stories_of_their_own_on_the_first_night(
    tmp_path: Path, folder: str, words: int, foot: int
) -> None:
    """Nothing has come back for weeks yet, and no page tells its address. Either the folder does, or what they share in one piece
    is taken for the frame of one site."""
    below = " ".join(
        f"Редакция {word} отвечает читателям каждый день и просит писать о том, что они видели на реке и в {word}."
        for word in strategies.WORDS[20 : 20 + foot]
    )
    items = [strategies.WORDS[at : at + words] for at in (0, 45, 90)]
    files = {
        f"{folder}/{number}.txt": "\n".join(
            ["Главная", "Новости", " ".join(item[:6]).capitalize(), "18.11.2025 10:39", " ".join(item[6:]) + ".", below]
        ).encode()
        for number, item in enumerate(items)
    }
    support.night(support.write(tmp_path / "landing", files), tmp_path / "warehouse")
    told = support.query(tmp_path / "warehouse", "SELECT count(*), count(DISTINCT story_id) FROM articles")
    assert told == [(3, 3)]
