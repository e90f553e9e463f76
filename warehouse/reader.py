"""Reading the marts: what pages and `explain` show, as frames.

What belongs here: opening a version read-only and running the queries of warehouse/queries. What does not: how it is shown (flows).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import polars as pl

from warehouse.errors import WarehouseError


@cache
def _query(name: str) -> str:
    return (resources.files("warehouse") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


class Marts:
    """One version of the marts, open for reading.

    Takes `marts.duckdb` or a version's own file. The symlink is followed once, so that every query reads the same version while
    others are published. Raises WarehouseError where there is no such file or it does not hold marts.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if not self.path.is_file():
            raise WarehouseError(
                f"nothing is published at {path}: run `firstprint nightly` first, or name a folder with --warehouse"
            )
        try:
            # No settings: DuckDB refuses a second connection of this process to the same file with other ones.
            self._connection = duckdb.connect(str(self.path), read_only=True)
            self._connection.execute("SELECT version FROM publication").fetchall()
        except duckdb.Error as error:
            raise WarehouseError(f"{path} does not read as marts: {str(error).splitlines()[0]}") from error

    def __enter__(self) -> Marts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def read(self, name: str, **parameters: Any) -> pl.DataFrame:
        """The rows of `warehouse/queries/<name>.sql`, whose head says its parameters ($name) and columns."""
        return self._connection.execute(_query(name), parameters).pl()
