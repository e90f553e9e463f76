"""Verification: everything is derived again from the raw layer, beside the warehouse, and compared with what is published."""

from __future__ import annotations

import shutil
from typing import NamedTuple

from flows import pipeline
from flows.errors import ConfigurationError
from flows.progress import Silent
from flows.settings import Settings, code_version
from warehouse import compare, publish
from warehouse.lock import WriterLock
from warehouse.store import Store


class Verdict(NamedTuple):
    """Whether the published marts equal the recomputed ones, and the first rows in which they differ."""

    version: str
    equal: bool
    differences: list[compare.Difference]


def verify(settings: Settings, *, wait_seconds: float = 0.0) -> Verdict:
    """Recomputes the marts from the raw layer and compares them with the served version, changing nothing.

    Raises ConfigurationError where nothing is published, WriterBusyError where a run is under way.
    """
    served = publish.served(settings.warehouse)
    if served is None:
        raise ConfigurationError(f"nothing is published in {settings.warehouse} yet: run firstprint nightly")
    scratch = settings.warehouse / "verification"
    with WriterLock(settings.warehouse, "verify", "now", wait_seconds):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        origin = Store(settings.warehouse, threads=settings.threads, memory_limit=settings.memory_limit)
        try:
            store = Store(
                scratch, threads=settings.threads, memory_limit=settings.memory_limit, raw_folder=origin.raw_folder
            )
            try:
                store.copy_raw(origin)
                candidate = _recompute(settings, store, served)
                equal = candidate.content_hash == served.publication["content_hash"]
                found = [] if equal else compare.differences(served.path, candidate.path)
                return Verdict(served.version, equal, found)
            finally:
                store.close()
        finally:
            origin.close()
            shutil.rmtree(scratch, ignore_errors=True)


def _recompute(settings: Settings, store: Store, served: publish.Served) -> publish.Candidate:
    told = served.publication
    horizon = store.state().horizon or told["logical_date"]
    run_id = pipeline.new_run_id("verify", horizon)
    run = pipeline.Run("nightly", settings, horizon, run_id, told["published_at"], store, Silent())
    pipeline.derive(run)
    pipeline.find_reuse(run)
    return publish.build(
        store,
        run_id=run.run_id,
        logical_date=horizon,
        published_at=told["published_at"],
        code_version=code_version(),
        config=settings.fingerprint(),
    )
