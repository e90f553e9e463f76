"""How kernels are compiled: numba without asking a compiler of the user, plain Python where numba cannot be had.

What belongs here: the decorator. What does not: kernels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from importlib import resources
from typing import Any, Final, TypeAlias, TypeVar, cast

import numpy as np

try:
    import numba
except ImportError:  # a platform without wheels of numba: the pure paths give the same bits, slower
    numba = None

Int: TypeAlias = int | np.integer[Any]
"""A whole number of a kernel: Python's where it is not compiled, an element of an array."""

F = TypeVar("F", bound=Callable[..., Any])

COMPILED: Final = numba is not None and not numba.config.DISABLE_JIT
"""Whether the kernels are compiled in this process."""


KERNELS: Final = (
    "align",
    "candidates",
    "compiled",
    "fingerprint",
    "fold",
    "hashes",
    "kinds",
    "lines",
    "pairs",
    "recurrence",
    "reuse",
    "sheets",
    "story",
    "words",
)
"""The modules of this package that hold kernels or constants of kernels."""


@cache
def _stamp() -> str:
    """What the machine code on disk is made from.

    numba looks at the file of the function alone, but the code of what it calls and the constants of other modules are part of
    its machine code; and two releases may come with the same file times. So the sources themselves are looked at.
    """
    folder = resources.files(__package__)
    return hashlib.sha256(b"".join(folder.joinpath(f"{name}.py").read_bytes() for name in KERNELS)).hexdigest()


def _plain(kernel: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(kernel)
    def run(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):  # hashes are counted modulo 2^64
            return kernel(*arguments)

    return run


def compiled(kernel: F) -> F:
    """`kernel`, compiled when it is first called and kept on disk between runs; the same in Python where numba is not there.

    The machine code lies in `__pycache__` beside the module, or, where that cannot be written, in the user's cache folder
    (numba's order of places; NUMBA_CACHE_DIR goes first). Where none of them can be written it is compiled for this process.
    """
    if not COMPILED:
        return cast(F, _plain(kernel))
    try:
        dispatcher = numba.njit(cache=True, nogil=True)(kernel)
        dispatcher._cache._cache_file._source_stamp = _stamp()
    except (
        RuntimeError,
        AttributeError,
        OSError,
    ):  # "no locator available"; another numba; a package without its sources
        dispatcher = numba.njit(nogil=True)(kernel)
    return cast(F, dispatcher)
