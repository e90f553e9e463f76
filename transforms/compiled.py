"""How kernels are compiled: numba without asking a compiler of the user, plain Python where numba cannot be had.

What belongs here: the decorator. What does not: kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar, cast

import numpy as np

try:
    import numba
except ImportError:  # a platform without wheels of numba: the pure paths give the same bits, slower
    numba = None

Int: TypeAlias = int | np.integer[Any]
"""A whole number of a kernel: Python's where it is not compiled, an element of an array."""

F = TypeVar("F", bound=Callable[..., Any])

COMPILED: Final = numba is not None
"""Whether the kernels are compiled in this process."""


def compiled(kernel: F) -> F:
    """`kernel`, compiled when it is first called and kept on disk between runs; `kernel` itself where there is no numba.

    The machine code lies in `__pycache__` beside the module, or, where that cannot be written, in the user's cache folder
    (numba's order of places; NUMBA_CACHE_DIR goes first). Where none of them can be written it is compiled for this process.
    """
    if numba is None:
        return kernel
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(kernel))
    except RuntimeError:  # numba: "no locator available"
        return cast(F, numba.njit(nogil=True)(kernel))
