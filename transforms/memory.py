"""Memory: large arrays that take it page by page, as they are written.

What belongs here: how an array of which more is asked for than will be written gets its memory and gives it back. What does not:
what stands in it.

numpy asks for pages of two megabytes. Where a machine is a guest that gives free memory back to its host, as most rented ones are,
those come from there each time, and small ones from what is at hand (docs/choices/reuse.md).
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LARGE: Final = 1 << 22  # bytes: from here on numpy asks for large pages; smaller arrays are left to it
_NOHUGEPAGE: Final = 15  # MADV_NOHUGEPAGE of Linux 2.6.38
_POPULATE_WRITE: Final = 23  # MADV_POPULATE_WRITE of Linux 5.14


@cache
def _madvise() -> Any:
    """The call of that name, which knows of these words on Linux alone."""
    if sys.platform != "linux":
        return None
    call = ctypes.CDLL(None).madvise
    call.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return call


def _advise(array: NDArray[Any], begin: int, end: int, advice: int) -> None:
    """Says what the pages are for that lie in bytes [begin, end) of an array. A kernel that does not know the word does nothing."""
    call, page = _madvise(), mmap.PAGESIZE
    first, last = -(-(array.ctypes.data + begin) // page) * page, (array.ctypes.data + end) // page * page
    if call is not None and first < last:
        call(first, last - first, advice)


def bare(size: int | tuple[int, int], kind: type[np.generic] | np.dtype[Any]) -> NDArray[Any]:
    """An array, of whatever values, that takes memory as it is written, from first to last or in many places at once."""
    array = np.empty(size, dtype=kind)
    if array.nbytes >= LARGE:
        _advise(array, 0, array.nbytes, _NOHUGEPAGE)
    return array


def fetch(array: NDArray[Any], begin: int, end: int) -> None:
    """Takes the memory of the items [begin, end) of a `bare` array, which are about to be written: all at once it takes half as
    long as page by page."""
    size = array[:1].nbytes
    if array.nbytes >= LARGE:
        _advise(array, begin * size, min(end, len(array)) * size, _POPULATE_WRITE)


def cut_off(array: NDArray[Any], length: int) -> None:
    """Gives back the memory of a `bare` array behind its first items; nothing else may look into it."""
    array.resize((length, *array.shape[1:]), refcheck=False)
