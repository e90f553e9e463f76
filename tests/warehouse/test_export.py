"""Parquet exports: every row of every mart, read by others as DuckDB has it; whole or not at all; equal marts, equal bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from tests import support
from warehouse import describe, export, sqlfiles
from warehouse.export import export_parquet

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "landing"
DATED = {
    "articles": "published_on",
    "first_prints": "published_on",
    "article_languages": "published_on",
    "daily_languages": "day",
    "daily_outlets": "day",
    "changes": "day",
    "reuse": "published_on",
    "passages": "published_on",
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, published."""
    warehouse = tmp_path_factory.mktemp("export") / "warehouse"
    assert support.night(SAMPLE, warehouse).outcome == "published"
    return (warehouse / "marts.duckdb").resolve()


@pytest.fixture(scope="module")
def exported(version: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_parquet(version, tmp_path_factory.mktemp("out"))


@pytest.fixture
def marts(version: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(version), read_only=True) as connection:
        yield connection


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_duckdb_reads_every_row_of_every_mart(exported: Path, marts: duckdb.DuckDBPyConnection) -> None:
    assert exported.name == f"{Path(marts.execute('FROM duckdb_databases()').pl()['path'][0]).stem}.parquet"
    told = describe.describe(marts)
    assert sorted(path.name for path in exported.iterdir()) == sorted(mart.name for mart in told)
    for mart in told:
        columns = ", ".join(f'"{column.name}"' for column in mart.columns)
        files = f"read_parquet('{exported}/{mart.name}/**/*.parquet', hive_partitioning = true)"
        left = marts.execute(f"SELECT {columns} FROM {files} ORDER BY ALL").fetchall()
        right = marts.execute(f"SELECT {columns} FROM {mart.name} ORDER BY ALL").fetchall()
        assert left == right, mart.name


@pytest.mark.parametrize("mart", DATED)
def test_the_folder_names_the_day_of_its_rows(exported: Path, marts: duckdb.DuckDBPyConnection, mart: str) -> None:
    days = f"SELECT {DATED[mart]} AS day, count(*) FROM {mart} GROUP BY day ORDER BY day"
    found = [
        (date.fromisoformat(path.parent.name.removeprefix("day=")), pq.read_metadata(path).num_rows)
        for path in sorted((exported / mart).rglob("*.parquet"))
    ]
    assert found == marts.execute(days).fetchall()
    assert found
    assert {path.name for path in (exported / mart).rglob("*.parquet")} == {"part.parquet"}


def test_polars_and_pandas_read_it_as_the_database_has_it(exported: Path, marts: duckdb.DuckDBPyConnection) -> None:
    daily = marts.execute("SELECT day, language, articles FROM daily_languages ORDER BY ALL").pl()
    told = pl.read_parquet(exported / "daily_languages", hive_partitioning=True)
    assert told.select(daily.columns).sort(daily.columns).equals(daily)
    month = pl.scan_parquet(exported / "articles", hive_partitioning=True).filter(pl.col("day") == daily["day"][0])
    assert month.collect().height == daily.filter(pl.col("day") == daily["day"][0])["articles"].sum()
    frame = pd.read_parquet(exported / "daily_languages")
    frame["day"] = pd.to_datetime(frame["day"].astype(str)).dt.date
    counted = frame.sort_values(["day", "language"])[["day", "language", "articles"]]
    assert list(counted.itertuples(index=False, name=None)) == daily.rows()


def test_types_nulls_and_comments_are_in_the_files(exported: Path) -> None:
    (path, *_) = sorted((exported / "articles").rglob("*.parquet"))
    schema = pq.read_schema(path)
    told = next(mart for mart in describe.shipped() if mart.name == "articles")
    assert [(f.name, f.nullable, f.metadata[b"comment"].decode()) for f in schema] == [
        (column.name, column.nullable, column.comment) for column in told.columns
    ]
    assert schema.metadata[b"comment"].decode() == told.comment
    assert [str(schema.field(name).type) for name in ("published_on", "published_at", "word_count", "text")] == [
        "date32[day]",
        "timestamp[us]",
        "int64",
        "string",
    ]


def test_equal_marts_give_equal_bytes(
    version: Path, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever order the database keeps the rows in, and however much is read at a time."""
    other = tmp_path / version.name
    rng = random.Random(7)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{version}' AS old (READ_ONLY)")
        connection.execute(f"ATTACH '{other}' AS new")
        connection.execute("USE new")
        connection.execute(sqlfiles.sql("marts/schema"))
        for mart in describe.describe(connection):
            if mart.kind == "table":
                connection.execute(
                    f"CREATE TEMP TABLE told AS SELECT *, row_number() OVER () AS n FROM old.{mart.name}"
                )
                (count,) = connection.execute("SELECT count(*) FROM told").fetchall()[0]
                places = rng.sample(range(count), count)
                connection.register(
                    "places",
                    pl.DataFrame(
                        {"n": range(1, count + 1), "place": places}, schema={"n": pl.Int64, "place": pl.Int64}
                    ),
                )
                connection.execute(
                    f"INSERT INTO {mart.name} SELECT t.* EXCLUDE (n) FROM told AS t JOIN places USING (n) ORDER BY place"
                )
                connection.execute("DROP TABLE told")
    with duckdb.connect(str(other), read_only=True) as connection:
        assert (
            connection.execute("FROM articles").fetchall()
            != connection.execute("FROM articles ORDER BY published_on, article_id").fetchall()
        )
    monkeypatch.setattr(export, "_ROWS", 3)
    assert tree(export_parquet(other, tmp_path)) == tree(exported)


def test_an_export_that_is_there_is_left_alone(exported: Path, version: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}
    assert export_parquet(version, exported.parent) == exported
    assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before


def test_a_failure_leaves_nothing_and_a_crash_is_cleared(
    version: Path, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up in the middle; and what a killed run left is neither taken for an export nor left."""
    write, written = export.pq.write_table, []

    def full(table: object, path: Path, **more: object) -> None:
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        write(table, path, **more)
        written.append(path)

    with monkeypatch.context() as patched:
        patched.setattr(export.pq, "write_table", full)
        with pytest.raises(OSError, match="No space left"):
            export_parquet(version, tmp_path)
    assert len(written) == 5
    assert list(tmp_path.iterdir()) == []
    litter = tmp_path / ".marts-000000.parquet.tmp" / "articles"
    litter.mkdir(parents=True)
    (litter / "part.parquet").write_bytes(b"PAR1")
    assert tree(export_parquet(version, tmp_path)) == tree(exported)
    assert [path.name for path in tmp_path.iterdir()] == [exported.name]


def test_everything_is_durable_before_it_has_its_name(
    version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    put = export.files.put_in_place
    for name in ("sync_file", "sync_folder"):
        monkeypatch.setattr(export.files, name, synced.append)

    def look(temporary: Path, final: Path) -> None:
        assert set(temporary.rglob("*")) | {temporary} == set(synced)
        assert not final.exists()
        put(temporary, final)

    monkeypatch.setattr(export.files, "put_in_place", look)
    final = export_parquet(version, tmp_path)
    assert final.is_dir()
    assert synced[-1] == tmp_path


def test_marts_without_rows_are_exported_with_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "marts-000001.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(sqlfiles.sql("marts/schema"))
    final = export_parquet(path, tmp_path)
    assert pl.read_parquet(final / "articles").height == 0
    assert "title" in pl.read_parquet(final / "articles").columns
    assert pl.read_parquet_schema(final / "daily_languages" / "part.parquet")["day"] == pl.Date
    assert sorted(path.name for path in final.iterdir()) == sorted(mart.name for mart in describe.shipped())


def test_the_link_is_followed(version: Path, tmp_path: Path) -> None:
    link = tmp_path / "marts.duckdb"
    link.symlink_to(version)
    assert export_parquet(link, tmp_path).name == f"{version.stem}.parquet"


def twice(tmp_path: Path) -> tuple[Path, Path]:
    """A warehouse, exported after each of two nights: the folder of versions, and that of its landing zone."""
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    for number, text in enumerate(
        (
            "The bridge over the northern canal opens on Monday after three years of work and two of delay.",
            "Nobody had expected the second wave of the flood to come so soon after the first one had gone.",
            "Cyclists are asked to walk until the end of the month, and buses take the old road as before.",
        )
    ):
        support.write(landing, {f"{number}.txt": f" date 2025-11-{20 + number // 2} {text}".encode()})
        if number:
            support.night(landing, warehouse, export="parquet")
    return warehouse / "versions", landing


def same_file(one: Path, other: Path) -> bool:
    return one.stat().st_ino == other.stat().st_ino


def test_days_without_change_are_the_files_of_the_export_before(tmp_path: Path) -> None:
    versions, _ = twice(tmp_path)
    old, new = versions / "marts-000001.parquet", versions / "marts-000002.parquet"
    for mart in ("articles", "first_prints", "article_languages", "daily_languages", "daily_outlets"):
        first, second = (Path(mart, f"day=2025-11-{day}", "part.parquet") for day in (20, 21))
        assert same_file(old / first, new / first), mart
        assert not (old / second).exists()
        assert (new / second).stat().st_nlink == 1, mart
    # What is shared is what would have been written.
    alone = tmp_path / "alone"
    alone.mkdir()
    assert tree(export_parquet(versions / "marts-000002.duckdb", alone)) == tree(new)
    # The older export may go: its names go, the files stay.
    export.shutil.rmtree(old)
    assert tree(new) == tree(alone / new.name)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE articles SET landed_at = landed_at + INTERVAL 1 DAY WHERE published_on = DATE '2025-11-20'",
        "UPDATE internal.day_hashes SET hash = hash + 1 WHERE mart = 'articles' AND day = DATE '2025-11-20'",
    ],
)
def test_a_day_with_another_row_is_written_anew(sql: str, tmp_path: Path) -> None:
    versions, _ = twice(tmp_path)
    old, new = versions / "marts-000001.duckdb", versions / "marts-000002.parquet"
    export.shutil.rmtree(new)
    old.chmod(0o644)
    with duckdb.connect(str(old)) as connection:
        connection.execute(sql)
    export_parquet(versions / "marts-000002.duckdb", versions)
    assert (new / "articles" / "day=2025-11-20" / "part.parquet").stat().st_nlink == 1
    assert (new / "article_languages" / "day=2025-11-20" / "part.parquet").stat().st_nlink == 2


@pytest.mark.parametrize("what", ["writer", "format", "links", "code"])
def test_files_that_would_be_written_otherwise_now_are_not_taken(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another pyarrow, another form of the files, a file system without second names, other code behind the marts."""
    versions, _ = twice(tmp_path)
    new = versions / "marts-000002.parquet"
    before = tree(new)
    export.shutil.rmtree(new)
    if what == "writer":
        monkeypatch.setattr(export, "_WRITER", "parquet-cpp-arrow version 1.0.0")
    elif what == "format":
        monkeypatch.setattr(export, "_FORMAT", "0")
    elif what == "links":

        def refused(*_: object) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(export.os, "link", refused)
    else:
        old = versions / "marts-000001.duckdb"
        old.chmod(0o644)
        with duckdb.connect(str(old)) as connection:
            connection.execute("UPDATE publication SET code_version = 'another'")
    export_parquet(versions / "marts-000002.duckdb", versions)
    assert {path.stat().st_nlink for path in new.rglob("*.parquet")} == {1}
    assert (tree(new) == before) is (what != "format")


# Texts that want to be something else than text. The reader would refuse some of them; an export has to bear them all.
HOSTILE = (
    'it\'s "quoted" \\ ;DROP TABLE articles;--',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "cod\u202eexe.txt\u202c \u2066isolated\u2069 \u200fright",
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x1b[0m\x9b5m \r\n2026-01-01 ERROR forged log line",
    "../../../../tmp/owned/day=1999-01-01/part.parquet",
    "/etc/cron.d/owned",
    "*?[a-z]{1,2} ~ $HOME `id` %s {0} %2e%2e%2f",
)


def test_hostile_texts_stay_text_and_files_stay_in_their_folder(
    version: Path, exported: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    inside = tmp_path / "versions"
    inside.mkdir()
    hostile = Path(export.shutil.copy(version, inside / version.name))
    hostile.chmod(0o644)
    columns = {
        "articles": ("source_path", "title", "byline", "outlet", "origin", "url", "text"),
        "article_languages": ("outlet",),
        "stories": ("first_outlet", "title"),
        "reuse": ("outlet", "source_outlet"),
        "passages": ("outlet", "source_outlet"),
        "daily_outlets": ("outlet",),
        "outlet_flows": ("source_outlet", "reposting_outlet"),
        "quarantine": ("source_path", "detail"),
        "publication": ("run_id",),
    }
    with duckdb.connect(str(hostile)) as connection:
        for mart, names in columns.items():
            for place, name in enumerate(names):
                connection.execute(
                    f"UPDATE {mart} SET {name} = CAST(? AS VARCHAR[])[1 + (rowid + {place}) % {len(HOSTILE)}]",
                    [HOSTILE],
                )
    folder = export_parquet(hostile, inside)
    # Names of files tell marts and days and nothing else: no text can lead out of the folder.
    assert set(tree(folder)) == set(tree(exported))
    assert not [
        name for name in tree(folder) if not re.fullmatch(r"[a-z_]+/(day=\d{4}-\d\d-\d\d/)?part\.parquet", name)
    ]
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
    assert {path.name for path in inside.iterdir()} == {hostile.name, folder.name}
    assert [path.name for path in tmp_path.iterdir()] == ["versions"]
    assert capfd.readouterr() == ("", "")
    with duckdb.connect(str(hostile), read_only=True) as connection:
        for mart, names in columns.items():
            told = pl.read_parquet(folder / mart, hive_partitioning=False).select(names)
            stored = connection.execute(f"SELECT {', '.join(names)} FROM {mart}").fetchall()
            assert sorted(told.rows()) == sorted(stored), mart
            assert {value for row in told.rows() for value in row} <= set(HOSTILE), mart
