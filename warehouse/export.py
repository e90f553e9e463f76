"""Parquet exports: every mart of a version as files, for readers that have no DuckDB.

    versions/marts-<version>.parquet/<mart>/day=YYYY-MM-DD/part.parquet    marts with a day
    versions/marts-<version>.parquet/<mart>/part.parquet                   the others, and a mart with a day that has no rows

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

from warehouse import files
from warehouse.describe import Mart, describe

# The column that tells the day of a row, where a mart has one. Edges and passages have the day of the later article.
_DAY_COLUMNS = ("day", "published_on")
# The folders are named day=..., and readers make a column of it: a file beside it that has the column, too, confuses pyarrow.
_FOLDER_COLUMN = "day"
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
            for mart in describe(connection):
                _write_mart(connection, mart, temporary / mart.name)
        _sync_tree(temporary)
        files.put_in_place(temporary, final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return final


def _write_mart(connection: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> None:
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
    for chunk in _chunks(days):
        table = connection.execute(
            f"SELECT {_columns(schema.names)} FROM {dated} WHERE export_day BETWEEN ? AND ?"
            f" {_order(('export_day', *mart.key))}",
            [chunk[0][0], chunk[-1][0]],
        ).to_arrow_table()
        start = 0
        for day, count in chunk:
            part = folder / f"{_FOLDER_COLUMN}={day:%Y-%m-%d}"
            part.mkdir()
            _write(table.slice(start, count).combine_chunks().cast(schema), part)
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
        {"comment": mart.comment},
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
    path = folder / "part.parquet"
    pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)
    path.chmod(0o444)


def _sync_tree(folder: Path) -> None:
    """Makes everything below `folder` durable, files before the folders that name them."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            files.sync_file(Path(parent, name))
        files.sync_folder(Path(parent))
