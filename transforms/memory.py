"""Memory: large arrays that take it page by page, as they are written.

What belongs here: how an array of which more is asked for than will be written gets its memory and gives it back. What does not:
what stands in it.

numpy asks for pages of two megabytes. Where a machine is a guest that gives free memory back to its host, as most rented ones are,
those come from there each time, and small ones from what is at hand (docs/choices/reuse.md).
"""

from __future__ import annotations

import mmap
from contextlib import suppress
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LARGE: Final = 1 << 22  # bytes: from here on numpy asks for large pages; smaller arrays are left to it
_POPULATE_WRITE: Final = 23  # MADV_POPULATE_WRITE of Linux 5.14, which Python does not name yet


def bare(size: int, kind: type[np.generic] | np.dtype[Any]) -> NDArray[Any]:
    """An array, of whatever values, that takes memory as it is written, from first to last or in many places at once."""
    needed = size * np.dtype(kind).itemsize
    if needed < LARGE or not hasattr(mmap, "MADV_NOHUGEPAGE"):
        return np.empty(size, dtype=kind)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    memory = mmap.mmap(-1, needed, flags=flags)
    with suppress(OSError):  # a kernel without large pages does not know the word
        memory.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(memory, dtype=kind, count=size)


def _memory(array: NDArray[Any]) -> mmap.mmap | None:
    """That of a `bare` array, where it is not numpy's."""
    memory: Any = array
    while memory is not None and not isinstance(memory, mmap.mmap):
        memory = memory.obj if isinstance(memory, memoryview) else memory.base
    return memory


def fetch(array: NDArray[Any], begin: int, end: int) -> None:
    """Takes the memory of the items [begin, end) of a `bare` array, which are about to be written: all at once it takes half as
    long as page by page."""
    memory, size = _memory(array), array[:1].nbytes
    begin, end = (at * size // mmap.PAGESIZE * mmap.PAGESIZE for at in (begin, min(end, len(array))))
    if memory is not None and begin < end:
        with suppress(OSError):  # a kernel that does not know of this
            memory.madvise(_POPULATE_WRITE, begin, end - begin)


def cut_off(array: NDArray[Any], length: int) -> NDArray[Any]:
    """The first items of a `bare` array, or of what was cut off of one; gives back the memory behind them, into which nothing may
    look any more."""
    memory, kept = _memory(array), array[:length]
    end = -(-kept.nbytes // mmap.PAGESIZE) * mmap.PAGESIZE
    if memory is not None and end < len(memory):
        memory.madvise(mmap.MADV_DONTNEED, end)
    return kept
