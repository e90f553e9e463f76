"""The failure hook: a run that fails says so to a URL of the settings, off by default."""

from __future__ import annotations

import json
import logging
import urllib.request
from datetime import date

from flows.settings import Settings

_logger = logging.getLogger(__name__)


def tell_failure(settings: Settings, *, run_id: str, kind: str, logical_date: date, error: str) -> bool:
    """Posts what failed as JSON (run_id, kind, logical_date, error, warehouse); gives whether it was taken.

    A receiver that is slow, absent or unwilling changes nothing about the run: that is logged.
    """
    if settings.failure_url is None:
        return False
    told = {
        "run_id": run_id,
        "kind": kind,
        "logical_date": str(logical_date),
        "error": error,
        "warehouse": str(settings.warehouse),
    }
    request = urllib.request.Request(  # noqa: S310 - the settings admit http and https alone
        settings.failure_url,
        data=json.dumps(told, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=settings.failure_timeout):  # noqa: S310 - as above
            return True
    except (OSError, ValueError) as refused:
        _logger.warning("the failure of %s could not be posted to FIRSTPRINT_FAILURE_URL: %s", run_id, refused)
        return False
