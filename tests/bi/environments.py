"""Environments of the heavy tools: each is set up once, in out/bi/<name>, from versions that tests/bi pins."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "out" / "bi"
# Superset, the greatest, takes two minutes on two busy cores.
_PATIENCE_SECONDS = 900


def python(name: str) -> Path:
    """The folder of the commands of a virtual environment with `requirements/<name>.txt`, hashes and all."""
    requirements = HERE / "requirements" / f"{name}.txt"
    environment = _fresh(name, requirements.read_bytes() + sys.version.encode())
    ready = environment / "ready"
    if not ready.exists():
        _run(name, sys.executable, "-m", "venv", "--clear", str(environment))
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run(name, *pip, "--require-hashes", "--requirement", str(requirements))
        ready.touch()
    return environment / "bin"


def node() -> Path:
    """The folder with the packages of `node/package-lock.json`."""
    if not shutil.which("npm"):
        _missing("node", "npm is not installed")
    lock = HERE / "node" / "package-lock.json"
    environment = _fresh("node", lock.read_bytes())
    ready = environment / "ready"
    if not ready.exists():
        environment.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(lock.with_name(name), environment / name)
        # Not `npm ci`: it wants the builds for all other platforms in the lock, which registries need not have.
        _run("node", "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(environment))
        ready.touch()
    return environment


def _fresh(name: str, pins: bytes) -> Path:
    """The folder of an environment. Other pins are another folder: what an older version left is removed."""
    folder = FOLDER / name / hashlib.sha256(pins).hexdigest()[:12]
    for old in (FOLDER / name).glob("*"):
        if old != folder:
            shutil.rmtree(old)
    return folder


def _run(name: str, *command: str) -> None:
    told = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_PATIENCE_SECONDS, check=False
    )
    if told.returncode:
        lines = [line for line in told.stdout.splitlines() if "error" in line.lower()] or told.stdout.splitlines()
        _missing(name, lines[0] if lines else f"exit code {told.returncode}")


def _missing(name: str, reason: str) -> None:
    """Skips and says why; a failure where everything can be had (CI), and where packages are not those that were pinned."""
    message = f"{name} cannot be set up here: {reason}"
    if os.environ.get("CI") or "HASHES" in reason or "EINTEGRITY" in reason:
        pytest.fail(message)
    pytest.skip(message)
