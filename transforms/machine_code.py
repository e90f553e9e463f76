"""Machine code of kernels on disk, and how it is run without numba.

What belongs here: finding, loading and keeping the machine code of one kernel for one list of types of arguments. What does not:
kernels, and when they are compiled (compiled.py). Nothing of this reaches a result: it is numba's own code that runs, loaded by
llvmlite and wrapped by numba's own extension modules, but without its compiler, the import of which costs more than a night of few
articles. Whatever is not as expected (another numba, a broken file, a type that is not known here) is left to numba.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import hashlib
import json
import pickle
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module, util
from importlib.machinery import PathFinder
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

Kinds: TypeAlias = tuple[Any, ...]
"""What the machine code of a call depends on: the kind of every argument."""

# The form of the files: another number where what they hold changes.
FORM: Final = 1
# Where the code needs nothing of the machine that numba has to bring along first.
MACHINES: Final = ("x86_64", "amd64", "arm64", "aarch64")
C_ORDER, F_ORDER, ALIGNED, WRITEABLE = 0x001, 0x002, 0x100, 0x400  # of numpy's flags of an array
ARRAY_FLAGS: Final = C_ORDER | F_ORDER | ALIGNED | WRITEABLE
SMALLEST, LARGEST = -(1 << 63), (1 << 63) - 1
SCALARS: Final[frozenset[type]] = frozenset(
    {
        *(float, bool, np.bool_, np.float32, np.float64),
        *(np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
    }
)
ENDING: Final = "kernel"


class _Together(NamedTuple):
    """The kind of a tuple."""

    name: str
    kinds: Kinds


def kind(argument: Any) -> Any:
    """What numba looks at of an argument, in what is quick to compare; None for what is left to numba."""
    of = type(argument)
    if of is np.ndarray:
        return argument.dtype, argument.ndim, argument.flags.num & ARRAY_FLAGS
    if issubclass(of, tuple):
        kinds = tuple(map(kind, argument))
        return None if None in kinds else _Together(f"{of.__module__}.{of.__qualname__}", kinds)
    if of is int:
        return int if SMALLEST <= argument <= LARGEST else None  # a larger one is another type of numba's
    return of if of in SCALARS else None


def _written(kinds: Kinds) -> str | None:
    """The kinds of arguments in writing; None where one of them is left to numba."""
    words = []
    for each in kinds:
        if each is None:
            return None
        if isinstance(each, _Together):
            inside = _written(each.kinds)
            if inside is None:
                return None
            words.append(f"{each.name}({inside})")
        elif isinstance(each, tuple):
            dtype, dimensions, flags = each
            if dtype.type not in SCALARS or not dtype.isnative:
                return None
            order = "C" if flags & C_ORDER else "F" if flags & F_ORDER else "A"  # numba's order of looking, too
            words.append(f"{dtype.str}:{dimensions}:{order}:{flags & (ALIGNED | WRITEABLE)}")
        else:
            words.append(each.__name__)
    return " ".join(words)


class _Numba(NamedTuple):
    """What is known of numba without importing it."""

    folder: Path
    settings: ModuleType
    appdirs: ModuleType
    platform: str
    """What machine code depends on beside its source."""


def _alone(name: str, folder: Path, without: str | None = None) -> ModuleType:
    """A module of numba's without the package around it, and without a module that it can do without."""
    if name in sys.modules:
        return sys.modules[name]

    def load(wanted: str, *rest: Any, **named: Any) -> Any:
        if wanted == without:
            raise ImportError(wanted)
        return __import__(wanted, *rest, **named)

    spec = PathFinder.find_spec(name, [str(folder)])
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = util.module_from_spec(spec)
    if without is not None:
        module.__dict__["__builtins__"] = vars(builtins) | {"__import__": load}
    spec.loader.exec_module(module)
    # An extension module puts itself there. Left there, a later import of numba would not make it an attribute of its package.
    sys.modules.pop(name, None)
    return module


@cache
def _numba() -> _Numba | None:
    try:
        spec = util.find_spec("numba")
        if spec is None or not spec.submodule_search_locations:
            return None
        llvmlite, llvm = import_module("llvmlite"), import_module("llvmlite.binding")
        folder = Path(spec.submodule_search_locations[0])
        # The import of yaml costs as much as the start of LLVM's machine, and only serves a file that is hardly ever there.
        without = None if Path(".numba_config.yaml").exists() else "yaml"
        settings = _alone("numba.core.config", folder / "core", without)
        given = {name: value for name, value in settings._env_reloader.old_environ.items() if name != "NUMBA_CACHE_DIR"}
        facts = (
            *(FORM, sys.version, np.__version__, llvmlite.__version__, llvm.llvm_version_info),
            (folder / "_version.py").read_bytes(),
            *(llvm.get_process_triple(), settings.CPU_NAME or llvm.get_host_cpu_name()),
            *(sorted(llvm.get_host_cpu_features().items()), sorted(given.items())),
        )
        digest = hashlib.sha256(repr(facts).encode()).hexdigest()
        return _Numba(folder, settings, _alone("numba.misc.appdirs", folder / "misc"), digest)
    except Exception:  # not the numba that is known here: its own import tells what is wrong, if anything is
        return None


def disabled() -> bool:
    """Whether the user has switched the compiler off (NUMBA_DISABLE_JIT), as far as that can be told without numba."""
    numba = _numba()
    return numba is not None and bool(numba.settings.DISABLE_JIT)


def places(package: Path) -> list[Path]:
    """The folders for the machine code of a package, in numba's order."""
    numba = _numba()
    if numba is None:
        return []
    given = numba.settings.CACHE_DIR
    wide = numba.appdirs.AppDirs(appname="numba", appauthor=False).user_cache_dir
    own = f"{package.name}_{hashlib.sha256(str(package).encode()).hexdigest()[:40]}"
    return [*([Path(given) / own] if given else []), package / "__pycache__", Path(wide) / own]


class _Loader:
    """Makes functions of object code, the way numba does when it loads a function from its cache."""

    def __init__(self, numba: _Numba) -> None:
        llvm = import_module("llvmlite.binding")
        if sys.maxsize <= 1 << 32 or platform.machine().lower() not in MACHINES:
            raise ImportError("another machine")
        self._llvm = llvm
        self._settings = numba.settings
        self._functions = _alone("numba._dynfunc", numba.folder)
        self._known: set[str] = set()
        self._helpers = _alone("numba._helperlib", numba.folder).c_helpers
        runtime = _alone("numba.core.runtime._nrt_python", numba.folder / "core" / "runtime")
        runtime.memsys_use_cpython_allocator()
        atexit.register(runtime.memsys_shutdown)  # what is let go after the machine code is not cleared by it
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        for name, address in runtime.c_helpers.items():
            llvm.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)
        for helpers in (self._helpers, self._functions.c_helpers):
            for name, address in helpers.items():
                llvm.add_symbol(f"numba_{name}", address)
        objects = {f"PyExc_{error.__name__}": error for error in _exceptions()} | {"_Py_NoneStruct": None}
        for name, value in objects.items():
            llvm.add_symbol(name, ctypes.c_void_p.from_buffer(ctypes.py_object(value)).value)
        self._objects = objects
        _teach_to_unpickle(self._helpers["unpickle"])
        # One for all kernels, as in numba: to take one up takes a millisecond less. What several have under one name (pieces of
        # numba's library, kernels that they call) is the same, and what came first serves all.
        self._engine = self._new_engine()
        self._environments: dict[str, Any] = {}

    def _new_engine(self) -> Any:
        llvm = self._llvm
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
            jit=True, codemodel="jitdefault"
        )
        return llvm.create_mcjit_compiler(
            llvm.parse_assembly(""), machine, use_lmm=self._settings.USE_LLVMLITE_MEMORY_MANAGER
        )

    def function(self, kernel: Callable[..., Any], told: dict[str, Any], code: bytes) -> Callable[..., Any] | None:
        """The function of `code`; None where it needs what is not there, which LLVM would end the process for."""
        llvm, engine = self._llvm, self._engine
        # numba calls Python's functions of mathematics, and so are they called here.
        for name in set(told["mathematics"]) - self._known:
            llvm.add_symbol(name, self._helpers[name])
        needs = set(told["needs"]) - self._known
        if any(llvm.address_of_symbol(name) is None for name in needs):
            return None
        self._known |= needs.union(told["mathematics"])
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        for name, constants in told["environments"]:
            address = engine.get_global_value_address(name)
            if not address:
                return None
            if name not in self._environments:
                environment = self._environments[name] = self._functions.Environment({})
                environment.consts.extend(np.dtype(constant) for constant in constants)
                ctypes.py_object.from_address(address).value = environment
        address = engine.get_function_address(told["entry"])
        if not address:
            return None
        made: Callable[..., Any] = self._functions.make_function(
            sys.modules[kernel.__module__],
            kernel.__name__,
            kernel.__doc__ or "",
            address,
            self._environments[told["environments"][0][0]],
            self,
        )
        return made


_UNPICKLED: Final[dict[tuple[int, bytes], Any]] = {}


def _unpickle(address: int, data: bytes, digest: bytes) -> Any:
    """numba.core.serialize._numba_unpickle: constants of compiled code are made once."""
    if (address, digest) not in _UNPICKLED:
        _UNPICKLED[address, digest] = pickle.loads(data)  # noqa: S301 - it stands in the code itself
    return _UNPICKLED[address, digest]


def _teach_to_unpickle(helper: int) -> None:
    """Gives numba's helper the function above. It looks for its own when it is first called, and would import all of numba.

    Compiled code calls it with constants of its own: the class of the arrays that it returns, the exceptions that it raises.
    """
    if "numba" in sys.modules:
        return
    stand_ins = {name: ModuleType(name) for name in ("numba", "numba.core.serialize")}
    stand_ins["numba.core.serialize"].__dict__["_numba_unpickle"] = _unpickle
    sys.modules.update(stand_ins)
    try:
        data = pickle.dumps(None)
        ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)(helper)(
            data, len(data), bytes(20)
        )
    finally:
        for name in stand_ins:
            del sys.modules[name]


def _exceptions() -> list[type[BaseException]]:
    return [each for each in vars(builtins).values() if isinstance(each, type) and issubclass(each, BaseException)]


@cache
def _loader() -> _Loader | None:
    numba = _numba()
    try:
        return _Loader(numba) if numba is not None else None
    except Exception:  # not the numba that is known here
        return None


_LOADING: Final = Lock()  # two threads that call their first kernel


def _checksum(told: bytes, code: bytes) -> bytes:
    return hashlib.sha256(told + b"\n" + code).digest()


def _parted(file: bytes) -> tuple[bytes, bytes, bytes]:
    """The checksum, what is told of the code, and the code."""
    told, code = file[32:].split(b"\n", 1)
    return file[:32], told, code


class Shelf:
    """Machine code in files, one for each kernel and list of kinds of arguments.

    A file is made beside its place and then moved there, so it is whole whoever else writes it; and it is used only where it was
    made from the same sources (`stamp`) by the same numba for the same machine.
    """

    def __init__(self, folders: Sequence[Path], stamp: str) -> None:
        self._folders = folders
        self._stamp = stamp

    def is_used(self) -> bool:
        """Whether numba has compiled anything for this machine here."""
        numba = _numba()
        if numba is None:
            return False
        return any(True for folder in self._folders for _ in folder.glob(f"*.{numba.platform[:12]}.{ENDING}"))

    def find(self, kernel: Callable[..., Any], kinds: Kinds) -> Callable[..., Any] | None:
        """The compiled kernel for these kinds of arguments; None where it is not there."""
        name = self._name(kernel, kinds)
        if name is None:
            return None
        for folder in self._folders:
            with suppress(Exception):  # not there, broken, of another numba: whatever it is, numba can do without
                checksum, told, code = _parted((folder / name).read_bytes())
                heading = json.loads(told)
                if checksum == _checksum(told, code) and heading["made_from"] == self._made_from(kernel, kinds):
                    with _LOADING:
                        loader = _loader()
                        return loader.function(kernel, heading, code) if loader is not None else None
        return None

    def keep(self, kernel: Callable[..., Any], kinds: Kinds, compiled: Any) -> None:
        """Keeps what numba has in its own cache of a kernel (`compiled`, see `of_numba`), if that can do without numba."""
        name = self._name(kernel, kinds)
        if name is None or compiled is None:
            return
        heading, code = compiled
        told = json.dumps({"made_from": self._made_from(kernel, kinds)} | heading).encode()
        for folder in self._folders:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=folder, prefix=".kernel-") as made:
                    new = Path(made) / name
                    with new.open("wb") as file:
                        file.write(_checksum(told, code) + told + b"\n" + code)
                    new.replace(folder / name)
                return
            except OSError:  # not to be written; or, on Windows, just being read
                continue

    def _name(self, kernel: Callable[..., Any], kinds: Kinds) -> str | None:
        numba, written = _numba(), _written(kinds)
        if numba is None or written is None or not kernel.__qualname__.isidentifier():
            return None
        digest = hashlib.sha256(written.encode()).hexdigest()[:12]
        module = kernel.__module__.rpartition(".")[2]
        return f"{module}.{kernel.__qualname__}.{digest}.{numba.platform[:12]}.{ENDING}"

    def _made_from(self, kernel: Callable[..., Any], kinds: Kinds) -> list[str | None]:
        numba = _numba()
        return [self._stamp, numba and numba.platform, kernel.__module__, _written(kinds)]


def of_numba(dispatcher: Any, signature: tuple[Any, ...]) -> tuple[dict[str, Any], bytes] | None:
    """What numba has just put into its cache, or found there: what is to be known of the code, and the code itself.

    None where it is not in the cache, or where the code is more than code: where it looks for what only numba has in memory.
    """
    try:
        llvm = import_module("llvmlite.binding")
        from numba.core.intrinsics import INTR_MATH

        files = dispatcher._cache
        kept = files._cache_file.load(files._index_key(signature, dispatcher.targetctx.codegen()))
        (_, form, (code, bitcode)), description, environment, _, objectmode, lifted, _, at_load, environments = kept
        if form != "object" or objectmode or lifted or at_load:
            return None
        module = llvm.parse_bitcode(bitcode)
        named = [*module.functions, *module.global_variables]
        needs = sorted(each.name for each in named if each.is_declaration and not each.name.startswith("llvm."))
        if any(each.name.startswith((".numba.unresolved$", "numba.dynamic.globals")) for each in named):
            return None
        # The kernel's own comes first.
        every = {each.env_name: each for each in (environment, *environments)}
        constants = {name: [_dtype(constant) for constant in each.consts] for name, each in every.items()}
        heading = {
            "entry": description.llvm_cpython_wrapper_name,
            "environments": list(constants.items()),
            "mathematics": sorted(name for name in INTR_MATH if name.isidentifier()),
            "needs": needs,
        }
        return heading, bytes(code)
    except Exception:  # another numba, another constant: numba's own cache serves
        return None


def _dtype(constant: Any) -> str:
    """The only constant that is known here."""
    if not isinstance(constant, np.dtype) or constant.type not in SCALARS:
        raise TypeError(constant)
    return constant.str
