"""Parquet exports: every mart of a version as files, for readers that have no DuckDB.

    versions/marts-<version>.parquet/<mart>/day=YYYY-MM-DD/part.parquet    marts with a day
    versions/marts-<version>.parquet/<mart>/part.parquet                   the others, and a mart with a day that has no rows

A day whose rows are those of the export before is not written again: its file is that file, under a second name.

What belongs here: how marts are cut into files. What does not: what the marts say
(warehouse/marts), when an export is made (flows).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import files, sqlfiles
from warehouse.describe import Mart, describe
from warehouse.publish import DAY_COLUMNS

# The column that tells the day of a row, where a mart has one. Edges and passages have the day of the later article.
_DAY_COLUMNS = ("day", "published_on")
_PART = "part.parquet"
# What pyarrow calls itself in the files it writes: another release may write other bytes.
_WRITER = f"parquet-cpp-arrow version {pa.__version__}"
# The folders are named day=..., and readers make a column of it: a file beside it that has the column, too, confuses pyarrow.
_FOLDER_COLUMN = "day"
# In the files' metadata. To be raised when files come to be written in another way: those of an earlier export are not taken then.
_FORMAT = "1"
# Marts whose days have hashes, with the mart that the hashes are of.
_HASHED = {name: name for name in DAY_COLUMNS} | {"first_prints": "articles"}
# Rows read at a time: articles of 3 kB make 60 MB of it. A day is never cut, so that a file is written in one piece.
_ROWS = 20_000
# Rows of a row group: what readers skip by, and what they hold at once (DuckDB's own default).
_ROW_GROUP = 122_880


def export_parquet(marts: Path, folder: Path) -> Path:
    """Writes every mart of a version as Parquet files, in one step; gives the folder that holds them.

    Takes a version's file (`versions/marts-<version>.duckdb`, or a symlink to it) and the folder to write into, usually the one
    of the version. The export is named as the version; one that is already there is complete, for it gets its name last, and is
    left as it is. Equal marts give equal bytes: rows stand by day and key, whatever order the database keeps them in.

    Raises duckdb.Error where the marts do not read, OSError where the files cannot be written; nothing is left of the export then.
    """
    marts = marts.resolve()
    final = folder / f"{marts.stem}.parquet"
    for litter in folder.glob(".*.parquet.tmp"):  # of a crash: only one run writes at a time
        shutil.rmtree(litter)
    if final.exists():
        return final
    temporary = folder / f".{final.name}.tmp"
    try:
        # No settings: DuckDB refuses a second connection of this process to the same file with other ones.
        with duckdb.connect(str(marts), read_only=True) as connection:
            connection.execute("SET enable_progress_bar = false")
            earlier = _earlier(connection, marts, folder)
            for mart in describe(connection):
                _write_mart(connection, mart, temporary / mart.name, earlier)
        _sync_tree(temporary)
        files.put_in_place(temporary, final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return final


def _earlier(connection: duckdb.DuckDBPyConnection, marts: Path, folder: Path) -> Path | None:
    """The newest other export in the folder whose version stands beside this one, opened as catalog `earlier`; None without one."""
    for export in sorted(folder.glob("marts-*.parquet"), reverse=True):
        version = marts.with_name(f"{export.stem}.duckdb")
        if version != marts and version.exists():
            quoted = str(version).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS earlier (READ_ONLY)")
            code = [
                connection.execute(f"SELECT code_version FROM {of}publication").fetchall() for of in ("", "earlier.")
            ]
            return export if code[0] == code[1] else None
    return None


def _same_days(connection: duckdb.DuckDBPyConnection, mart: Mart, dated: str) -> set[date]:
    """Days of which the mart has the rows that the earlier version has."""
    if mart.name in _HASHED:
        found = connection.execute(sqlfiles.sql("sql/export_same_days"), {"mart": _HASHED[mart.name]})
    else:
        here, there = dated, dated.replace(f"FROM {mart.name}", f"FROM earlier.{mart.name}")
        found = connection.execute(
            f"SELECT export_day FROM {here} EXCEPT SELECT export_day FROM"
            f" ((FROM {here} EXCEPT ALL FROM {there}) UNION ALL (FROM {there} EXCEPT ALL FROM {here}))"
        )
    return {day for (day,) in found.fetchall()}


def _linked(file: Path, part: Path, schema: pa.Schema) -> bool:
    """Gives a file of the earlier export a second name in the folder `part`, where it is one that would be written now.

    False where it is not, or where the file system has no second names.
    """
    try:
        told = pq.read_metadata(file)
        if told.created_by != _WRITER or not told.schema.to_arrow_schema().equals(schema, check_metadata=True):
            return False
        os.link(file, part / file.name)
    except OSError:
        return False
    return True


def _write_mart(connection: duckdb.DuckDBPyConnection, mart: Mart, folder: Path, earlier: Path | None) -> None:
    folder.mkdir(parents=True)
    dated = _dated(mart)
    days = []
    if dated:
        days = connection.execute(
            f"SELECT export_day, count(*) FROM {dated} GROUP BY export_day ORDER BY export_day"
        ).fetchall()
    schema = _schema(connection, mart, foldered=bool(days))
    if not days:
        table = connection.execute(f"FROM {mart.name} {_order(mart.key)}").to_arrow_table()
        _write(table.cast(schema), folder)
    parts = {day: folder / f"{_FOLDER_COLUMN}={day:%Y-%m-%d}" for day, _ in days}
    for part in parts.values():
        part.mkdir()
    same = _same_days(connection, mart, dated) if dated and earlier else set()
    taken = {
        day
        for day in sorted(same)
        if earlier and _linked(earlier / mart.name / parts[day].name / _PART, parts[day], schema)
    }
    for chunk in _chunks([(day, count) for day, count in days if day not in taken]):
        table = connection.execute(
            f"SELECT {_columns(schema.names)} FROM {dated} WHERE export_day BETWEEN ? AND ? AND list_contains(?, export_day)"
            f" {_order(('export_day', *mart.key))}",
            [chunk[0][0], chunk[-1][0], [day for day, _ in chunk]],
        ).to_arrow_table()
        start = 0
        for day, count in chunk:
            _write(table.slice(start, count).combine_chunks().cast(schema), parts[day])
            start += count


def _schema(connection: duckdb.DuckDBPyConnection, mart: Mart, *, foldered: bool) -> pa.Schema:
    """The Arrow schema of the mart's files: DuckDB's types, what may be NULL, and the comments.

    A column that the names of the folders tell is left out.
    """
    types = connection.execute(f"FROM {mart.name} LIMIT 0").to_arrow_table().schema
    return pa.schema(
        [
            pa.field(column.name, types.field(column.name).type, column.nullable, {"comment": column.comment})
            for column in mart.columns
            if not (foldered and column.name == _FOLDER_COLUMN)
        ],
        {"comment": mart.comment, "format": _FORMAT},
    )


def _dated(mart: Mart) -> str | None:
    """The rows of a mart with their day as `export_day`, as a table expression; None for a mart without days."""
    names = {column.name for column in mart.columns}
    day = next((name for name in _DAY_COLUMNS if name in names), None)
    return f"(SELECT *, {day} AS export_day FROM {mart.name})" if day else None


def _chunks(days: list[tuple[date, int]]) -> Iterator[list[tuple[date, int]]]:
    """Days with their counts of rows, in order, in chunks that are read at once."""
    chunk: list[tuple[date, int]] = []
    rows = 0
    for day, count in days:
        chunk.append((day, count))
        rows += count
        if rows >= _ROWS:
            yield chunk
            chunk, rows = [], 0
    if chunk:
        yield chunk


def _columns(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _order(names: tuple[str, ...]) -> str:
    return f"ORDER BY {_columns(list(names))}" if names else ""


def _write(table: pa.Table, folder: Path) -> None:
    path = folder / _PART
    pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)
    path.chmod(0o444)


def _sync_tree(folder: Path) -> None:
    """Makes everything below `folder` durable, files before the folders that name them."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            files.sync_file(Path(parent, name))
        files.sync_folder(Path(parent))
