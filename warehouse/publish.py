"""Publication: a candidate is built, audited elsewhere, completed, and swapped in; readers see the old version or the new one.

    versions/marts-<version>.duckdb     read-only versions
    marts.duckdb -> versions/...        what BI opens
    candidates/                         candidates at work; what a crash left there goes
    rejected/                           candidates that failed their audit, with a report

The recipe (each step durable before the next): build under a name of its own on the same file system, CHECKPOINT, close, no
.wal left, fsync, open read-only and look, chmod 0444, rename, swap the symlink, fsync the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse import files, sqlfiles
from warehouse.errors import PublicationError
from warehouse.store import Store

LINK = "marts.duckdb"
# Readable by DuckDB from 1.4 on, the oldest release with long-term support (docs/choices.md).
STORAGE_VERSION = "v1.4.0"
# Rows that DuckDB writes as one. A night leaves a part of the last row group and of those it deleted from, and each is compressed
# anew: a sixth of DuckDB's default makes that a sixth, and no query slower (docs/choices/bi.md). It has to be said at each opening.
ROW_GROUP_SIZE = 20_480
# What the content hash covers, and the columns that differ by nature between runs over the same files.
HASHED_TABLES = {
    "articles": ("landed_at",),
    "article_languages": (),
    "stories": (),
    "reuse": (),
    "passages": (),
    "daily_languages": (),
    "daily_outlets": (),
    "outlet_flows": (),
    "quarantine": ("landed_at",),
}

# The marts that grow with every night's articles, and the column of their day: only days that changed are written anew. An edge
# and its passages stand by the day of the later article.
DAY_COLUMNS = dict.fromkeys(("articles", "article_languages", "reuse", "passages"), "published_on")
_ROWS_HASH = "count(*), coalesce(bit_xor(md5_number(CAST(to_json(r) AS VARCHAR))), 0)"


@dataclass(frozen=True)
class Candidate:
    """A built candidate: its file, the version it would become, the hash of its content and its counts of rows."""

    path: Path
    version: str
    content_hash: str
    rows: dict[str, int]


@dataclass(frozen=True)
class Served:
    """What `marts.duckdb` serves: the version's name, its file, and the row of its mart publication."""

    version: str
    path: Path
    publication: dict[str, Any]


def served(folder: Path) -> Served | None:
    """What the warehouse in `folder` serves now; None before the first publication."""
    link = folder / LINK
    if not link.is_symlink() or not link.exists():
        return None
    path = link.resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("FROM publication").pl().row(0, named=True)
    return Served(str(row["version"]), path, row)


def version_path(folder: Path, version: str) -> Path:
    """Where a version stands."""
    return folder / "versions" / f"marts-{version}.duckdb"


def details_path(folder: Path, version: str) -> Path:
    """Where the results of a version's audit stand."""
    return folder / "versions" / f"marts-{version}.checks.json"


def note_report(folder: Path, version: str) -> None:
    """Notes which version the pages beside the marts speak of."""
    files.write_in_place(folder / "report.version", version)


def reported(folder: Path) -> str | None:
    """Which version the pages beside the marts speak of; None where there are none."""
    path = folder / "report.version"
    return path.read_text(encoding="utf-8") if path.exists() else None


def versions(folder: Path) -> list[str]:
    """The versions that are kept, oldest first."""
    return sorted(path.stem.removeprefix("marts-") for path in (folder / "versions").glob("marts-*.duckdb"))


def describe_versions(folder: Path, serving: str) -> list[dict[str, Any]]:
    """The versions that are kept, newest first: (version, served, logical_date, published_at, run_id, counts, what changed
    against the version served before it, content_hash)."""
    rows = []
    for version in reversed(versions(folder)):
        with duckdb.connect(str(version_path(folder, version)), read_only=True) as connection:
            told = connection.execute("FROM publication").pl().row(0, named=True)
            changed = dict(connection.execute(sqlfiles.sql("sql/count_changes")).fetchall())
        rows.append(
            {
                "version": version,
                "served": "yes" if version == serving else "",
                "logical_date": told["logical_date"],
                "published_at": told["published_at"],
                "run_id": told["run_id"],
                "articles": told["article_count"],
                "stories": told["story_count"],
                "reuse": told["reuse_count"],
                "quarantine": told["quarantine_count"],
                "changed": ", ".join(f"{changed[what]} {what}" for what in sorted(changed)),
                "content_hash": told["content_hash"][:12],
            }
        )
    return rows


def next_version(folder: Path, store: Store) -> str:
    """The name of the next version: a number that only grows, so that names sort by age."""
    told = [name for (name,) in store.rows("SELECT version FROM meta.publications")]
    return f"{max((int(name) for name in [*told, *versions(folder)]), default=0) + 1:06d}"


def clear_candidates(folder: Path) -> None:
    """Removes what a crash left of candidates, and of symlinks on their way."""
    for path in (folder / "candidates").glob("*"):
        path.unlink()
    for path in folder.glob(f".{LINK}.*"):
        path.unlink()


def build(
    store: Store,
    *,
    run_id: str,
    logical_date: date,
    published_at: datetime,
    code_version: str,
    config: str,
    whole: bool = False,
) -> Candidate:
    """Builds a candidate from the warehouse. `checks` is left empty; `complete` fills it.

    Takes what the mart `publication` says of the run. Where the served version was made by the same code and settings, the
    candidate starts as a copy of its file and only the days that changed since are written anew; the marts that are small
    beside the articles are always made anew. `whole`: all of it is written anew, since the free blocks of a copied file hold
    what was deleted from it. So is all of it where the audit refused the candidate before: what it started from may be what is
    wrong. Gives the closed candidate.
    """
    folder = store.folder
    for name in ("candidates", "versions", "rejected"):
        (folder / name).mkdir(exist_ok=True)
    clear_candidates(folder)
    version = next_version(folder, store)
    path = folder / "candidates" / f"marts-{version}.duckdb"
    connection = store.connection
    data_version = store.state().data_version
    previous = served(folder)
    refused = (folder / "rejected" / path.name).exists()
    usable = previous is not None and _is_base(previous, data_version, code_version, config)
    base = previous if usable and not whole and not refused else None
    since = 0 if base is None else int(base.publication["data_version"])
    connection.execute(sqlfiles.sql("sql/dirty_days"), {"since": since, "whole": base is None})
    if base is None:
        connection.execute(
            f"ATTACH '{_quoted(path)}' AS marts (STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {ROW_GROUP_SIZE})"
        )
    else:
        shutil.copyfile(base.path, path)
        connection.execute(f"ATTACH '{_quoted(path)}' AS marts (ROW_GROUP_SIZE {ROW_GROUP_SIZE})")
    if previous is not None:
        connection.execute(f"ATTACH '{_quoted(previous.path)}' AS previous (READ_ONLY)")
        if base is None:
            connection.execute(
                "INSERT INTO temp.dirty SELECT published_on FROM previous.articles EXCEPT FROM temp.dirty"
            )
    try:
        connection.execute("USE marts")
        if base is None:
            connection.execute(sqlfiles.sql("marts/schema"))
        else:
            _clear(connection)
        for name in sqlfiles.names("marts"):
            if name[0].isdigit():
                connection.execute(sqlfiles.sql(f"marts/{name}"))
        if previous is None:
            connection.execute(sqlfiles.sql("sql/changes_first"))
        else:
            connection.execute(sqlfiles.sql("sql/changes"))
        rows, content_hash = _hash(connection)
        told = {
            "version": version,
            "run_id": run_id,
            "logical_date": logical_date,
            "published_at": published_at,
            "code_version": code_version,
            "config_fingerprint": config,
            "content_hash": content_hash,
            "data_version": data_version,
            **store.frame(sqlfiles.sql("sql/owed")).row(0, named=True),
            "previous_version": None if previous is None else previous.version,
            "rolled_back_from": rolled_back_from(store, previous),
        }
        named = ", ".join(f"${name} AS {name}" for name in told)
        connection.execute(f"INSERT INTO publication BY NAME SELECT {named}", told)
    finally:
        connection.execute("USE warehouse")
        connection.execute("DETACH marts")
        if previous is not None:
            connection.execute("DETACH previous")
    return Candidate(path, version, content_hash, rows)


def rolled_back_from(store: Store, serving: Served | None) -> str | None:
    """The newest version that was published, where an older one is served again; None where it is the newest."""
    newest = store.rows("SELECT max(version) FROM warehouse.meta.publications")[0][0]
    return newest if serving is not None and newest is not None and newest > serving.version else None


def _is_base(previous: Served, data_version: int, code_version: str, config: str) -> bool:
    """Whether the rows of a version that did not change since are those that would be written now."""
    told = previous.publication
    made_by = (told["code_version"], told["config_fingerprint"])
    return made_by == (code_version, config) and bool(told["data_version"] <= data_version)


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Takes out of the copy what is written anew: days of the large marts, the other marts whole."""
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'marts' AND schema_name = 'main'"
    ).fetchall()
    for (table,) in tables:
        day = DAY_COLUMNS.get(table)
        only = f" WHERE {day} IN (SELECT day FROM temp.dirty)" if day else ""
        connection.execute(f"DELETE FROM {table}{only}")
    connection.execute("DELETE FROM internal.day_hashes WHERE day IN (SELECT day FROM temp.dirty)")


def _hashed_columns(table: str) -> str:
    """The columns of a mart that its hash covers, as SQL. A text stands by its MD5: as JSON it costs more to write than to hash."""
    left_out = HASHED_TABLES[table]
    columns = f"* EXCLUDE ({', '.join(left_out)})" if left_out else "*"
    return f"{columns} REPLACE (md5(text) AS text)" if table == "articles" else columns


def _hash(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], str]:
    """Counts of rows by mart, and the content hash.

    The hash is SHA-256 over lines (mart, rows, XOR of the rows' MD5), for the marts of DAY_COLUMNS a line a day. A row is
    hashed as its JSON object, columns in the order of the schema, the text of an article as its own MD5. The XOR makes the hash
    independent of the order of rows; keys make rows different from one another.
    """
    rows: dict[str, int] = {}
    lines = []
    for table in HASHED_TABLES:
        columns = _hashed_columns(table)
        day = DAY_COLUMNS.get(table)
        if day is None:
            told = connection.execute(f"SELECT {_ROWS_HASH} FROM (SELECT {columns} FROM {table}) AS r").fetchall()
        else:
            connection.execute(
                f"INSERT INTO internal.day_hashes SELECT '{table}', {day}, {_ROWS_HASH}"
                f" FROM (SELECT {columns} FROM {table} WHERE {day} IN (SELECT day FROM temp.dirty)) AS r GROUP BY {day}"
            )
            told = connection.execute(
                "SELECT day, rows, hash FROM internal.day_hashes WHERE mart = ? ORDER BY day", [table]
            ).fetchall()
        rows[table] = sum(line[-2] for line in told)
        lines += [f"{table} {' '.join(map(str, line))}\n" for line in told]
    return rows, hashlib.sha256("".join(lines).encode()).hexdigest()


def complete(candidate: Candidate, checks: pl.DataFrame) -> None:
    """Writes the audit's results (CHECKS) into the candidate and makes it durable.

    Raises PublicationError where the finished file does not read as it should.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{_quoted(candidate.path)}' AS marts (ROW_GROUP_SIZE {ROW_GROUP_SIZE})")
        connection.register("told", checks.to_arrow())
        connection.execute("DELETE FROM marts.checks")
        connection.execute("INSERT INTO marts.checks BY NAME SELECT * FROM told ORDER BY rule")
        connection.unregister("told")
        connection.execute("CHECKPOINT marts")
        connection.execute("DETACH marts")
    log = candidate.path.with_name(candidate.path.name + ".wal")
    if log.exists():
        raise PublicationError(f"the candidate {candidate.path} was closed with its write-ahead log left: run again")
    files.sync_file(candidate.path)
    with duckdb.connect(str(candidate.path), read_only=True) as connection:
        told = connection.execute("SELECT version, content_hash FROM publication").fetchall()
        count = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    if told != [(candidate.version, candidate.content_hash)] or count != candidate.rows["articles"]:
        raise PublicationError(
            f"the candidate {candidate.path} does not read as it was written: check the disk, run again"
        )


def publish(store: Store, candidate: Candidate) -> Path:
    """Makes the completed candidate the served version, in one swap. Gives its path."""
    folder = store.folder
    final = version_path(folder, candidate.version)
    candidate.path.chmod(0o444)
    files.put_in_place(candidate.path, final)
    serve(folder, candidate.version)
    record(store)
    return final


def serve(folder: Path, version: str) -> None:
    """Lets `marts.duckdb` name a version that is kept."""
    temporary = folder / f".{LINK}.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("versions") / version_path(folder, version).name)
    os.replace(temporary, folder / LINK)  # noqa: PTH105 - the swap itself
    files.sync_folder(folder)


def record(store: Store) -> None:
    """Records the served version in the manifest, also where the run that published it died before it could."""
    now = served(store.folder)
    if now is None:
        return
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO meta.publications BY NAME SELECT $version AS version, $run_id AS run_id, $data_version AS data_version,"
            " $code_version AS code_version, $config_fingerprint AS config_fingerprint, $content_hash AS content_hash,"
            " $published_at AS published_at ON CONFLICT DO NOTHING",
            {
                name: now.publication[name]
                for name in (
                    "version",
                    "run_id",
                    "data_version",
                    "code_version",
                    "config_fingerprint",
                    "content_hash",
                    "published_at",
                )
            },
        )


def is_current(store: Store, code_version: str, config: str) -> bool:
    """Whether the served version is known to be right for the state of data, code and settings."""
    now = served(store.folder)
    if now is None:
        return False
    known = store.rows(
        "SELECT data_version, code_version, config_fingerprint FROM meta.publications WHERE version = $version",
        {"version": now.version},
    )
    return known == [(store.state().data_version, code_version, config)]


def confirm(store: Store, code_version: str, config: str) -> None:
    """Notes that the served version is what the present state of data, code and settings gives."""
    now = served(store.folder)
    assert now is not None  # noqa: S101 - the caller compared its content
    with store.transaction() as connection:
        connection.execute(
            "UPDATE meta.publications SET data_version = (SELECT data_version FROM meta.state), code_version = ?,"
            " config_fingerprint = ? WHERE version = ?",
            [code_version, config, now.version],
        )


def prune(folder: Path, keep: int, before: datetime | None = None) -> list[str]:
    """Removes old versions and rejected candidates: all but the newest `keep`, and of these none made after `before`.

    The served version stays whatever its age, and so does the raw layer. Gives the names of the files that went. A reader that
    has one of them open keeps it until it closes it.
    """
    serving = (folder / LINK).resolve()
    kept = sorted((folder / "versions").glob("marts-*.duckdb"))
    rejected = sorted((folder / "rejected").glob("marts-*.duckdb"))
    going = [*kept[: max(len(kept) - keep, 0)], *rejected[: max(len(rejected) - keep, 0)]]
    gone = []
    for path in going:
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
        if path == serving or (before is not None and made >= before):
            continue
        gone += _remove(path)
    return gone


def drop_versions_with(folder: Path, article_id: str) -> list[str]:
    """Removes every version and rejected candidate that holds an article; the served one is expected not to. Gives their names."""
    gone = []
    for path in sorted([*(folder / "versions").glob("marts-*.duckdb"), *(folder / "rejected").glob("marts-*.duckdb")]):
        with duckdb.connect(str(path), read_only=True) as connection:
            holds = connection.execute("SELECT 1 FROM articles WHERE article_id = ?", [article_id]).fetchall()
        if holds:
            if path == (folder / LINK).resolve():
                (folder / LINK).unlink()
                files.sync_folder(folder)
            gone += _remove(path)
    return gone


def _remove(path: Path) -> list[str]:
    """Removes a version's file and all that stands beside it under its name. Gives their names."""
    names = []
    for each in sorted(path.parent.glob(f"{path.stem}.*")):
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
        names.append(each.name)
    return names


def discard(candidate: Candidate) -> None:
    """Removes a candidate that is not needed."""
    candidate.path.unlink(missing_ok=True)


def reject(store: Store, candidate: Candidate, report: str, details: Mapping[str, Any]) -> Path:
    """Keeps a candidate that failed its audit, with the report beside it (.md, .json). Gives the report's path."""
    folder = store.folder / "rejected"
    kept = folder / candidate.path.name
    kept.unlink(missing_ok=True)
    files.put_in_place(candidate.path, kept)
    files.write_in_place(kept.with_suffix(".json"), json.dumps(details, ensure_ascii=False, indent=1, default=str))
    files.write_in_place(kept.with_suffix(".md"), report)
    return kept.with_suffix(".md")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
