"""What the warehouse says of itself: the snapshot that `firstprint status` reads.

The database admits one process while a run writes it, and status must not wait; so each run leaves a snapshot, `status.json`.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from warehouse import files, sqlfiles
from warehouse.store import Store

NAME = "status.json"
# How many runs, newest first, the snapshot tells of.
_RUNS = 20


def leave_snapshot(store: Store, derived_by: str) -> None:
    """Writes the snapshot: partitions with their state, the last runs with their stages, the number of refused files."""
    partitions = store.frame(sqlfiles.sql("sql/partitions"), {"derived_by": derived_by})
    snapshot = {
        "partitions": partitions.to_dicts(),
        "quarantined": store.rows("SELECT count(*) FROM meta.files WHERE disposition = 'quarantined'")[0][0],
        "runs": store.frame(sqlfiles.sql("sql/last_runs"), {"count": _RUNS}).to_dicts(),
    }
    files.write_in_place(store.folder / NAME, json.dumps(snapshot, ensure_ascii=False, indent=1, default=str))


def snapshot(folder: Path) -> dict[str, Any] | None:
    """The last snapshot; None before the first run ended."""
    path = folder / NAME
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def fold(partitions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Days that follow one another in equal state, as ranges: (first, last, articles, state, error); days as ISO text or None."""
    ranges: list[dict[str, Any]] = []
    for row in partitions:
        before = ranges[-1] if ranges else None
        if (
            before
            and (before["state"], before["error"]) == (row["state"], row["error"])
            and _next(before["last"]) == row["day"]
        ):
            before["last"] = row["day"]
            before["articles"] += row["articles"]
        else:
            told = {name: row[name] for name in ("articles", "state", "error")}
            ranges.append({"first": row["day"], "last": row["day"], **told})
    return ranges


def _next(day: str | None) -> str | None:
    return None if day is None else str(date.fromisoformat(day) + timedelta(days=1))
