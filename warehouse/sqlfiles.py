"""The .sql files of this room, by name."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def sql(name: str) -> str:
    """The text of `warehouse/<name>.sql`, for example `sql("marts/articles")`."""
    return (resources.files("warehouse") / f"{name}.sql").read_text(encoding="utf-8")


@cache
def names(folder: str) -> tuple[str, ...]:
    """The names of the .sql files in `warehouse/<folder>`, sorted, without their ending."""
    found = (resources.files("warehouse") / folder).iterdir()
    return tuple(sorted(item.name.removesuffix(".sql") for item in found if item.name.endswith(".sql")))
