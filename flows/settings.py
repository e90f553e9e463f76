"""The settings: one place, one prefix (FIRSTPRINT_), each with its default and its meaning.

The command line overrides the environment, the environment overrides the defaults here.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.errors import ConfigurationError

# Which articles of its days a backfill derives anew (flows.backfill).
Policy = Literal["missing", "failed", "stale", "all"]


class Settings(BaseSettings):
    """What a run is told. Raises ConfigurationError (through `load`) where a value cannot be used."""

    model_config = SettingsConfigDict(env_prefix="FIRSTPRINT_", frozen=True, extra="ignore")

    landing: Path = Field(Path("landing"), description="folder of raw files")
    warehouse: Path = Field(Path("out/warehouse"), description="folder of the warehouse; made where it is missing")
    timezone: str = Field("Asia/Almaty", description="time zone of days: published_on, the logical date, the schedule")
    outlets: Path | None = Field(None, description="CSV file of outlets and their names, added to the shipped table")
    min_letters: int = Field(20, ge=1, description="a text with fewer letters is quarantined as too short")
    max_bytes: int = Field(16 * 2**20, ge=1, description="a document with more bytes is quarantined as too long")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="threads of DuckDB")
    memory_limit: str = Field("4GB", description="memory of DuckDB, before it works on disk")
    columns: dict[Literal["text", "date", "title", "url", "outlet"], list[str]] = Field(
        default_factory=dict,
        description='names of columns of jsonl and parquet files, as {"text": ["body"]}; the usual names are known',
    )
    batch_rows: int = Field(10_000, ge=1, description="files read, and articles derived, in one transaction")
    batch_bytes: int = Field(64_000_000, ge=1, description="bytes read in one transaction")
    reuse_rows: int = Field(50_000, ge=1, description="articles that the search for reuse takes up in one transaction")
    max_quarantine_share: float = Field(0.05, ge=0, le=1, description="share of refused files that the audit warns of")
    max_und_share: float = Field(
        0.1, ge=0, le=1, description="share of articles of unknown language that the audit warns of"
    )
    freshness_days: int = Field(3, ge=0, description="days that the newest article may lie behind the logical date")
    freshness_severity: Literal["warning", "error"] = Field(
        "warning", description="what the audit makes of marts older than that"
    )
    export: Literal["none", "parquet"] = Field(
        "none", description="what is written beside each version: none or parquet"
    )
    failure_url: str | None = Field(None, pattern="^https?://", description="where a run that fails posts that as JSON")
    failure_timeout: float = Field(10.0, gt=0, description="seconds that this post may take")
    keep_versions: int = Field(30, ge=2, description="published versions that are kept for readers and rollback")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("not a time zone: name one such as Asia/Almaty or UTC") from None
        return value

    @classmethod
    def load(cls, **told: object) -> Self:
        """The settings of the environment, with those of the command line (None: not told) over them."""
        try:
            return cls(**{name: value for name, value in told.items() if value is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = f"FIRSTPRINT_{'_'.join(str(part) for part in first['loc']).upper()}"
            raise ConfigurationError(
                f"{name}={first['input']!r}: {first['msg'].removeprefix('Value error, ')}"
            ) from None

    def outlets_text(self) -> str | None:
        """The user's own table of outlets (CSV), None where there is none."""
        if self.outlets is None:
            return None
        try:
            return self.outlets.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"FIRSTPRINT_OUTLETS={str(self.outlets)!r} cannot be read: {error}") from None

    def fingerprint(self) -> str:
        """SHA-256 (16 hex digits) of the settings that decide what the marts say."""
        deciding = {
            "timezone": self.timezone,
            "outlets": self.outlets_text(),
            "min_letters": self.min_letters,
            "max_bytes": self.max_bytes,
            "columns": {name: list(names) for name, names in self.columns.items()},
        }
        return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:16]


def told() -> list[tuple[str, str, str]]:
    """Every setting as people are told of it: its name, its meaning, its default."""
    rows = []
    for name, info in Settings.model_fields.items():
        default = "all processors" if name == "threads" else info.get_default(call_default_factory=True)
        rows.append((name, str(info.description), "none" if default in (None, {}) else str(default)))
    return rows


def _walk(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for item in sorted(folder.iterdir(), key=lambda each: each.name):
        if item.is_dir():
            found += [] if item.name == "__pycache__" else _walk(item)
        elif not item.name.endswith((".pyc", ".nbi", ".nbc")):
            found.append(item)
    return found


@cache
def code_version() -> str:
    """Version of firstprint and, behind the +, a fingerprint of the code and data that decide what the marts say."""
    digest = hashlib.sha256()
    for folder in (resources.files("transforms"), resources.files("warehouse") / "marts"):
        for item in _walk(folder):
            digest.update(f"{item.name}\0".encode())
            digest.update(hashlib.sha256(item.read_bytes()).digest())
    return f"{metadata.version('firstprint')}+{digest.hexdigest()[:12]}"
