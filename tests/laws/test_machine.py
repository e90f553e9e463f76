"""Law 3 as a state machine: whatever was done in whatever order, the marts equal those of one run from scratch.

Files land, nights and backfills run with every policy and order, code changes, runs are killed, articles are withdrawn and come
back. After each run that ends well the content hash is that of a new warehouse that takes up the same files in one night.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from flows import pipeline
from tests import support
from tests.laws import strategies
from tests.laws.killing import in_child

POLICIES = ("missing", "failed", "stale", "all")


def with_code(version: int, work: str, *told: Any, **more: Any) -> None:
    """Does the work as another version of the code would: one that derives another title of every article."""
    parse = pipeline.article.parse
    code = pipeline.code_version()

    def other(documents: pl.DataFrame, **context: Any) -> pl.DataFrame:
        return parse(documents, **context).with_columns(title=pl.lit(f"by version {version}"))

    with pytest.MonkeyPatch.context() as patched:
        if version:
            patched.setattr(pipeline.article, "parse", other)
            patched.setattr(pipeline, "code_version", lambda: f"{code}.{version}")
        getattr(support, work)(*told, **more)


class Warehouse(RuleBasedStateMachine):
    """A landing zone, a warehouse, and what was done to them."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.landing, self.warehouse = self.root / "landing", self.root / "warehouse"
        self.files: dict[str, bytes] = {}
        self.withdrawn: set[str] = set()
        self.version = 0
        self.mixed = False
        # No rule runs a night before this one.
        self.horizon = support.NIGHT - timedelta(20)

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @initialize(files=strategies.landings(max_files=5, bad=False))
    def begin(self, files: dict[str, bytes]) -> None:
        self.land(files)

    @rule(files=strategies.landings(max_files=4))
    def land(self, files: dict[str, bytes]) -> None:
        """A path that is taken stays as it is: a file that changes is two documents, and one night cannot see both."""
        for name, content in files.items():
            parents = {str(parent) for parent in Path(name).parents}
            taken = name in self.files or parents & set(self.files)
            if not taken and not any(other.startswith(f"{name}/") for other in self.files):
                self.files[name] = content
                support.write(self.landing, {name: content})

    @rule(back=st.integers(0, 20))
    def nightly(self, back: int) -> None:
        day = support.NIGHT - timedelta(back)
        self.horizon = max(self.horizon, day)
        with_code(self.version, "night", self.landing, self.warehouse, day)
        self.check()

    @rule(back=st.integers(0, 40), days=st.integers(1, 60), policy=st.sampled_from(POLICIES), backwards=st.booleans())
    def backfill(self, back: int, days: int, policy: pipeline.Policy, backwards: bool) -> None:
        start = support.NIGHT - timedelta(back)
        self.horizon = max(self.horizon, support.NIGHT)
        told = {"landing": self.landing, "backwards": backwards}
        with_code(self.version, "backfill", self.warehouse, start, start + timedelta(days), policy, **told)
        self.check()

    @rule()
    def renew(self) -> None:
        """A backfill of every day there is: what other code derived is derived by this one."""
        self.horizon = max(self.horizon, support.NIGHT)
        ever = (date(1990, 1, 1), date(2100, 1, 1))
        with_code(self.version, "backfill", self.warehouse, *ever, "stale", landing=self.landing)
        self.mixed = False
        self.check()

    @rule()
    def change_code(self) -> None:
        self.version += 1
        self.mixed = True

    @rule(share=st.floats(0, 1))
    def killed(self, share: float) -> None:
        """A night that dies; the next one is whatever comes next."""
        work = partial(with_code, self.version, "quiet_night", self.landing, self.warehouse, self.horizon)
        # A night has some 600 steps here; where it has fewer, it ends well.
        code, _ = in_child(work, 1 + int(share * 600))
        assert code in (0, -signal.SIGKILL)

    @precondition(lambda self: (self.warehouse / "marts.duckdb").exists())
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        with_code(self.version, "night", self.landing, self.warehouse, self.horizon)
        ids = [row[0] for row in support.query(self.warehouse, "SELECT article_id FROM articles ORDER BY 1")]
        if not ids:
            return
        gone = data.draw(st.sampled_from(ids))
        with_code(self.version, "withdraw", self.warehouse, gone, self.horizon)
        self.withdrawn.add(gone)
        self.check()

    @precondition(lambda self: self.withdrawn)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        back = data.draw(st.sampled_from(sorted(self.withdrawn)))
        support.undo_withdrawal(self.warehouse, back, self.horizon)
        self.withdrawn.remove(back)
        self.nightly(0)

    def check(self) -> None:
        """Equal to one night from scratch over what has been taken up (a backfill lands everything, and so does a night)."""
        if self.mixed:
            return
        once = self.root / "once"
        shutil.rmtree(once, ignore_errors=True)
        with_code(self.version, "night", self.landing, once, self.horizon)
        for gone in sorted(self.withdrawn):
            with_code(self.version, "withdraw", once, gone, self.horizon)
        if not (once / "marts.duckdb").exists():
            assert not (self.warehouse / "marts.duckdb").exists()
            return
        assert support.marts(self.warehouse) == support.marts(once)
        assert support.content_hash(self.warehouse) == support.content_hash(once)


SHORT = settings(max_examples=5, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck))


def test_marts_equal_one_run_from_scratch() -> None:
    run_state_machine_as_test(Warehouse, settings=SHORT)


# A thousand steps: a quarter of an hour on one core, since each run is held against one from scratch.
LONG = settings(SHORT, max_examples=40, stateful_step_count=25)


@pytest.mark.long
def test_marts_equal_one_run_from_scratch_long() -> None:
    run_state_machine_as_test(Warehouse, settings=LONG)
