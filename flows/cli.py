"""The command line. Exit codes: 0 published or nothing to do, 1 nothing published, 2 wrong usage or configuration, 3 writer busy.

Errors go to standard error, one line first that says what to do. Results go to standard output.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, get_args

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.exceptions import TyperException

from flows.errors import AuditFailedError, ConfigurationError
from flows.settings import Policy, Settings, told
from flows.text_safety import log_line
from warehouse.errors import PublicationError, WarehouseError, WriterBusyError, is_storage_failure

if TYPE_CHECKING:
    from warehouse.publish import Served

_SETTINGS_HELP = "Settings, from the environment (options come first):\n\n" + "\n\n".join(
    f"FIRSTPRINT_{name.upper()}: {description} [default: {default}]" for name, description, default in told()
)

app = typer.Typer(
    help="A nightly news warehouse: what was published, in which language, who printed it first and who reposted it.",
    epilog=_SETTINGS_HELP,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Landing = Annotated[Path | None, typer.Option(help="Folder of raw files.", show_default="FIRSTPRINT_LANDING")]
Warehouse = Annotated[Path | None, typer.Option(help="Folder of the warehouse.", show_default="FIRSTPRINT_WAREHOUSE")]
Wait = Annotated[float, typer.Option(help="Seconds to wait for a run that is under way.")]
Bare = Annotated[bool, typer.Option("--bare", help="Run without Prefect: no server, no record of the run there.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


_STILL_SERVED = "nothing was published, the last good version is still served"


class Exit:
    """The exit codes of DESIGN."""

    NOT_PUBLISHED = 1
    USAGE = 2
    BUSY = 3


def fail(message: str, code: int) -> NoReturn:
    """Says what is wrong, in one line, and ends."""
    print(f"firstprint: {log_line(message)}", file=sys.stderr)
    raise typer.Exit(code)


@contextmanager
def told_errors() -> Iterator[None]:
    """Turns the errors that a run may end with into their line and exit code."""
    try:
        yield
    except (ConfigurationError, WarehouseError) as error:
        fail(str(error), Exit.USAGE)
    except WriterBusyError as error:
        fail(str(error), Exit.BUSY)
    except (AuditFailedError, PublicationError) as error:
        fail(str(error), Exit.NOT_PUBLISHED)
    except OSError as error:
        where = error.filename or "the warehouse"
        fail(
            f"{error.strerror or error} ({where}): {_STILL_SERVED}; make room or mend the disk, run again",
            Exit.NOT_PUBLISHED,
        )
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        if is_storage_failure(error):
            told = str(error).splitlines()[0]
            fail(f"{told}: {_STILL_SERVED}; make room or mend the disk, run again", Exit.NOT_PUBLISHED)
        trace = Path(tempfile.gettempdir()) / f"firstprint-{os.getpid()}.txt"
        trace.write_text(traceback.format_exc(), encoding="utf-8")
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        fail(f"a defect of firstprint, {told}: {_STILL_SERVED}; report it with {trace}", Exit.NOT_PUBLISHED)


# From this year on a day is a typing error, which would bring forward all that is to come.
_LAST_YEAR = 2200


def parse_day(text: str, today: date) -> date:
    """A day as ISO date, `today`, `today-7d` or `today+1d`. Raises ConfigurationError."""
    from transforms.date import FIRST_YEAR

    try:
        if text.startswith("today"):
            rest = text.removeprefix("today")
            if not rest:
                return today
            if rest[0] not in "+-" or not rest.endswith("d"):
                raise ValueError(rest)
            day = today + timedelta(days=int(rest[:-1]))
        else:
            day = date.fromisoformat(text)
        if not FIRST_YEAR <= day.year < _LAST_YEAR:
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{text!r} is no day between {FIRST_YEAR} and {_LAST_YEAR}: write one as 2025-11-18, today or today-7d"
        ) from None
    return day


def parse_policy(text: str) -> Policy:
    """Which articles a backfill derives. Raises ConfigurationError."""
    for policy in get_args(Policy):
        if text == policy:
            return policy  # type: ignore[no-any-return]
    raise ConfigurationError(f"--reprocess {text!r} is not known: {', '.join(get_args(Policy))}")


def _today(settings: Settings) -> date:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    return datetime.now(UTC).astimezone(ZoneInfo(settings.timezone)).date()


def _run(settings: Settings, landing: Path | None, wait: float, work: Callable[[], str]) -> None:
    """Runs a flow with progress on the terminal, after what can be said at once has been looked at."""
    from flows import pipeline, progress
    from warehouse.lock import WriterLock

    with told_errors():
        pipeline.check_folders(settings, landing)
        with WriterLock(settings.warehouse, "a look before the start", "now", wait):
            pass
        # The terminal hears of a failure once, in our words; Prefect's own account stands in its UI.
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
        with progress.terminal():
            message = work()
    print(message)


@app.command()
def nightly(
    landing: Landing = None,
    warehouse: Warehouse = None,
    logical_date: Annotated[
        str | None, typer.Option(help="The night it belongs to, as 2025-11-18 [default: today].")
    ] = None,
    export: Annotated[str | None, typer.Option(help="Write every mart beside the version: parquet.")] = None,
    wait: Wait = 0.0,
    bare: Bare = False,
) -> None:
    """Takes up what has landed and publishes the marts."""
    with told_errors():
        settings = Settings.load(landing=landing, warehouse=warehouse, export=export)
        today = _today(settings)
        day = parse_day(logical_date, today) if logical_date else today

    def work() -> str:
        if bare:
            from flows import pipeline

            with pipeline.open_run("nightly", settings, day, landing=settings.landing, wait_seconds=wait) as run:
                return pipeline.go(run).message
        from flows.nightly import nightly as flow  # imports Prefect

        return flow(
            landing=settings.landing,
            warehouse=settings.warehouse,
            logical_date=day,
            wait_seconds=wait,
            export=settings.export,
        )

    _run(settings, settings.landing, wait, work)


@app.command()
def backfill(
    start: Annotated[str, typer.Argument(help="First day: 2025-11-01, today-7d.")],
    end: Annotated[str, typer.Argument(help="The day after the last one.")],
    reprocess: Annotated[str, typer.Option(help="Which articles: missing, failed, stale or all.")] = "missing",
    landing: Annotated[Path | None, typer.Option(help="An archive to land first.")] = None,
    warehouse: Warehouse = None,
    logical_date: Annotated[
        str | None, typer.Option(help="The date that no publication may lie after [default: today].")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run and why; change nothing.")] = False,
    backwards: Annotated[bool, typer.Option("--backwards", help="The newest day first.")] = False,
    max_active: Annotated[int, typer.Option(min=1, help="Processes that derive articles.")] = 1,
    wait: Wait = 0.0,
    bare: Bare = False,
) -> None:
    """Derives the days [START, END) anew from the raw layer and publishes the marts.

    The range is half-open: END is the day after the last one. Days are ISO dates, today, or today-7d.
    """
    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        today = _today(settings)
        first, last = parse_day(start, today), parse_day(end, today)
        day = parse_day(logical_date, today) if logical_date else today
        policy = parse_policy(reprocess)
        if last <= first:
            raise ConfigurationError(f"the range [{first}, {last}) holds no day: END is the day after the last one")

    if dry_run:
        _dry_run(settings, first, last, policy, backwards, day)
        return

    def work() -> str:
        if bare:
            from flows import pipeline

            days = pipeline.Days(first, last, policy, backwards)
            with pipeline.open_run(
                "backfill", settings, day, landing=landing, days=days, max_active=max_active, wait_seconds=wait
            ) as run:
                return pipeline.go(run).message
        from flows.backfill import backfill as flow  # imports Prefect

        return flow(
            start=first,
            end=last,
            reprocess=policy,
            landing=landing,
            warehouse=settings.warehouse,
            logical_date=day,
            wait_seconds=wait,
            backwards=backwards,
            max_active=max_active,
        )

    _run(settings, landing, wait, work)


def _dry_run(settings: Settings, start: date, end: date, policy: Policy, backwards: bool, logical_date: date) -> None:
    from flows import pipeline

    with told_errors():
        days = pipeline.Days(start, end, policy, backwards)
        rows = pipeline.dry_run(settings, days, logical_date)
    _print(rows, f"what a backfill of [{start}, {end}) --reprocess {policy} would derive")


def _print(rows: list[dict[str, Any]], title: str) -> None:
    if not rows:
        print(f"{title}: none")
        return
    table = Table(title=title, title_justify="left")
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    Console().print(table)


def _served_or_fail(settings: Settings) -> Served:
    from warehouse import publish

    served = publish.served(settings.warehouse)
    if served is None:
        fail(
            f"nothing is published in {settings.warehouse} yet: run firstprint nightly, or name another --warehouse",
            Exit.USAGE,
        )
    return served


@app.command()
def status(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """Partitions and their state, the last runs, what is published."""
    from warehouse import manifest, publish
    from warehouse.lock import holder

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        snapshot = manifest.snapshot(settings.warehouse)
        served = publish.served(settings.warehouse)
        running = holder(settings.warehouse)
    published = None if served is None else served.publication
    if as_json:
        print(
            json.dumps(
                {"published": published, "running": running, **(snapshot or {})}, ensure_ascii=False, default=str
            )
        )
        return
    if snapshot is None:
        print(f"no run has ended in {settings.warehouse} yet" + (f"; at work: {running}" if running else ""))
        return
    _print(manifest.fold(snapshot["partitions"]), "partitions")
    keys = (
        "kind",
        "logical_date",
        "outcome",
        "files",
        "loaded",
        "quarantined",
        "derived",
        "version",
    )
    _print([{key: run[key] for key in keys} for run in snapshot["runs"][:10]], "last runs")
    for run in snapshot["runs"][:1]:
        if run["error"]:
            print(f"the last run said: {run['error']}")
    if snapshot["quarantined"]:
        print(f"{snapshot['quarantined']} files are quarantined: the mart quarantine says why")
    if running:
        print(f"at work: {running}")
    if published:
        print(
            f"published: version {published['version']} of {published['published_at']:%Y-%m-%d %H:%M} UTC,"
            f" {published['article_count']} articles"
        )


@app.command()
def versions(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """The published versions that are kept, newest first; the served one is marked."""
    from warehouse import publish

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        served = _served_or_fail(settings)
        rows = publish.describe_versions(settings.warehouse, served.version)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        _print(rows, "versions")


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="The version to serve, as `firstprint versions` names it.")],
    warehouse: Warehouse = None,
) -> None:
    """Serves an older version again; the next run that publishes goes on from the newest state."""
    from warehouse import publish
    from warehouse.lock import WriterLock

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        _served_or_fail(settings)
        kept = publish.versions(settings.warehouse)
        if version not in kept:
            raise ConfigurationError(f"version {version!r} is not kept: one of {', '.join(kept)}")
        with WriterLock(settings.warehouse, "rollback", "now"):
            publish.serve(settings.warehouse, version)
    print(f"version {version} is served at {settings.warehouse / publish.LINK}")


Language = Annotated[str, typer.Option(help="Language of labels where the reader's own is none of them: en, ru or kk.")]


def _language(text: str) -> str:
    if text not in ("en", "ru", "kk"):
        raise ConfigurationError(f"--language {text!r} is not known: en, ru or kk")
    return text


@app.command()
def report(warehouse: Warehouse = None, language: Language = "en") -> None:
    """Writes report.html and quality.html, each one self-contained page, of the served version."""
    from flows import pipeline

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        _served_or_fail(settings)
        print(pipeline.report_on(settings.warehouse, _language(language)))


@app.command()
def explain(
    article: Annotated[
        str, typer.Argument(help="An article: its path, its address or the beginning of its article_id.")
    ],
    other: Annotated[str | None, typer.Argument(help="Another one.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page instead.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Every passage whole.")] = False,
    language: Language = "en",
    warehouse: Warehouse = None,
) -> None:
    """Why two articles are, or are not, reuse: the passages side by side, and the numbers behind the verdict."""
    from flows import explain as explaining

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        served = _served_or_fail(settings)
        explanation = explaining.explain(served.path, article, other)
        if html is not None:
            print(explaining.write_html(explanation, html, language=_language(language)))
        else:
            explaining.render(explanation, Console(), language=_language(language), full=full)


@app.command()
def withdraw(
    article: Annotated[str, typer.Argument(help="The article_id, all 64 digits.")],
    reason: Annotated[
        str | None, typer.Option(help="Why; kept with the tombstone and shown in the mart quarantine.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the tombstone away.")] = False,
    warehouse: Warehouse = None,
    wait: Wait = 0.0,
) -> None:
    """Takes an article down: gone from the next version on, whatever is run again."""
    from flows import withdrawal

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        if undo == (reason is not None):
            raise ConfigurationError("a withdrawal wants --reason, and --undo wants none")
        if undo:
            print(withdrawal.undo(settings, article, _today(settings), wait_seconds=wait))
        else:
            print(withdrawal.withdraw(settings, article, reason or "", _today(settings), wait_seconds=wait))


@app.command()
def verify(warehouse: Warehouse = None, wait: Wait = 0.0) -> None:
    """Recomputes the marts from the raw layer and compares them with what is published."""
    from flows.verification import verify as recompute

    with told_errors():
        verdict = recompute(Settings.load(warehouse=warehouse), wait_seconds=wait)
    if verdict.equal:
        print(f"version {verdict.version} is what the raw layer gives, row by row")
        return
    for each in verdict.differences:
        print(f"{each.table}, only {each.only_in}: {json.dumps(each.row, ensure_ascii=False, default=str)[:400]}")
    fail(
        f"version {verdict.version} is not what the raw layer gives ({len(verdict.differences)} rows shown): after a change of"
        " code or settings run firstprint backfill with --reprocess stale; otherwise report this",
        Exit.NOT_PUBLISHED,
    )


@app.command()
def prune(
    keep: Annotated[int, typer.Option(min=1, help="Versions that stay, the newest.")] = 30,
    older_than: Annotated[
        str | None, typer.Option(help="Only those made before this day, as 2025-11-18 or today-30d.")
    ] = None,
    warehouse: Warehouse = None,
    wait: Wait = 0.0,
) -> None:
    """Removes old versions and rejected candidates; never what is served, never the raw layer."""
    from datetime import datetime

    from warehouse import publish
    from warehouse.lock import WriterLock

    with told_errors():
        settings = Settings.load(warehouse=warehouse)
        _served_or_fail(settings)
        day = parse_day(older_than, _today(settings)) if older_than else None
        before = None if day is None else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - UTC, as files are compared
        with WriterLock(settings.warehouse, "prune", "now", wait):
            gone = publish.prune(settings.warehouse, keep, before)
    print(f"{len(gone)} files removed" + (f": {', '.join(gone)}" if gone else ""))


def main() -> None:
    """The entry point of the command `firstprint`."""
    command = typer.main.get_command(app)
    try:
        code = command.main(sys.argv[1:] or ["--help"], prog_name="firstprint", standalone_mode=False)
    except typer.Abort:
        code = Exit.NOT_PUBLISHED
    except TyperException as error:
        context = getattr(error, "ctx", None)
        told = error.format_message() if hasattr(error, "format_message") else str(error)
        where = "firstprint" if context is None else context.command_path
        print(f"firstprint: {log_line(' '.join(told.split()))} ({where} --help lists what there is)", file=sys.stderr)
        code = Exit.USAGE
    gc.freeze()  # what is there goes with the process: to look through all of it at the end takes a fifth of a second
    sys.exit(code or 0)
