"""What a person at the terminal sees of a run: a bar a stage where there is a terminal, a line a stage where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class Reporter(Protocol):
    """Where a run reports its progress to."""

    def start(self, stage: str) -> None:
        """A stage begins."""

    def advance(self, done: int, total: int) -> None:
        """So much of the stage is done."""

    def end(self, summary: str) -> None:
        """The stage is done, and this is what it says of itself."""


class Silent:
    """Reports to nobody."""

    def start(self, stage: str) -> None: ...
    def advance(self, done: int, total: int) -> None: ...
    def end(self, summary: str) -> None: ...


class Terminal:
    """Reports to a terminal, or line by line where the output is a file."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console = console
        self._progress = progress
        self._task: TaskID | None = None
        self._stage = ""

    def start(self, stage: str) -> None:
        self._stage = stage
        self._task = self._progress.add_task(stage, total=None)

    def advance(self, done: int, total: int) -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=total)

    def end(self, summary: str) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        self._console.print(f"{self._stage:>8}  {summary}", markup=False, highlight=False, soft_wrap=True)


# Where the present run reports to. A variable of the context because a reporter is no parameter that a flow could record.
reporter: ContextVar[Reporter] = ContextVar("reporter", default=Silent())  # noqa: B039 - it has no state


@contextmanager
def terminal() -> Iterator[Terminal]:
    """Lets runs report on standard error, so that standard output holds the result alone."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        told = Terminal(console, progress)
        token = reporter.set(told)
        try:
            yield told
        finally:
            reporter.reset(token)
