"""How kernels are compiled: numba without asking a compiler of the user, plain Python where numba cannot be had.

What belongs here: the decorator, and when numba is asked. What does not: kernels; what is kept of them on disk (machine_code.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, update_wrapper, wraps
from importlib import resources
from inspect import signature
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar, cast

import numpy as np

from transforms import machine_code
from transforms.machine_code import Kinds, Shelf

Int: TypeAlias = int | np.integer[Any]
"""A whole number of a kernel: Python's where it is not compiled, an element of an array."""

F = TypeVar("F", bound=Callable[..., Any])

KERNELS: Final = (
    "align",
    "bits",
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


def _shelf() -> Shelf | None:
    """Where the machine code of this package is kept; None for a package that does not lie in a folder, or has no sources."""
    folder = resources.files(__package__)
    try:
        return Shelf(machine_code.places(folder), _stamp()) if isinstance(folder, Path) else None
    except OSError:
        return None


SHELF: Final = _shelf()


def _can_compile() -> bool:
    if machine_code.disabled():
        return False
    if SHELF is not None and SHELF.is_used():
        return True  # numba has been at work here, so it can be imported: only when there is something to compile
    try:
        import numba
    except ImportError:  # a platform without wheels of numba: the pure paths give the same bits, slower
        return False
    return not numba.config.DISABLE_JIT


COMPILED: Final = _can_compile()
"""Whether the kernels are compiled in this process."""


def _plain(kernel: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(kernel)
    def run(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):  # hashes are counted modulo 2^64
            return kernel(*arguments)

    return run


def _dispatcher(kernel: Callable[..., Any], counts: bool) -> Any:
    """The kernel as a function of numba's, with numba's cache where there is a place for it.

    A kernel that `counts` looks after its arrays: who has them is counted, in one step for all processors, each time that one or
    a part of one gets a name: where all do so that takes 6 % of the search for reuse.
    """
    import numba

    options = {"nogil": True, "_nrt": counts}
    try:
        dispatcher = numba.njit(cache=True, **options)(kernel)
        dispatcher._cache._cache_file._source_stamp = _stamp()
    except (
        RuntimeError,
        AttributeError,
        OSError,
    ):  # "no locator available"; another numba; a package without its sources
        dispatcher = numba.njit(**options)(kernel)
    return dispatcher


class Kernel:
    """A compiled kernel: for every list of kinds of arguments the machine code from the shelf, or else numba."""

    def __init__(self, kernel: Callable[..., Any], shelf: Shelf | None, *, counts: bool = True) -> None:
        update_wrapper(self, kernel)
        self._kernel = kernel
        self.counts = counts
        self._shelf = shelf
        self._ready: dict[Kinds, Callable[..., Any]] = {}
        self._numba: Any = None

    def __call__(self, *arguments: Any) -> Any:
        kinds = tuple(map(machine_code.kind, arguments))
        ready = self._ready.get(kinds)
        if ready is None:
            ready = self._ready[kinds] = self._made(kinds, arguments)
        return ready(*arguments)

    def __reduce__(self) -> str:
        return self._kernel.__qualname__

    @property
    def dispatcher(self) -> Any:
        """The kernel as numba knows it."""
        if self._numba is None:
            self._numba = _dispatcher(self._kernel, self.counts)
        return self._numba

    @property
    def _numba_type_(self) -> Any:
        """What numba asks for where one kernel calls another: it is compiled as a part of it."""
        return self.dispatcher._numba_type_

    def _made(self, kinds: Kinds, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        # Machine code takes all arguments: what is left out is for numba to fill in.
        shelf = self._shelf if len(kinds) == len(signature(self._kernel).parameters) and None not in kinds else None
        found = shelf.find(self._kernel, kinds) if shelf is not None else None
        if found is not None:
            return found
        dispatcher = self.dispatcher
        if shelf is not None:
            types = tuple(map(dispatcher.typeof_pyval, arguments))
            dispatcher.compile(types)
            shelf.keep(self._kernel, kinds, machine_code.of_numba(dispatcher, types))
        return cast(Callable[..., Any], dispatcher)


def _kernel(kernel: F, *, counts: bool) -> F:
    if not COMPILED:
        return cast(F, _plain(kernel))
    # The stamp is of this package alone.
    ours = kernel.__module__ in {f"{__package__}.{name}" for name in KERNELS}
    return cast(F, Kernel(kernel, SHELF if ours else None, counts=counts))


def compiled(kernel: F) -> F:
    """`kernel`, compiled when it is first called and kept on disk between runs; the same in Python where numba is not there.

    It makes no arrays, gives none back, and calls no kernel that gives some back: numba refuses the first, a test the others.
    Parts of arrays that it was given it may take.

    The machine code lies in `__pycache__` beside the module, or, where that cannot be written, in the user's cache folder
    (numba's order of places; NUMBA_CACHE_DIR goes first). Where none of them can be written it is compiled for this process.
    """
    return _kernel(kernel, counts=False)


def allocating(kernel: F) -> F:
    """As `compiled`, for a kernel that makes arrays or gives some back."""
    return _kernel(kernel, counts=True)
