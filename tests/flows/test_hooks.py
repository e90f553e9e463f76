"""The failure hook, against an HTTP server of this test's own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests import support


class Receiver(BaseHTTPRequestHandler):
    told: list[dict[str, str]]
    slow = False

    def do_POST(self) -> None:
        if self.slow:
            time.sleep(2)
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *told: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    handler = type("Fresh", (Receiver,), {"told": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", handler
    server.shutdown()
    thread.join()
    server.server_close()


def fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **told: object) -> None:
    landing = support.write(tmp_path / "landing", {"0.txt": b" date 2025-11-20 The river rose again this morning."})

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk went away")

    monkeypatch.setattr(support.pipeline.publish, "build", broken)
    with pytest.raises(RuntimeError, match="the disk went away"):
        support.night(landing, tmp_path / "warehouse", **told)


def test_a_failure_is_posted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: tuple[str, type[Receiver]]
) -> None:
    url, handler = receiver
    fail(tmp_path, monkeypatch, failure_url=url)
    (told,) = handler.told
    assert told["kind"] == "nightly"
    assert told["error"] == "the disk went away"
    assert told["logical_date"] == str(support.NIGHT)


def test_nothing_is_posted_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: tuple[str, type[Receiver]]
) -> None:
    fail(tmp_path, monkeypatch)
    assert receiver[1].told == []


def test_a_receiver_that_is_gone_or_slow_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: tuple[str, type[Receiver]]
) -> None:
    fail(tmp_path / "gone", monkeypatch, failure_url="http://127.0.0.1:9/none")
    url, handler = receiver
    handler.slow = True
    fail(tmp_path / "slow", monkeypatch, failure_url=url, failure_timeout=0.1)
