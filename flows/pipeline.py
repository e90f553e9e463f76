"""The stages of a run, in their order: land, read, derive, reuse, marts, audit, publish, report.

What belongs here: the stages as plain functions over a `Run`, and the loop that goes through them. Prefect wraps that loop
(flows.nightly, flows.backfill); tests and the kill campaigns drive it bare. No stage remembers where it was: each looks for what
is left to do, so that a run after a crash simply goes on (docs/architecture.md, law 6).
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import polars as pl

from expectations.audit import Audit, AuditContext, audit
from flows import hooks, progress, quality, report
from flows import landing as landing_zone
from flows.errors import AuditFailedError, ConfigurationError
from flows.settings import Policy, Settings, code_version
from transforms import article, attribution, language, read, records, reuse
from warehouse import export, manifest, publish
from warehouse.errors import WarehouseError
from warehouse.lock import WriterLock
from warehouse.shelf import WarehouseShelf
from warehouse.store import ENTRY_PATH, Store

Kind = Literal["nightly", "backfill", "withdraw"]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Days:
    """The days [start, end) that a backfill derives anew, and which of their articles."""

    start: date
    end: date
    policy: Policy
    backwards: bool = False


@dataclass
class Run:
    """A run at work: what it was told, the open warehouse, and what it has found so far."""

    kind: Kind
    settings: Settings
    logical_date: date
    run_id: str
    started_at: datetime
    store: Store
    reporter: progress.Reporter
    days: Days | None = None
    landing: Path | None = None
    max_active: int = 1
    horizon: date = date.min
    entries: list[landing_zone.Entry] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("loaded", "unchanged", "duplicate", "quarantined"), 0)
    )
    derived: int = 0
    rolled_back: tuple[str, str] | None = None  # from which version to which, where the run found the marts so
    candidate: publish.Candidate | None = None
    audit: Audit | None = None
    outcome: str = "nothing"
    message: str = ""

    @property
    def parameters(self) -> str:
        """What the run was asked, as JSON."""
        days = None if self.days is None else [str(self.days.start), str(self.days.end), self.days.policy]
        return json.dumps({"landing": None if self.landing is None else str(self.landing), "days": days})

    @property
    def limits(self) -> read.Limits:
        """What the reader accepts."""
        return read.Limits(min_letters=self.settings.min_letters, max_bytes=self.settings.max_bytes)

    @property
    def columns(self) -> landing_zone.Columns:
        """Where records hold what."""
        return replace(landing_zone.Columns(), **{name: tuple(names) for name, names in self.settings.columns.items()})

    @property
    def derived_by(self) -> str:
        """Fingerprint of the code and the settings that decide what an article comes out as."""
        return f"{code_version()}/{self.settings.fingerprint()}"

    @property
    def files(self) -> int:
        """Landed files that this run met."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Stage:
    """A stage: its name, what it does (giving one line about itself), and how often a failure is tried again.

    A retry helps where the outside may have been at fault: listing a network folder, building a file on a disk that was full.
    The reader makes of a file that cannot be read a row, not an error.
    """

    name: str
    work: Callable[[Run], str]
    retries: int = 0


# -- land and read ---------------------------------------------------------------------------------------------------------


def land(run: Run) -> str:
    """Finds the files of the landing zone that have to be opened: those that are new or not as they were."""
    if run.landing is None:
        return "no landing zone: the raw layer is what there is"
    run.entries = []
    run.counts.update(dict.fromkeys(run.counts, 0))
    known = {
        path: (size, modified_ns, files, quarantined)
        for path, size, modified_ns, files, quarantined in run.store.known_entries(_name(run.landing)).iter_rows()
    }
    for entry in landing_zone.scan(run.landing):
        size, modified_ns, files, quarantined = known.get(entry.source_path, (None, None, 0, 0))
        if (size, modified_ns) == (entry.size, entry.modified_ns):
            run.counts["unchanged"] += files - quarantined
            run.counts["quarantined"] += quarantined
        else:
            run.entries.append(entry)
    return f"{run.files + len(run.entries)} files in {_name(run.landing)}, {len(run.entries)} of them to open"


def read_files(run: Run) -> str:
    """Reads, decodes and stores what was landed, a batch a transaction."""
    if run.landing is None or not run.entries:
        return "nothing to read"
    by_path = {entry.source_path: entry for entry in run.entries}
    before = run.files
    done: set[str] = set()
    open_entry: str | None = None
    for landed in landing_zone.read_files(
        run.landing,
        run.entries,
        limits=run.limits,
        columns=run.columns,
        batch_bytes=run.settings.batch_bytes,
        batch_rows=run.settings.batch_rows,
    ):
        documents = read.read(landed, limits=run.limits)
        owners = [landing_zone.container_of(path) for path in documents["source_path"]]
        last = owners[-1]
        # Rows come entry by entry: all but the last of a batch are complete with it, and so is the last of the batch before.
        complete = {name for name in (*owners, open_entry) if name is not None and name != last}
        _store(run, documents.with_columns(pl.Series(ENTRY_PATH, owners)), [by_path[name] for name in sorted(complete)])
        done |= set(owners)
        open_entry = last
        run.reporter.advance(len(done), len(run.entries))
    missing = [entry for entry in run.entries if entry.source_path not in done]
    if missing:
        raise RuntimeError(
            f"the reader gave no row for {len(missing)} landed files, the first {missing[0].source_path!r}: report this"
        )
    if open_entry is not None:
        _store(run, pl.DataFrame(schema={**records.DOCUMENTS, ENTRY_PATH: pl.String}), [by_path[open_entry]])
    return f"{run.files - before} files read: {_counted(run.counts)} of {run.files}"


def _store(run: Run, documents: pl.DataFrame, finished: list[landing_zone.Entry]) -> None:
    assert run.landing is not None  # noqa: S101 - read_files looked
    counted = run.store.store_batch(
        documents,
        landing=_name(run.landing),
        run_id=run.run_id,
        landed_at=run.started_at,
        finished=pl.DataFrame(
            [(entry.source_path, entry.size, entry.modified_ns) for entry in finished],
            schema={ENTRY_PATH: pl.String, "size": pl.Int64, "modified_ns": pl.Int64},
            orient="row",
        ),
    )
    for disposition, count in counted.items():
        run.counts[disposition] += count


def _name(landing: Path) -> str:
    return landing_zone.printable(os.fsencode(landing.resolve()))


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


# -- derive ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """What deriving an article depends on beside its document: plain values, so that another process can be told them."""

    horizon: date
    timezone: str
    outlets_text: str | None

    def derive(self, documents: pl.DataFrame) -> pl.DataFrame:
        """Articles (ARTICLES, LANGUAGES, review_on) of documents, a row a row."""
        articles = article.parse(
            documents, horizon=self.horizon, timezone=self.timezone, outlets=_outlets(self.outlets_text)
        )
        languages = language.identify(articles.select("article_id", "text"))
        derived = articles.join(languages, on="article_id", how="left", validate="1:1", maintain_order="left")
        return derived.with_columns(_review_on(self.horizon))


def derive(run: Run) -> str:
    """Derives articles from the raw layer: those that are missing or out of date, and those that a backfill asks for.

    A document that the transforms fail on is recorded and left aside; it does not stop the others.
    """
    run.horizon = run.store.raise_horizon(run.logical_date)
    pending = plan(run)
    recipe = Recipe(run.horizon, run.settings.timezone, run.settings.outlets_text())
    failed = 0
    for documents, derived in _derived_batches(run, recipe, pending):
        if derived is not None:
            run.store.load_articles(derived, run.derived_by, run.run_id)
            run.derived += derived.height
        else:
            failed += 1
            run.store.note_failure(documents["document_id"][0], documents["error"][0], run.run_id)
        run.reporter.advance(run.derived + failed, pending.height)
    told = f"{run.derived} articles derived"
    return f"{told}, {failed} failed (firstprint status names the error)" if failed else told


def plan(run: Run) -> pl.DataFrame:
    """The documents that this run derives articles from, in the order in which it does."""
    if run.days is None:
        return run.store.pending(run.horizon)
    resumed = run.store.interrupted(run.parameters, code_version(), run.settings.fingerprint())
    pending = run.store.pending_range(
        run.horizon, run.days.start, run.days.end, run.days.policy, run.derived_by, [*resumed, run.run_id]
    )
    return pending.reverse() if run.days.backwards else pending


def dry_run(settings: Settings, days: Days, logical_date: date) -> list[dict[str, Any]]:
    """What a backfill would derive and why, by day; changes nothing. Rows: day (None: not known yet), why, articles."""
    check_folders(settings, None)
    with (
        WriterLock(settings.warehouse, "backfill --dry-run", "now"),
        closing(_open_store(settings)) as store,
    ):
        horizon = max(logical_date, store.state().horizon or logical_date)
        run = Run("backfill", settings, horizon, "", datetime.min, store, progress.Silent(), days, horizon=horizon)  # noqa: DTZ901
        counted = (
            plan(run)
            .group_by("published_on", "why")
            .len("articles")
            .sort("published_on", "why", descending=days.backwards)
        )
    return counted.rename({"published_on": "day"}).to_dicts()


def _derived_batches(
    run: Run, recipe: Recipe, pending: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame | None]]:
    """Batches with what was derived from them, in order; a document that failed comes alone, with `error` and None."""
    batches = (run.store.read_raw(batch) for batch in pending.iter_slices(run.settings.batch_rows))
    if run.max_active <= 1 or pending.height <= run.settings.batch_rows:
        for documents in batches:
            yield from _attempt(recipe, documents)
        return
    # Threads of Polars do not survive a fork, so the processes are started afresh.
    with ProcessPoolExecutor(run.max_active, mp_context=get_context("spawn")) as processes:
        waiting: deque[Future[list[tuple[pl.DataFrame, pl.DataFrame | None]]]] = deque()
        for documents in batches:
            waiting.append(processes.submit(_attempts, recipe, documents))
            # One batch more than processes: none waits for work, and memory holds no more than that.
            if len(waiting) > run.max_active:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _attempts(recipe: Recipe, documents: pl.DataFrame) -> list[tuple[pl.DataFrame, pl.DataFrame | None]]:
    return list(_attempt(recipe, documents))


def _attempt(recipe: Recipe, documents: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame | None]]:
    """Derives a batch; where that fails, its halves, down to the document that is at fault."""
    try:
        yield documents, recipe.derive(documents)
    except Exception as error:
        if documents.height == 1:
            yield documents.with_columns(error=pl.lit(f"{type(error).__name__}: {error}")), None
            return
        half = documents.height // 2
        yield from _attempt(recipe, documents[:half])
        yield from _attempt(recipe, documents[half:])


@cache
def _outlets(own: str | None) -> attribution.Outlets:
    shipped = attribution.default_outlets()
    return shipped if own is None else attribution.outlets_from_csv(own, base=shipped)


def _review_on(horizon: date) -> pl.Expr:
    """The next logical date that would make another day of publication: the least date that was refused for lying in the future.

    An article whose file's time itself lies in the future has the horizon for its day, so that each later one makes another.
    """
    told = pl.element().struct
    days = told.field("date").str.to_date("%Y-%m-%d", strict=False)  # one format: else the first decides for all
    guessed = told.field("source") == "modified"
    moves = pl.when(guessed).then(pl.lit(horizon + timedelta(1))).otherwise(days)
    return pl.col("refused_dates").list.eval(moves.filter(guessed | (days > horizon))).list.min().alias("review_on")


# -- reuse -----------------------------------------------------------------------------------------------------------------


def find_reuse(run: Run) -> str:
    """Finds who took text from whom, and which articles are one story."""
    pending = run.store.begin_reuse(code_version())
    if not pending:
        return "nothing changed"
    shelf = WarehouseShelf(run.store)
    done = 0
    while done < pending:
        chosen, added = run.store.next_reuse(run.settings.reuse_rows)
        changes = reuse.update(shelf, added, chosen["article_id"])
        shelf.apply(changes._asdict(), chosen)
        done += chosen.height
        run.reporter.advance(done, pending)
    ((members, stories, edges),) = run.store.rows(
        "SELECT count(*), count(DISTINCT story_id), (SELECT count(*) FROM reuse.edges) FROM reuse.members"
    )
    return f"{pending} articles looked at: {members} in {stories} stories, {edges} edges"


# -- marts, audit, publish -------------------------------------------------------------------------------------------------


def build_marts(run: Run) -> str:
    """Builds a candidate, unless the served version is known to be what it would be."""
    run.candidate = None
    publish.record(run.store)
    found = publish.served(run.store.folder)
    newest = publish.rolled_back_from(run.store, found)
    run.rolled_back = None if found is None or newest is None else (newest, found.version)
    return _build(run) + _rolled_back(run)


def _rolled_back(run: Run) -> str:
    """What there is to say of a rollback before this run."""
    if run.rolled_back is None:
        return ""
    newest, serving = run.rolled_back
    return f"; built upon version {serving}, to which {newest} had been rolled back"


def _build(run: Run) -> str:
    if publish.is_current(run.store, code_version(), run.settings.fingerprint()):
        return "nothing changed"
    if run.store.rows("SELECT count(*) FROM staging.articles") == [(0,)]:
        return "no article yet"
    candidate = publish.build(
        run.store,
        run_id=run.run_id,
        logical_date=run.horizon,
        published_at=run.started_at,
        code_version=code_version(),
        config=run.settings.fingerprint(),
        whole=run.kind == "withdraw",
    )
    served = publish.served(run.store.folder)
    if served is not None and served.publication["content_hash"] == candidate.content_hash:
        publish.discard(candidate)
        publish.confirm(run.store, code_version(), run.settings.fingerprint())
        return f"the same as version {served.version}, row by row"
    run.candidate = candidate
    return f"candidate {candidate.version}: " + ", ".join(f"{count} {name}" for name, count in candidate.rows.items())


def audit_candidate(run: Run) -> str:
    """Audits the candidate. Raises AuditFailedError, with the candidate kept for a look, where it must not be published."""
    if run.candidate is None:
        return "nothing to audit"
    served = publish.served(run.store.folder)
    context = AuditContext(
        previous=None if served is None else served.path,
        withdrawn=0 if served is None else run.store.withdrawn_since(served.publication["published_at"]),
        max_quarantine_share=run.settings.max_quarantine_share,
        max_und_share=run.settings.max_und_share,
        freshness_days=run.settings.freshness_days,
        freshness_severity=run.settings.freshness_severity,
        memory_limit=run.settings.memory_limit,
        threads=run.settings.threads,
    )
    run.audit = audit(run.candidate.path, context=context)
    if run.audit.failed:
        report = publish.reject(run.store, run.candidate, run.audit.report_markdown(), run.audit.results)
        rules = run.audit.broken("error")["rule"].to_list()
        run.outcome = "audit failed"
        raise AuditFailedError(
            f"the audit refused version {run.candidate.version} ({len(rules)} rules, first {rules[0]}): nothing was published,"
            f" the last good version is still served; see {report}"
        )
    warnings = run.audit.broken("warning")["rule"].to_list()
    told = f"{run.audit.checks.height} checks, no error"
    return f"{told}, {len(warnings)} warnings: {', '.join(warnings)}" if warnings else told


def publish_candidate(run: Run) -> str:
    """Publishes the audited candidate."""
    if run.candidate is None or run.audit is None:
        return "nothing to publish"
    publish.complete(run.candidate, run.audit.checks)
    # Before the swap: what Great Expectations said of a version is there as long as the version is.
    quality.keep(run.audit, publish.details_path(run.store.folder, run.candidate.version))
    path = publish.publish(run.store, run.candidate)
    run.outcome = "published"
    exported = ""
    if run.settings.export == "parquet":
        exported = f", {export.export_parquet(path, path.parent).name}/"
    publish.prune(run.store.folder, run.settings.keep_versions)
    return f"{run.store.folder / publish.LINK} -> versions/{path.name}{exported}"


def write_report(run: Run) -> str:
    """Writes the pages of the served version where they are not there yet.

    What is published stays published whatever becomes of a page about it: a page that cannot be written is said, not raised.
    """
    served = publish.served(run.store.folder)
    if served is None or publish.reported(run.store.folder) == served.version:
        return "nothing to report"
    try:
        return f"{report_on(run.store.folder)}"
    except Exception as error:
        _logger.exception("the report of version %s could not be written", served.version)
        return (
            f"no report of version {served.version} ({type(error).__name__}: {error}): mend it, then firstprint report"
        )


def report_on(folder: Path, language: str = "en") -> Path:
    """Writes report.html and quality.html of the served version beside the marts. Gives the report's path."""
    served = publish.served(folder)
    if served is None:
        raise ConfigurationError(f"nothing is published in {folder} yet: run firstprint nightly")
    kept = publish.details_path(folder, served.version)
    details = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else None
    quality.build_quality(
        served.path, folder / "quality.html", details=details, language=language, report_href="report.html"
    )
    page = report.build_report(
        served.path, folder / "report.html", language=language, quality_href="quality.html", checks=details
    )
    publish.note_report(folder, served.version)
    return page


def forget_pages(folder: Path) -> None:
    """Removes the pages of a version that is not served any more."""
    for name in ("report.html", "quality.html", "report.version"):
        (folder / name).unlink(missing_ok=True)


STAGES = (
    Stage("land", land, retries=2),
    Stage("read", read_files),
    Stage("derive", derive),
    Stage("reuse", find_reuse),
    Stage("marts", build_marts, retries=1),
    Stage("audit", audit_candidate),
    Stage("publish", publish_candidate),
    Stage("report", write_report),
)


# -- a run -----------------------------------------------------------------------------------------------------------------


def check_folders(settings: Settings, landing: Path | None) -> None:
    """Raises ConfigurationError where a run could not even begin."""
    if landing is not None:
        if not landing.exists():
            raise ConfigurationError(
                f"the landing zone {landing} does not exist: make it, or name another with --landing"
            )
        if not landing.is_dir():
            raise ConfigurationError(f"the landing zone {landing} is not a folder: name the folder with --landing")
        try:
            next(landing.iterdir(), None)
        except OSError as error:
            raise ConfigurationError(
                f"the landing zone {landing} cannot be listed ({error.strerror}): mend its rights"
            ) from None
    folder = settings.warehouse
    if "?" in str(folder.absolute()):
        # DuckDB takes what follows for parameters and writes its log elsewhere.
        raise ConfigurationError(
            f"the path of the warehouse {folder} holds a question mark: name another with --warehouse"
        )
    try:
        str(folder.absolute()).encode()
    except UnicodeEncodeError:
        raise ConfigurationError(
            f"the path of the warehouse {str(folder)!a} is no UTF-8: name another with --warehouse"
        ) from None
    if landing is not None and folder.resolve().is_relative_to(landing.resolve()):
        raise ConfigurationError(
            f"the warehouse {folder} lies in the landing zone {landing}, and would be read as news: name another with --warehouse"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"the warehouse {folder} cannot be written ({error.strerror}): mend its rights, or name another with --warehouse"
        ) from None
    settings.outlets_text()


def new_run_id(kind: str, logical_date: date) -> str:
    """A name for a run that no other run has: its kind and logical date, for people, and 48 random bits."""
    return f"{kind}-{logical_date:%Y%m%d}-{secrets.token_hex(6)}"


def _open_store(settings: Settings) -> Store:
    try:
        return Store(settings.warehouse, threads=settings.threads, memory_limit=settings.memory_limit)
    except WarehouseError as error:
        raise ConfigurationError(str(error)) from error


@contextmanager
def open_run(
    kind: Kind,
    settings: Settings,
    logical_date: date,
    *,
    landing: Path | None,
    days: Days | None = None,
    max_active: int = 1,
    wait_seconds: float = 0.0,
) -> Iterator[Run]:
    """A run that holds the writer's lock and the open warehouse, recorded from its beginning to its end.

    Raises ConfigurationError, WriterBusyError, AuditFailedError; any other error is recorded and raised again.
    """
    check_folders(settings, landing)
    started_at = datetime.now(UTC).replace(tzinfo=None)
    with WriterLock(settings.warehouse, kind, f"{started_at:%Y-%m-%d %H:%M:%S} UTC", wait_seconds):
        store = _open_store(settings)
        run = Run(
            kind,
            settings,
            logical_date,
            new_run_id(kind, logical_date),
            started_at,
            store,
            progress.reporter.get(),
            days,
            landing,
            max_active,
        )
        try:
            store.clear_litter()
            publish.clear_candidates(settings.warehouse)
            store.begin_run(
                {
                    "run_id": run.run_id,
                    "kind": kind,
                    "logical_date": logical_date,
                    "parameters": run.parameters,
                    "code_version": code_version(),
                    "config_fingerprint": settings.fingerprint(),
                    "started_at": started_at,
                }
            )
            try:
                yield run
            except BaseException as error:
                if run.outcome != "audit failed":
                    run.outcome = "failed"
                run.message = str(error) or type(error).__name__
                hooks.tell_failure(settings, run_id=run.run_id, kind=kind, logical_date=logical_date, error=run.message)
                try:
                    _end(run)
                except Exception:
                    # What made the run fail (a full disk) may keep its record from being written; the next run calls it crashed.
                    _logger.exception("the end of run %s could not be recorded", run.run_id)
                raise
            _end(run)
        finally:
            store.close()


def _end(run: Run) -> None:
    run.store.note_run(
        run.run_id,
        ended_at=datetime.now(UTC).replace(tzinfo=None),
        outcome=run.outcome,
        files=run.files,
        **run.counts,
        derived=run.derived,
        version=run.candidate.version if run.candidate and run.outcome == "published" else None,
        error=run.message if run.outcome in ("failed", "audit failed") else None,
    )
    manifest.leave_snapshot(run.store, run.derived_by)


def go(run: Run, wrap: Callable[[Stage], Callable[[Run], str]] = lambda stage: stage.work) -> Run:
    """Goes through the stages. `wrap` may put something round each (Prefect's task)."""
    for stage in STAGES:
        run.reporter.start(stage.name)
        begun = time.monotonic()
        summary = wrap(stage)(run)
        run.store.note_stage(run.run_id, stage.name, time.monotonic() - begun, summary)
        run.reporter.end(summary)
    run.message = conclusion(run)
    return run


def conclusion(run: Run) -> str:
    """One line that says what was published and where, or why nothing was."""
    return _conclusion(run) + _rolled_back(run)


def _conclusion(run: Run) -> str:
    served = publish.served(run.store.folder)
    if run.outcome == "published" and run.candidate is not None:
        rows = run.candidate.rows
        return (
            f"published version {run.candidate.version}: {rows['articles']} articles, {rows['stories']} stories,"
            f" {rows['reuse']} reuse edges, {rows['quarantine']} quarantined -> {run.store.folder / publish.LINK}"
        )
    if served is not None:
        return f"nothing new: version {served.version} is served at {run.store.folder / publish.LINK}"
    if run.files:
        return f"nothing published: none of the {run.files} landed files became an article (all quarantined: firstprint status)"
    return (
        f"nothing published: no file in {run.landing}" if run.landing else "nothing published: the raw layer is empty"
    )


def summary_rows(run: Run) -> list[dict[str, Any]]:
    """What a run did, as the rows of a table."""
    rows: list[dict[str, Any]] = [{"what": f"files {name}", "count": count} for name, count in run.counts.items()]
    rows.append({"what": "articles derived", "count": run.derived})
    if run.candidate is not None:
        rows += [{"what": f"rows of {name}", "count": count} for name, count in run.candidate.rows.items()]
    return rows
