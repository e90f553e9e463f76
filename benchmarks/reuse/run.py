"""firstprint's reuse stage and its peers on one generated collection: `python -m benchmarks.reuse.run --articles 100000 --seed 1`.

From the project's root, in its environment. Makes what is not there yet in the work folder: the collection with its truth
(benchmarks/reuse/generate.py) and, beside the peers' scripts, an environment a peer with the versions and hashes of its .lock. Each
tool then runs as a process of its own, text in, cluster ids out; the table has its CPU seconds (user and system, with children),
its wall time and peak memory, and how well it did (benchmarks/reuse/score.py). `--night` measures a night on top of the rest of
the collection, `--cold` how small collections fare.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = {  # name -> (environment, script); firstprint runs in the project's own
    "rensa": ("rensa", "rensa_deduplicator.py"),
    "rensa-verified": ("rensa", "rensa_verified.py"),
    "polars-textproc": ("polars-textproc", "polars_textproc_default.py"),
    "datasketch": ("datasketch", "datasketch_lsh.py"),
}
WARM = 1000  # articles: enough that every kernel is compiled and kept on disk before anything is measured
# With as little room for their words as a million have.
CROWDED = """
import sys
from pathlib import Path
from benchmarks.reuse.run_firstprint import main
from transforms import sheets
sheets.WORDS = 100_000
main(Path(sys.argv[1]), Path(sys.argv[2]))
"""
# Threads of two tasks on one core slow each other down, so that CPU seconds would tell of the machine: every tool has one.
ALONE = dict.fromkeys(("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
# A guest has its memory from its host when it is first written to, which takes longer than to write to it, and gives it back when
# it was free for a while: each tool would pay for what was free before it. So it is written to before each one, as much as the
# largest takes of a million articles, or half of what is free.
TOUCH = "import os; b'1' * min(4 << 30, os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 2)"
COLD_SEEDS = 3  # small collections differ: one large family weighs more than all others


class Spent(NamedTuple):
    """What a process took."""

    cpu_s: float
    wall_s: float
    gb: float
    said: str


def spent(command: list[str | Path]) -> Spent:
    """Runs a command from the project's root and waits for it: its own resource usage, with that of the children it waited for.

    This process stays small (it loads no frame): what a child is said to have taken at most is never less than its parent had.
    """
    began = time.monotonic()
    told, environment = [str(part) for part in command], {**os.environ, **ALONE}
    with subprocess.Popen(told, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[-3]} ended with {child.returncode}")
    return Spent(usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1e6, said)


def module(name: str, *arguments: str | Path) -> Spent:
    """A module of this folder in the project's environment."""
    return spent([sys.executable, "-m", f"benchmarks.reuse.{name}", *arguments])


def python_of(environment: str) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing or was made from another lock."""
    folder, lock = HERE / "peers" / ".venv" / environment, HERE / "peers" / f"{environment}.lock"
    made, wanted = folder / "made-from", hashlib.sha256(lock.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if not made.exists() or made.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lock], check=True
        )
        made.write_text(wanted)
    return python


def collection_of(work: Path, seed: int, size: int) -> Path:
    """The collection, generated where it is missing or was made by another version of the generator."""
    version = hashlib.sha256((HERE / "generate.py").read_bytes()).hexdigest()[:12]
    folder = work / f"seed-{seed}-{size}-{version}"
    if not (folder / "collection.json").exists():
        took = module("generate", "--seed", str(seed), "--size", str(size), folder)
        print(f"generated {size:,} articles: {took.cpu_s:.0f} CPU s, {took.gb:.1f} GB", file=sys.stderr)
    return folder


def run(tool: str, collection: Path) -> Spent:
    """One tool over a collection: what it took."""
    answer = collection / f"answer-{tool}"
    spent([sys.executable, "-c", TOUCH])
    if tool == "firstprint":
        return module("run_firstprint", collection, answer)
    environment, script = PEERS[tool]
    return spent([python_of(environment), HERE / "peers" / script, collection, answer])


def scored(tool: str, collection: Path) -> dict[str, Any]:
    """The scores of what a tool has answered."""
    return dict(json.loads(module("score", collection, collection / f"answer-{tool}").said))


def median(runs: list[Spent]) -> Spent:
    """Of several runs what is in the middle, column by column."""
    cpu, wall, gb = (statistics.median(each[at] for each in runs) for at in range(3))
    return Spent(cpu, wall, gb, runs[0].said)


def row(tool: str, took: Spent, scores: dict[str, Any]) -> str:
    """A line of the table."""
    by_kind, merged = scores["recall_by_kind"], scores["merged"]
    cells = [f"{took.cpu_s:.1f}", f"{took.wall_s:.0f}", f"{took.gb:.2f}"]
    cells += [" / ".join(f"{scores[name]:.3f}" for name in ("precision", "recall", "f1"))]
    cells += [f"{by_kind[kind]:.3f}" for kind in ("exact", "spacing", "chrome", "headline", "light", "heavy")]
    cells += [" / ".join(f"{merged[kind]:.3f}" for kind in ("bulletin", "form", "digest"))]
    return f"| {tool} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=",".join(("firstprint", *PEERS)))
    parser.add_argument(
        "--runs", type=int, default=1, help="run the tools so often, in turn: the table has the medians"
    )
    parser.add_argument("--night", type=int, default=0, help="measure a night of so many against the rest")
    parser.add_argument("--cold", type=int, default=0, help="score collections of so many articles")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "out" / "benchmark-reuse", help="where collections are kept"
    )
    options = parser.parse_args()
    tools = [tool for tool in options.peers.split(",") if tool]
    unknown = set(tools) - {"firstprint", *PEERS}
    if unknown:
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    collection = collection_of(work, options.seed, options.articles)
    results: dict[str, Any] = {}

    start = None
    if "firstprint" in tools or options.night:
        # As an installed package is, whatever the environment forbids.
        compileall.compile_dir(ROOT / "transforms", quiet=1)
        warm = collection_of(work, options.seed, WARM)
        module("run_firstprint", warm, warm / "answer-firstprint")
        spent([sys.executable, "-c", CROWDED, warm, warm / "answer-firstprint"])
        # Large and small parts of all: numbers that lie close together, and others.
        for part in (5, 100):
            module("run_night", warm, str(WARM // part))
        empty = collection_of(work, options.seed, 0)
        for _ in range(2):  # empty columns may have types of their own to compile for
            start = module("run_firstprint", empty, empty / "answer-firstprint")
    print(
        "| tool | CPU s | wall s | GB | stories: precision / recall / F1 | exact | spacing | chrome | headline | light | heavy"
        " | bulletins / forms / digests merged |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for environment in {PEERS[tool][0] for tool in tools if tool in PEERS}:
        python_of(environment)
    turns: list[dict[str, Spent]] = []
    for _ in range(options.runs):
        turns.append({tool: run(tool, collection) for tool in tools})
        if options.runs > 1:
            print(", ".join(f"{tool} {took.cpu_s:.2f}" for tool, took in turns[-1].items()), file=sys.stderr)
    for tool in tools:
        took, scores = median([turn[tool] for turn in turns]), scored(tool, collection)
        results[tool] = {**took._asdict(), **scores}
        print(row(tool, took, scores), flush=True)
    print()
    if start is not None:
        results["start_up"] = start._asdict()
        print(f"firstprint on an empty collection: {start.cpu_s:.2f} CPU s, {start.wall_s:.1f} s, {start.gb:.2f} GB")
    for peer, target in (("rensa", 0.7), ("rensa-verified", 0.15)):
        if peer in results and "firstprint" in results:
            ratio = results["firstprint"]["cpu_s"] / results[peer]["cpu_s"]
            print(f"firstprint / {peer}: {ratio:.2f} of its CPU (target {target})")
    if "firstprint" in results:
        for name in (
            "edges_found",
            "quotes_found_strict",
            "quotes_found_followed",
            "edge_precision",
            "edge_count",
            "largest",
        ):
            print(f"{name}: {json.dumps(results['firstprint'][name])}")
    if options.night:
        told = json.loads(module("run_night", collection, str(options.night)).said)
        results["night"] = told
        print(f"night: {json.dumps(told)}")
    if options.cold:
        small = [collection_of(work, options.seed + i, options.cold) for i in range(COLD_SEEDS)]
        for each in small:
            run("firstprint", each)
        cold = [scored("firstprint", each)["f1"] for each in small]
        results["cold_f1"] = cold
        print(
            f"cold start with {options.cold:,} articles, F1 of {COLD_SEEDS} seeds: {', '.join(f'{f:.3f}' for f in cold)}"
        )
    (collection / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
