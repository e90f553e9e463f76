"""Two versions of the marts, compared row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from warehouse.publish import HASHED_TABLES


class Difference(NamedTuple):
    """A row that one of two versions has and the other has not."""

    table: str
    only_in: str  # "published" or "recomputed"
    row: dict[str, Any]


def differences(published: Path, recomputed: Path, most: int = 5) -> list[Difference]:
    """The first rows (at most `most` a mart and side, in the order of their columns) in which two versions differ."""
    found = []
    with duckdb.connect() as connection:
        for name, path in (("published", published), ("recomputed", recomputed)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        for table, left_out in HASHED_TABLES.items():
            columns = f"* EXCLUDE ({', '.join(left_out)})" if left_out else "*"
            for here, there in (("published", "recomputed"), ("recomputed", "published")):
                rows = connection.execute(
                    f"SELECT {columns} FROM {here}.{table} EXCEPT ALL SELECT {columns} FROM {there}.{table}"
                    f" ORDER BY ALL LIMIT {most}"
                ).pl()
                found += [Difference(table, here, row) for row in rows.iter_rows(named=True)]
    return found
