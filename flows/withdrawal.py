"""The takedown of an article: gone from the next version on, whatever is run again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flows import pipeline
from flows.settings import Settings
from warehouse import publish


def withdraw(
    settings: Settings,
    article_id: str,
    reason: str,
    logical_date: date,
    *,
    wait_seconds: float = 0.0,
    wrap: Callable[[pipeline.Stage], Callable[[pipeline.Run], str]] = lambda stage: stage.work,
) -> str:
    """Takes an article out of warehouse and marts, publishes without it, and drops the kept versions that hold it.

    `wrap` may put something round each stage, as in `pipeline.go`.
    Gives the line that says what was done. Raises WarehouseError where there is no such article, and as any run does.
    """
    with pipeline.open_run("withdraw", settings, logical_date, landing=None, wait_seconds=wait_seconds) as run:
        run.store.withdraw(article_id, reason, run_id=run.run_id, withdrawn_at=run.started_at)
        pipeline.go(run, wrap)
        run.store.compact()
        dropped = [
            name for name in publish.drop_versions_with(settings.warehouse, article_id) if name.endswith(".duckdb")
        ]
        told = run.message
        if publish.served(settings.warehouse) is None:
            told = "nothing is left to serve"
            pipeline.forget_pages(settings.warehouse)
        return f"withdrawn: {article_id}; {told}; {len(dropped)} older versions dropped"


def undo(settings: Settings, article_id: str, logical_date: date, *, wait_seconds: float = 0.0) -> str:
    """Takes the tombstone away. Gives the line that says what happens next. Raises WarehouseError where there is none."""
    with pipeline.open_run("withdraw", settings, logical_date, landing=None, wait_seconds=wait_seconds) as run:
        run.store.undo_withdrawal(article_id)
        return f"{article_id} may come back: the next nightly takes it up if its file still lies in the landing zone"
