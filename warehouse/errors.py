"""What can go wrong in the warehouse, each with one line that says what happened, where, and what to do next."""

from __future__ import annotations

import duckdb


def is_storage_failure(error: BaseException) -> bool:
    """Whether DuckDB failed for want of disk or memory, or because the disk failed: no defect, and worth another run."""
    full = isinstance(error, duckdb.Error) and "No space left on device" in str(error)
    return full or isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException)


class WarehouseError(Exception):
    """The warehouse cannot be used as it is (wrong folder, newer schema, no right to write): a matter of configuration."""


class WriterBusyError(Exception):
    """Another run holds the writer's lock; the message names the holder."""


class PublicationError(Exception):
    """A candidate could not be made into a version; the last good version is still served."""
