"""What the audit costs: CPU seconds and memory of a process that audits a healthy candidate of many articles.

    python benchmarks/audit/run.py [--articles 1000000] [--folder DIR] [--per-rule]

Writes a candidate (deterministic: no clock, no random source; it stays in DIR and is taken again), audits it in a process
of its own, and prints a line of JSON. `--per-rule` runs each rule alone, too, and prints those that cost most.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


def generate(path: Path, articles: int) -> None:
    """Writes the candidate: stories, edges of every kind, a long chain, ten years of days, texts of about 3 kB."""
    import duckdb

    work = path.with_suffix(".part")
    work.unlink(missing_ok=True)
    with duckdb.connect(str(work), config={"memory_limit": "3GB", "threads": 2}) as connection:
        connection.execute((REPOSITORY / "warehouse" / "marts" / "schema.sql").read_text(encoding="utf-8"))
        connection.execute(f"SET VARIABLE articles = {articles}")
        connection.execute((HERE / "candidate.sql").read_text(encoding="utf-8"))
        connection.execute("DROP SCHEMA scratch CASCADE; CHECKPOINT")
    work.rename(path)


def measure(path: Path, per_rule: bool) -> None:
    """The measured process: audits and prints what it cost."""
    from expectations.audit import AuditContext, Figures, audit
    from expectations.rules import rules_of

    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations.expectations

    imported = time.process_time()
    began = time.monotonic()
    context = AuditContext(previous=Figures(0, 0), threads=2, max_und_share=1, max_quarantine_share=1)
    found = audit(path, context=context)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "bytes": path.stat().st_size,
        "rules": found.checks.height,
        "broken": found.checks.filter(~found.checks["success"])["rule"].to_list(),
        "import_cpu_s": round(imported, 1),
        "audit_cpu_s": round(time.process_time() - imported, 1),
        "audit_wall_s": round(time.monotonic() - began, 1),
        "peak_gb": round(usage.ru_maxrss / 1e6, 2),
        "great_expectations": great_expectations.__version__,
    }
    print(json.dumps(told), flush=True)
    if per_rule:
        costs = []
        for rule in rules_of(context):
            began_cpu = time.process_time()
            audit(path, context=context, only={rule.code})
            costs.append((time.process_time() - began_cpu, rule.code))
        for cost, code in sorted(costs, reverse=True)[:25]:
            print(f"{cost:6.2f} CPU s  {code}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "out" / "benchmarks")
    parser.add_argument("--per-rule", action="store_true")
    parser.add_argument("--measured", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.measured is not None:
        measure(told.measured, told.per_rule)
        return
    told.folder.mkdir(parents=True, exist_ok=True)
    candidate = told.folder / f"candidate-{told.articles}.duckdb"
    if not candidate.exists():
        generate(candidate, told.articles)
    arguments = [sys.executable, str(Path(__file__).resolve()), "--measured", str(candidate)]
    if told.per_rule:
        arguments.append("--per-rule")
    subprocess.run(arguments, check=True, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})


if __name__ == "__main__":
    main()
