"""What can go wrong in the warehouse, each with one line that says what happened, where, and what to do next."""

from __future__ import annotations

import duckdb

# What DuckDB says when the disk is full or fails, and when memory and disk together do not suffice.
StorageError = (duckdb.IOException, duckdb.OutOfMemoryException)


class WarehouseError(Exception):
    """The warehouse cannot be used as it is (wrong folder, newer schema, no right to write): a matter of configuration."""


class WriterBusyError(Exception):
    """Another run holds the writer's lock; the message names the holder."""


class PublicationError(Exception):
    """A candidate could not be made into a version; the last good version is still served."""
