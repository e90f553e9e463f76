"""The pipeline's own database, `<warehouse>/warehouse.duckdb`, and the raw Parquet files beside it.

What belongs here: opening and migrating it, storing what was read, loading what was derived, the manifest of runs. Each public
method that changes anything does so in one transaction, so that a run that dies leaves finished batches and nothing else; what
is left to do is found by looking, never remembered (docs/architecture.md, law 6).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse import files, sqlfiles
from warehouse.errors import WarehouseError

NAME = "warehouse.duckdb"
# What `store_batch` adds to DOCUMENTS: the file of the landing zone (a container is one) that each row came from.
ENTRY_PATH = "entry_path"
# Zstandard level 3, Parquet's usual trade: news text shrinks to about 40 % at 300 MB a second.
_RAW_LEVEL = 3
# Documents of a row group: some 3 MB of text, the least that is read to fetch one of them.
_RAW_ROW_GROUP = 1_000
# Reasons that may pass by themselves: such a file is opened again each night even if size and time stay.
_PASSING_REASONS = ("unreadable", "vanished", "changing")


@dataclass(frozen=True)
class State:
    """The one row of meta.state."""

    data_version: int
    horizon: date | None
    next_number: int
    reuse_derived_by: str


class Store:
    """An open warehouse. The caller holds the writer's lock (warehouse.lock) for as long as it is open."""

    def __init__(self, folder: Path, *, threads: int, memory_limit: str, raw_folder: Path | None = None) -> None:
        """Opens (and creates or migrates) the warehouse in `folder`; its raw files stand in `raw_folder` where that is told.

        Raises WarehouseError where the folder or the database cannot be used as they are.
        """
        self.folder = folder
        self._threads, self._memory_limit = threads, memory_limit
        self.raw_folder = raw_folder or folder / "raw"
        try:
            self.raw_folder.mkdir(parents=True, exist_ok=True)
            self._prepare()
            self._open()
        except (OSError, duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException) as error:
            reason = str(error).splitlines()[0]
            raise WarehouseError(f"the warehouse {folder} cannot be opened for writing: {reason}") from error

    def _open(self) -> None:
        self.connection = duckdb.connect(
            str(self.folder / NAME), config={"threads": self._threads, "memory_limit": self._memory_limit}
        )
        self.connection.execute("SET temp_directory = ?", [str(self.folder / "tmp")])
        # Standard output belongs to the result: DuckDB would draw a bar there for what takes longer.
        self.connection.execute("SET enable_progress_bar = false")

    def close(self) -> None:
        """Closes the database; what was committed is in its file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All or nothing: commits on a clean exit, rolls back otherwise."""
        self.connection.execute("BEGIN TRANSACTION")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def rows(self, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(query, parameters or {}).fetchall()

    def frame(self, query: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
        """All rows of a query as a frame."""
        return self.connection.execute(query, parameters or {}).pl()

    def _run(self, name: str, parameters: dict[str, Any] | None = None) -> None:
        self.connection.execute(sqlfiles.sql(f"sql/{name}"), parameters or {})

    # -- schema ----------------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Sees to it that the database is there, with the newest schema.

        Migrations are applied to a new file or to a copy, which is put in place when it is whole: DuckDB 1.5 cannot replay a
        write-ahead log that creates tables with CHECKs, so a run that is killed must never leave one.
        """
        path = self.folder / NAME
        for litter in self.folder.glob(f".{NAME}.*"):
            litter.unlink()
        pending = self._pending_migrations(path)
        if not pending:
            return
        fresh = self.folder / f".{NAME}.new"
        if path.exists():
            shutil.copyfile(path, fresh)
        with duckdb.connect(str(fresh)) as connection:
            connection.execute(sqlfiles.sql("sql/migrations"))
            for number, name in pending:
                text = sqlfiles.sql(f"migrations/{name}")
                connection.execute("BEGIN TRANSACTION")
                connection.execute(text)
                connection.execute(
                    "INSERT INTO meta.migrations VALUES (?, ?, ?, ?)",
                    [number, name, hashlib.sha256(text.encode()).hexdigest(), datetime.now(UTC).replace(tzinfo=None)],
                )
                connection.execute("COMMIT")
            connection.execute("CHECKPOINT")
        files.put_in_place(fresh, path)

    def _pending_migrations(self, path: Path) -> list[tuple[int, str]]:
        """The migrations that the database has not seen, in order. Raises WarehouseError where it has seen unknown ones."""
        known = {int(name.partition("_")[0]): name for name in sqlfiles.names("migrations")}
        if not path.exists():
            return sorted(known.items())
        with duckdb.connect(str(path)) as connection:
            connection.execute("CHECKPOINT")
            applied = dict(connection.execute("SELECT number, name FROM meta.migrations").fetchall())
        newer = sorted(set(applied) - set(known))
        if newer:
            raise WarehouseError(
                f"{path} has the newer schema {applied[newer[-1]]!r}, which this firstprint does not know:"
                " upgrade firstprint, or name another folder with --warehouse"
            )
        return sorted(item for item in known.items() if item[0] not in applied)

    # -- state -----------------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """The state of the warehouse."""
        return State(*self.rows("FROM meta.state")[0])

    def raise_horizon(self, logical_date: date) -> date:
        """Takes a run's logical date into account and gives the horizon: the greatest one so far."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE meta.state SET horizon = greatest(coalesce(horizon, $day), $day)", {"day": logical_date}
            )
        horizon = self.state().horizon
        assert horizon is not None  # noqa: S101 - the line above wrote it
        return horizon

    def _changed(self, days: Iterable[date] = ()) -> None:
        """Inside a transaction: the state of data is a new one, and marts built from an earlier one lack these days of it."""
        self.connection.execute("UPDATE meta.state SET data_version = data_version + 1")
        frame = pl.DataFrame({"day": sorted(set(days))}, schema={"day": pl.Date})
        if frame.height:
            with self.view("days", frame):
                self._run("mark_dirty")

    def _days(self, query: str, parameters: dict[str, Any] | None = None) -> list[date]:
        return [day for (day,) in self.rows(query, parameters)]

    # -- raw -------------------------------------------------------------------------------------------------------------

    def clear_litter(self) -> int:
        """Removes what a crash may have left beside the database: raw files that no row lists. Gives their number."""
        listed = {name for (name,) in self.rows("SELECT DISTINCT raw_file FROM raw.documents")}
        litter = [path for path in self.raw_folder.iterdir() if path.name not in listed]
        for path in litter:
            path.unlink()
        return len(litter)

    def known_entries(self, landing: str) -> pl.DataFrame:
        """Entries of a landing zone that need not be opened again: (entry_path, size, modified_ns, files, quarantined)."""
        return self.frame(sqlfiles.sql("sql/known_entries"), {"landing": landing})

    def store_batch(
        self,
        documents: pl.DataFrame,
        *,
        landing: str,
        run_id: str,
        landed_at: datetime,
        finished: pl.DataFrame,
    ) -> dict[str, int]:
        """Stores a batch of read files: their texts in one raw file, what became of each in the manifest.

        Takes DOCUMENTS with `entry_path`, in the landing's order, and the entries (entry_path, size, modified_ns) whose rows are
        complete with this batch. Gives the count of rows by disposition.
        """
        batch = documents.with_row_index("place")
        with self.view("batch", batch.select("place", "document_id", "source_path", "reason")):
            told = self.frame(sqlfiles.sql("sql/dispositions"))
        withdrawn = told["withdrawn"]
        refused = told["disposition"] == "quarantined"
        stored = batch.with_columns(
            told["disposition"],
            reason=pl.when(withdrawn.is_not_null()).then(pl.lit("withdrawn")).when(refused).then("reason"),
            detail=pl.when(withdrawn.is_not_null()).then("withdrawn: " + withdrawn).when(refused).then("detail"),
        )
        loaded = stored.filter(pl.col("disposition") == "loaded")
        raw_file = f"{run_id}-{len(list(self.raw_folder.glob(f'{run_id}-*'))):05d}.parquet"
        if loaded.height:
            self._write_raw(loaded, raw_file)
        passing = stored.filter(pl.col("reason").is_in(_PASSING_REASONS))[ENTRY_PATH].unique()
        run = {"run_id": run_id}
        when = {"landed_at": landed_at, **run}
        with (
            self.view("stored", stored.drop("text", "place")),
            self.view("finished", finished.filter(~pl.col(ENTRY_PATH).is_in(passing.implode()))),
            self.transaction(),
        ):
            self._run("insert_documents", {"raw_file": raw_file, **when})
            self._run("insert_sightings", when)
            self._run("insert_files", {"landing": landing, **when})
            self._run("insert_dispositions", run)
            self._run("forget_members", {"landing": landing, **run})
            self._run("insert_entries", {"landing": landing})
            self._changed()
        return dict(stored.group_by("disposition").len().iter_rows())

    def _write_raw(self, loaded: pl.DataFrame, raw_file: str) -> None:
        texts = loaded.select("document_id", "text", "told_date", "told_title", "told_url", "told_outlet")
        temporary = self.raw_folder / f".{raw_file}.{os.getpid()}.tmp"
        # Row groups small enough that fetching a few texts does not decode the whole file.
        texts.sort("document_id").write_parquet(
            temporary, compression="zstd", compression_level=_RAW_LEVEL, row_group_size=_RAW_ROW_GROUP
        )
        files.put_in_place(temporary, self.raw_folder / raw_file)

    def read_raw(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """The documents of `wanted` (document_id, raw_file, source_path, modified_at), with their texts, sorted by document_id."""
        parts = []
        for (raw_file,), part in wanted.group_by(["raw_file"], maintain_order=True):
            texts = (
                pl.scan_parquet(self.raw_folder / str(raw_file))
                .filter(pl.col("document_id").is_in(part["document_id"].implode()))
                .collect()
            )
            parts.append(part.join(texts, on="document_id", how="left", validate="1:1"))
        documents = pl.concat(parts).sort("document_id")
        lost = documents.filter(pl.col("text").is_null())
        if lost.height:
            raise WarehouseError(
                f"the raw layer lost {lost.height} texts, the first of them {lost['source_path'][0]!r} in"
                f" {self.raw_folder / lost['raw_file'][0]}: restore that file from a backup"
            )
        return documents

    # -- withdrawal ------------------------------------------------------------------------------------------------------

    def withdraw(self, document_id: str, reason: str, *, run_id: str, withdrawn_at: datetime) -> None:
        """Takes a document out: its text, its article and what was found of it go, a tombstone stays.

        Its raw file is written anew without it under another name; the old file goes once no row lists it. Raises WarehouseError
        where the warehouse does not know the document.
        """
        found = self.rows("SELECT raw_file FROM raw.documents WHERE document_id = $id", {"id": document_id})
        if not found:
            raise WarehouseError(
                f"no article {document_id!r} is in the warehouse: name one by its article_id, all 64 digits"
            )
        old = str(found[0][0])
        new = f"{run_id}-{0:05d}.parquet"
        left = pl.read_parquet(self.raw_folder / old).filter(pl.col("document_id") != document_id)
        if left.height:
            self._write_raw(left, new)
        told = {"id": document_id, "old": old, "new": new, "reason": reason, "run_id": run_id, "at": withdrawn_at}
        with self.transaction() as connection:
            days = self._days("SELECT published_on FROM staging.articles WHERE article_id = $id", {"id": document_id})
            with self.view("marked", pl.DataFrame({"article_id": [document_id]})):
                self._run("mark_pending")
            for statement in sqlfiles.sql("sql/withdraw").split(";"):
                used = {name: value for name, value in told.items() if f"${name}" in statement}
                if statement.strip():
                    connection.execute(statement, used)
            self._changed(days)
        self.clear_litter()

    def compact(self) -> None:
        """Writes the database anew into a file that holds its rows and nothing else, and puts that in its place.

        A database file keeps the bytes of deleted rows in its free blocks; a takedown has to get rid of them.
        """
        path, fresh = self.folder / NAME, self.folder / f".{NAME}.compact"
        fresh.unlink(missing_ok=True)
        quoted = str(fresh).replace("'", "''")
        self.connection.execute(f"ATTACH '{quoted}' AS compact")
        self.connection.execute("COPY FROM DATABASE warehouse TO compact")
        self.connection.execute("DETACH compact")
        self.connection.execute("CHECKPOINT")
        self.connection.close()
        files.put_in_place(fresh, path)
        self._open()

    def undo_withdrawal(self, document_id: str) -> None:
        """Takes the tombstone away; the next night that finds the landed file takes it up again.

        Raises WarehouseError where there is no tombstone.
        """
        if not self.rows("FROM meta.tombstones WHERE document_id = $id", {"id": document_id}):
            raise WarehouseError(f"article {document_id!r} is not withdrawn: there is nothing to undo")
        with self.transaction() as connection:
            connection.execute("DELETE FROM meta.tombstones WHERE document_id = ?", [document_id])
            connection.execute(sqlfiles.sql("sql/forget_entries"), {"id": document_id})
            connection.execute("DELETE FROM meta.files WHERE document_id = ?", [document_id])
            self._changed()

    def withdrawn_since(self, moment: datetime) -> int:
        """How many documents were withdrawn from then on (UTC)."""
        return int(
            self.rows("SELECT count(*) FROM meta.tombstones WHERE withdrawn_at >= $moment", {"moment": moment})[0][0]
        )

    # -- staging ---------------------------------------------------------------------------------------------------------

    def pending(self, horizon: date) -> pl.DataFrame:
        """Documents whose article is missing or would come out otherwise now: (document_id, raw_file, source_path, modified_at)."""
        return self.frame(sqlfiles.sql("sql/pending"), {"horizon": horizon})

    def pending_range(
        self, horizon: date, start: date, end: date, policy: str, derived_by: str, resumed: list[str]
    ) -> pl.DataFrame:
        """As `pending`, and the articles of the days [start, end) that the policy (missing, stale, failed, all) names.

        `resumed` are earlier attempts at the same backfill: what they derived is left out. Gives the columns of `pending`,
        published_on (NULL where there is no article yet) and why.
        """
        return self.frame(
            sqlfiles.sql("sql/pending_range"),
            {
                "horizon": horizon,
                "start": start,
                "end": end,
                "policy": policy,
                "derived_by": derived_by,
                "resumed": resumed or [""],
            },
        )

    def interrupted(self, parameters: str, code_version: str, config: str) -> list[str]:
        """The attempts at a backfill since the last one that ended well, as run ids."""
        found = self.rows(
            sqlfiles.sql("sql/interrupted"),
            {"parameters": parameters, "code_version": code_version, "config": config},
        )
        attempts = []
        for run_id, outcome in found:
            if outcome in ("published", "nothing"):
                break
            attempts.append(str(run_id))
        return attempts

    def load_articles(self, derived: pl.DataFrame, derived_by: str, run_id: str) -> None:
        """Puts derived articles (ARTICLES, LANGUAGES, review_on) in the place of what was there for them."""
        with self.view("derived", derived), self.transaction() as connection:
            with self.view("marked", self.frame(sqlfiles.sql("sql/changed_articles"))):
                self._run("mark_pending")
            left = self._days(sqlfiles.sql("sql/left_days"))
            for table, key in (
                ("staging.articles", "article_id"),
                ("staging.article_languages", "article_id"),
                ("meta.failures", "document_id"),
            ):
                connection.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT article_id FROM derived)")
            self._run("insert_articles", {"derived_by": derived_by, "run_id": run_id})
            self._run("insert_article_languages")
            self._changed([*left, *derived["published_on"]])

    def note_failure(self, document_id: str, error: str, run_id: str) -> None:
        """Records that a document could not be derived; what was derived from it before stays."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta.failures VALUES (?, ?, ?)", [document_id, error, run_id])

    # -- reuse -----------------------------------------------------------------------------------------------------------

    def begin_reuse(self, derived_by: str) -> int:
        """How many articles the search for reuse has to look at; all of them where other code found what is there."""
        if self.state().reuse_derived_by != derived_by:
            with self.transaction() as connection:
                connection.execute(sqlfiles.sql("sql/forget_reuse"))
                connection.execute("UPDATE meta.state SET reuse_derived_by = ?", [derived_by])
                self._changed()
        return int(self.rows("SELECT count(*) FROM reuse.pending")[0][0])

    def next_reuse(self, most: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The next pending articles, at most so many: (article_id) of all of them, and those that are there, numbered."""
        chosen = self.frame(sqlfiles.sql("sql/next_reuse"), {"most": most})
        with self.view("chosen", chosen):
            added = self.frame(sqlfiles.sql("sql/pending_reuse"))
        first = self.state().next_number
        return chosen, added.with_columns(number=pl.int_range(first, first + added.height, dtype=pl.Int64))

    def apply_reuse(self, views: Mapping[str, pl.DataFrame]) -> None:
        """Puts what the search changed (warehouse.shelf) in its place."""
        with ExitStack() as stack:
            for name, frame in views.items():
                stack.enter_context(self.view(name, frame))
            connection = stack.enter_context(self.transaction())
            days = self._days(sqlfiles.sql("sql/changed_days"))
            connection.execute(sqlfiles.sql("sql/apply_reuse"))
            connection.execute(
                "UPDATE meta.state SET next_number = greatest(next_number, (SELECT coalesce(max(number), 0) + 1 FROM reuse.kept))"
            )
            self._changed(days)

    # -- manifest --------------------------------------------------------------------------------------------------------

    def begin_run(self, run: dict[str, Any]) -> None:
        """Records that a run begins; runs that never ended are marked as crashed."""
        with self.transaction() as connection:
            connection.execute("UPDATE meta.runs SET outcome = 'crashed' WHERE outcome = 'running'")
            names = ", ".join(run)
            values = ", ".join(f"${name}" for name in run)
            connection.execute(f"INSERT INTO meta.runs ({names}, outcome) VALUES ({values}, 'running')", run)

    def note_run(self, run_id: str, **columns: Any) -> None:
        """Writes columns of a run's row."""
        settings = ", ".join(f"{name} = ${name}" for name in columns)
        with self.transaction() as connection:
            connection.execute(f"UPDATE meta.runs SET {settings} WHERE run_id = $run_id", {"run_id": run_id, **columns})

    def note_stage(self, run_id: str, stage: str, seconds: float, summary: str) -> None:
        """Records how long a stage took and what it says of itself."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO meta.stages VALUES (?, ?, ?, ?)", [run_id, stage, seconds, summary])

    def copy_raw(self, origin: Store) -> None:
        """Takes over what another warehouse has read, and its horizon: everything that articles are derived from."""
        with self.transaction() as connection:
            for table in ("raw.documents", "raw.sightings", "meta.files"):
                frame = origin.frame(f"FROM {table}")
                with self.view("copied", frame):
                    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM copied")
            connection.execute("UPDATE meta.state SET horizon = ?, data_version = 1", [origin.state().horizon])

    @contextmanager
    def view(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Lets queries read a frame under a name."""
        self.connection.register(name, frame.to_arrow())
        try:
            yield
        finally:
            self.connection.unregister(name)
