"""Kernels from the shelf: without numba, and with the same answers; and what happens where something is wrong with the shelf."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from itertools import cycle
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from transforms import machine_code
from transforms.compiled import COMPILED, KERNELS, Kernel
from transforms.machine_code import Shelf, kind

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not COMPILED, reason="without numba there is no machine code")

# What a kernel may do: call another, raise, take and return numbers, arrays and tuples, sort, make arrays, use mathematics.
SOURCE = '''
import json
import math
import sys
from pathlib import Path

import numpy as np

from transforms.machine_code import Shelf

Shelf.is_used = lambda self: True  # so that numba is not imported for the kernels of the package, which nobody calls here
from transforms.compiled import Kernel

SHELF = Shelf([Path(folder) for folder in sys.argv[3:]], sys.argv[2])


def compiled(kernel):
    return Kernel(kernel, SHELF)


@compiled
def half(number):
    if number % 2:
        raise ValueError("an odd number")
    return number // 2


@compiled
def ordered(numbers, smallest):
    """Sorted, where they were, and how many."""
    many = np.empty(len(numbers) * 2, dtype=np.uint32)
    many[:] = 7
    return np.sort(numbers), numbers.argsort(), half(len(many)), many, numbers[0] > smallest


@compiled
def logarithm(number, numbers):
    return math.log10(number) + numbers.sum()


@compiled
def fill(numbers):
    numbers[:] = numbers / 2


def uncounted(kernel):
    return Kernel(kernel, SHELF, counts=False)


@uncounted
def total(numbers, begin):
    """Of a part, by way of a kernel that makes an array."""
    sum_here = 0
    for number in numbers[begin:]:
        sum_here += number * kept(numbers[begin:])
    return sum_here


@compiled
def kept(numbers):
    return len(numbers.copy())


@compiled
def same(value):
    return value


@compiled
def length(things):
    return len(things)


@compiled
def power(number, by=2):
    return number**by


def plain(value):
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.tolist()]
    return [type(value).__name__, repr(value)]


def tell():
    numbers = np.array([3, 1, 2], dtype=np.int64)
    read_only = numbers.astype(np.float64)
    read_only.flags.writeable = False
    room = np.arange(4.0)
    fill(room[::2])
    answers = [
        half(4),
        half(np.int64(-4)),
        half(np.uint8(4)),
        ordered(numbers, 2),
        ordered(np.array([2.5, -1]), 9.5),
        logarithm(100.0, read_only),
        logarithm(True, np.ones((2, 3), dtype=np.float32, order="F")),
        room,
        [total(numbers, 1), sys.getrefcount(numbers)],
        same(-1),
        same(0.5),
        same(True),
    ]
    try:
        half(5)
    except ValueError as error:
        answers.append(str(error))
    return [plain(answer) for answer in answers]


answers = tell()
told = {"answers": answers, "numba": "numba" in sys.modules, "rest": []}
if sys.argv[1] == "rest":  # what is never on the shelf, and numba in one process with machine code from the shelf
    rest = same((1 << 63) + 2), length((1, 2.5)), tell() == answers, length(np.zeros(3)), power(5)
    told["rest"] = [plain(each) for each in rest]
print(json.dumps(told))
'''


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kernels")
    (home / "kernels.py").write_text(SOURCE, encoding="utf-8")
    return home


class Process:
    """A Python process that calls the kernels, with machine code in `folders`."""

    def __init__(self, home: Path, *folders: Path, stamp: str = "one", what: str = "all") -> None:
        self._process = subprocess.Popen(
            [sys.executable, home / "kernels.py", what, stamp, *folders],
            env={**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(home / "numba")},
            stdout=subprocess.PIPE,
            text=True,
        )

    def told(self) -> Any:
        out, _ = self._process.communicate()
        assert self._process.returncode == 0
        return json.loads(out)


EXPECTED = [
    ["int", "2"],
    ["int", "-2"],
    ["int", "2"],
    [
        ["int64", [1, 2, 3]],
        ["int64", [1, 2, 0]],
        ["int", "3"],
        ["uint32", [7] * 6],
        ["bool", "True"],
    ],
    [
        ["float64", [-1.0, 2.5]],
        ["int64", [1, 0]],
        ["int", "2"],
        ["uint32", [7] * 4],
        ["bool", "False"],
    ],
    ["float", "8.0"],
    ["float", "6.0"],
    ["float64", [0.0, 1.0, 1.0, 3.0]],
    [["int", "6"], ["int", "2"]],
    ["int", "-1"],
    ["float", "0.5"],
    ["bool", "True"],
    ["str", "'an odd number'"],
]


@pytest.fixture(scope="module")
def shelf(home: Path) -> Path:
    """A shelf that two processes have filled at the same time."""
    folder = home / "shelf"
    both = [Process(home, folder) for _ in range(2)]
    assert [process.told() for process in both] == [{"answers": EXPECTED, "numba": True, "rest": []}] * 2
    assert {path.suffix for path in folder.iterdir()} == {f".{machine_code.ENDING}"}  # nothing half done is left
    return folder


def test_without_numba(home: Path, shelf: Path) -> None:
    assert Process(home, shelf).told() == {"answers": EXPECTED, "numba": False, "rest": []}


def test_whether_a_shelf_is_used(shelf: Path, tmp_path: Path) -> None:
    assert Shelf([tmp_path / "no folder", shelf], "any").is_used()
    assert not Shelf([tmp_path / "no folder", tmp_path], "any").is_used()


def test_numba_beside_the_shelf(home: Path, shelf: Path, tmp_path: Path) -> None:
    """What is not on the shelf is compiled in the same process, and what is from the shelf goes on as before."""
    copytree(shelf, tmp_path, dirs_exist_ok=True)
    told = Process(home, tmp_path, what="rest").told()
    assert told["rest"] == [["int", str((1 << 63) + 2)], ["int", "2"], ["bool", "True"], ["int", "3"], ["int", "25"]]
    assert told["answers"] == EXPECTED


def whole(heading: dict[str, Any], code: bytes) -> bytes:
    body = json.dumps(heading).encode() + b"\n" + code
    return sha256(body).digest() + body


def cut(file: bytes) -> bytes:
    return file[: len(file) // 2]


def flipped(file: bytes) -> bytes:
    return file[:-100] + bytes([file[-100] ^ 1]) + file[-99:]


def heading(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    """A file with another heading that is whole in itself."""

    def changed(file: bytes) -> bytes:
        told, code = file[32:].split(b"\n", 1)
        read = json.loads(told)
        change(read)
        return whole(read, code)

    return changed


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda file: b"",
    "not ours": lambda file: b"something else\n" * 100,
    "cut": cut,
    "flipped": flipped,
    "other sources": heading(lambda told: told["made_from"].__setitem__(0, "two")),
    "other machine": heading(lambda told: told["made_from"].__setitem__(1, "0" * 64)),
    "a symbol that is not there": heading(lambda told: told["needs"].append("no_such_function")),
    "no entry": heading(lambda told: told.update(entry="no_such_entry")),
    "no environment": heading(lambda told: told["environments"].append(["no_such_environment", []])),
    "another form": heading(lambda told: told.pop("needs")),
}


def test_what_is_wrong_is_made_anew(home: Path, shelf: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in sorted(shelf.iterdir())}
    assert len(before) >= len(DAMAGES)
    damaged = {name: damage(before[name]) for name, damage in zip(before, cycle(DAMAGES.values()), strict=False)}
    for name, file in damaged.items():
        assert file != before[name]
        (tmp_path / name).write_bytes(file)
    assert Process(home, tmp_path).told() == {"answers": EXPECTED, "numba": True, "rest": []}
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after.keys() == damaged.keys()
    assert not [name for name in after if after[name] == damaged[name]]
    assert Process(home, tmp_path).told() == {"answers": EXPECTED, "numba": False, "rest": []}


def test_other_sources(home: Path, shelf: Path, tmp_path: Path) -> None:
    """The code of other sources is replaced, so that it does not gather."""
    copytree(shelf, tmp_path, dirs_exist_ok=True)
    assert Process(home, tmp_path, stamp="two").told()["numba"]
    assert not Process(home, tmp_path, stamp="two").told()["numba"]
    assert Process(home, tmp_path).told()["numba"]
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in shelf.iterdir()}


def test_a_folder_that_cannot_be_written(home: Path, shelf: Path, tmp_path: Path) -> None:
    """As in an installation that belongs to somebody else; a file in the way stops the superuser too."""
    (tmp_path / "file").touch()
    folders = [tmp_path / "file" / "first", tmp_path / "second"]
    assert Process(home, *folders).told()["answers"] == EXPECTED
    assert Process(home, *folders).told() == {"answers": EXPECTED, "numba": False, "rest": []}
    # Nowhere at all.
    assert Process(home, folders[0]).told() == {"answers": EXPECTED, "numba": True, "rest": []}


def test_machine_code_is_stamped_with_every_module_that_has_kernels() -> None:
    modules = (ROOT / "transforms").glob("*.py")
    assert {
        module.stem for module in modules if re.search("^@(compiled|allocating)$", module.read_text(), re.M)
    } <= set(KERNELS)


def test_who_has_an_array_is_counted_where_one_is_made_or_given_back() -> None:
    """numba refuses to compile a kernel that makes an array and does not count. It does not see these: an array that is given back
    uncounted would be let go once too often, and one that an uncounting kernel is given back would never be let go."""
    kernels = {
        id(kernel): kernel
        for name in KERNELS
        for kernel in vars(import_module(f"transforms.{name}")).values()
        if isinstance(kernel, Kernel)
    }.values()
    number = r"(Int|int|bool|float|np\.u?int64)"
    plain = re.compile(rf"None|{number}|tuple\[{number}(, {number})*\]")
    returned = {kernel.__wrapped__: kernel.__wrapped__.__annotations__["return"] for kernel in kernels}
    gives_back = {kernel.__name__ for kernel, given in returned.items() if not plain.fullmatch(given)}
    assert gives_back == {"planes_kernel"}
    uncounted = [kernel for kernel in kernels if not kernel.counts]
    assert len(uncounted) > len(kernels) / 2
    for kernel in uncounted:
        assert not gives_back & {kernel.__name__, *kernel.__wrapped__.__code__.co_names}, kernel


def test_the_kind_of_an_argument() -> None:
    flat = np.zeros(4, dtype=np.int64)
    shut = flat.copy()
    shut.flags.writeable = False
    table = np.zeros((2, 3), dtype=np.int64)
    different = [
        *(1, 1.0, True, np.int8(1), np.int64(1), np.uint64(1), np.float32(1), np.bool_(True)),
        *(flat, flat[::2], shut, flat.astype(np.int32), flat.astype(np.uint64), flat.astype(">i8")),
        *(table, np.asfortranarray(table), table[:, :2], np.frombuffer(bytes(33), np.int64, 4, 1)),
        *((1,), (1.0,), (1, 1), ((1,),), (flat,), (table,)),
    ]
    assert len({kind(each) for each in different}) == len(different)
    assert None not in {kind(each) for each in different}
    assert kind(flat) == kind(np.ones(9, dtype="i8")) == kind(flat[1:])
    # numba has other types for these.
    left = [
        1 << 63,
        -(1 << 63) - 1,
        None,
        "text",
        b"bytes",
        (1, None),
        [1],
        1j,
        np.datetime64("2026-01-01"),
        np.ma.array([1]),
    ]
    assert {kind(each) for each in left} == {None}
    assert kind((1 << 63) - 1) == kind(-(1 << 63)) == kind(0)
