"""How a run may end other than well; the command line gives each its exit code."""

from __future__ import annotations


class ConfigurationError(Exception):
    """Wrong usage or settings: one line that says what to do. Exit code 2."""


class AuditFailedError(Exception):
    """The audit refused the candidate: nothing was published, the last good version is still served. Exit code 1."""
