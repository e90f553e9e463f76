"""The directions of imports, and that transforms touch nothing of the outside (DESIGN, Rooms and law 7)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("flows", "transforms", "expectations", "warehouse")
# Which modules of the rooms a room may import.
ALLOWED = {
    "flows": ("flows", "expectations", "warehouse", "transforms"),
    "transforms": ("transforms",),
    "expectations": ("expectations", "transforms.records"),
    "warehouse": ("warehouse", "transforms.records"),
}
# What stands outside a room's door, whatever the reason.
FORBIDDEN = {
    "flows": ("duckdb",),
    "transforms": (
        "duckdb",
        "prefect",
        "os",
        "time",
        "random",
        "secrets",
        "socket",
        "subprocess",
        "sqlite3",
        "locale",
        "uuid",
    ),
    "expectations": ("duckdb", "prefect"),
    "warehouse": ("prefect", "great_expectations"),
}
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at its top or inside a function; `from a import b` counts as a.b too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def within(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    ours = {module for module in imports(path) if within(module, ROOMS)}
    assert not {module for module in ours if not within(module, ALLOWED[room])}
    assert not {module for module in imports(path) if within(module, FORBIDDEN[room])}


def test_prefect_stays_in_flows() -> None:
    users = {path for path in MODULES if any(within(module, ("prefect",)) for module in imports(path))}
    assert users
    assert {path.relative_to(ROOT).parts[0] for path in users} == {"flows"}


# Calls that would let the clock, the environment or a file into a transform. Package data is read through importlib.resources.
IMPURE_METHODS = {"now", "today", "utcnow", "getenv", "urandom", "read_text", "write_text", "write_bytes"}
IMPURE_FUNCTIONS = {"open", "input", "print", "hash", "id"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "transforms").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_transforms_are_pure(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            package_data = "resources" in ast.unparse(function)
            if isinstance(function, ast.Attribute) and not package_data:
                assert function.attr not in IMPURE_METHODS, f"{path.name}:{node.lineno} calls {function.attr}()"
            if isinstance(function, ast.Name):
                assert function.id not in IMPURE_FUNCTIONS, f"{path.name}:{node.lineno} calls {function.id}()"


def test_sql_stands_in_sql_files() -> None:
    """A statement of several lines is no string in the code."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count("\n") > 2:
                text = node.value.upper()
                assert not ("SELECT " in text and " FROM " in text), f"{path}:{node.lineno}"
