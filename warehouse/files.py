"""Files beside the database: written under a temporary name, made durable, then put in place in one step."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Makes the names in `folder` durable (what was created, renamed or removed there)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Makes the bytes of `path` durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(temporary: Path, final: Path) -> None:
    """Renames the finished `temporary` to `final` (same file system), durably; readers see the old file or the new one."""
    sync_file(temporary)
    os.replace(temporary, final)  # noqa: PTH105 - one rename, as the recipe of publication names it
    sync_folder(final.parent)


def write_in_place(final: Path, content: str) -> None:
    """Writes text to `final` so that readers never see half of it."""
    temporary = final.with_name(f".{final.name}.{os.getpid()}.tmp")
    temporary.write_text(content, encoding="utf-8")
    put_in_place(temporary, final)
