"""The writer's lock: one run at a time writes a warehouse.

The lock is the kernel's (flock on `<warehouse>/writer.lock`): it is gone with the process that held it, however that process
ended, so a dead holder never has to be cleared away. The file's content only names the holder.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from pathlib import Path
from types import TracebackType

from warehouse.errors import WriterBusyError

_NAME = "writer.lock"
# How often a waiting run looks again: short against a run, long against the cost of a look.
_POLL_SECONDS = 0.2

# Even a run that need not wait tries for so long: `holder` looks at the lock for a moment, and that is no run.
_LEAST_WAIT_SECONDS = 0.5


class WriterLock:
    """Holds `<warehouse>/writer.lock` from entry to exit.

    Takes the warehouse's folder (it must exist), who asks (`command`, a few words for people), the time of asking as text, and
    how long to wait. Raises WriterBusyError, naming the holder, when the lock is not free in time.
    """

    def __init__(self, folder: Path, command: str, since: str, wait_seconds: float = 0.0) -> None:
        self._path = folder / _NAME
        self._note = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": since}
        self._wait = wait_seconds
        self._handle: int | None = None

    def __enter__(self) -> WriterLock:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + max(self._wait, _LEAST_WAIT_SECONDS)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    who = _named(handle)
                    os.close(handle)
                    raise WriterBusyError(
                        f"another run holds {self._path} ({who}): wait for it, or run again with --wait SECONDS"
                    ) from None
                time.sleep(_POLL_SECONDS)
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(self._note).encode(), 0)
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def holder(folder: Path) -> str | None:
    """Who holds the writer's lock of the warehouse in `folder`, in words; None where nobody does."""
    try:
        handle = os.open(folder / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        # A shared lock is granted unless a run holds the exclusive one; closing the file gives it back at once.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return _named(handle)
    finally:
        os.close(handle)


def _named(handle: int) -> str:
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        return f"{note['command']}, process {note['pid']} on {note['host']}, since {note['since']}"
    except (ValueError, KeyError):
        return "a run that has not written its name yet"
