"""Runs in child processes that are killed just before one of their steps.

Every call into the rooms and every operation on files and the database is a step, so that the points lie between any two file
operations of publication too. Children come from a fork server that has imported everything and used nothing: a point costs
a run and not the imports, and no thread of Polars is forked away.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

ROOMS = tuple(str(Path(__file__).resolve().parents[2] / room) for room in ("flows", "warehouse"))
OPERATIONS = {
    "replace",
    "fsync",
    "unlink",
    "chmod",
    "symlink",
    "rename",
    "mkdir",
    "open",
    "close",
    "execute",
    "connect",
}
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.support", "transforms.reuse", "transforms.language", "transforms.article"])


def steps(kill_at: int | None, work: Callable[[], Any]) -> int:
    """Does the work and counts its steps; dies before the step `kill_at`."""
    count = 0

    def watch(frame: FrameType, event: str, what: Any) -> None:
        nonlocal count
        if (event == "call" and frame.f_code.co_filename.startswith(ROOMS)) or (
            event == "c_call" and what.__name__ in OPERATIONS and frame.f_code.co_filename.startswith(ROOMS)
        ):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _body(sender: Connection, kill_at: int | None, work: Callable[[], Any]) -> None:
    sender.send(steps(kill_at, work))


def in_child(work: Callable[[], Any], kill_at: int | None = None) -> tuple[int, int | None]:
    """Exit code of a child that does the work (picklable), and its number of steps (None where it did not come to its end)."""
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    child = _CONTEXT.Process(target=_body, args=(sender, kill_at, work))
    child.start()
    sender.close()
    try:
        told = receiver.recv()
    except EOFError:
        told = None
    child.join()
    return child.exitcode or 0, told
