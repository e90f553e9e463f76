"""Headless Chromium over the DevTools protocol: a page is opened, looked at, and what it tried is told."""

from __future__ import annotations

import base64
import json
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A loaded machine of two cores starts Chromium within some ten seconds.
_PATIENCE_SECONDS = 60.0


class Browser:
    """A running Chromium with one page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        self._process = subprocess.Popen(
            [
                str(CHROMIUM),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--lang=en-US",
                "--remote-debugging-port=0",
                f"--user-data-dir={self._folder}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        told = self._folder / "DevToolsActivePort"
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not told.exists() or not told.read_text():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self._stop()
                raise RuntimeError("Chromium did not start")
            time.sleep(0.1)
        port = told.read_text().split()[0]
        with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            page = next(one for one in json.load(answer) if one["type"] == "page")
        self._socket: ClientConnection = connect(page["webSocketDebuggerUrl"], max_size=None)
        self._number = 0
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._stop()

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, **parameters: Any) -> Any:
        """One command of the protocol; events that come meanwhile are kept."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=_PATIENCE_SECONDS))
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(told["error"])
                return told["result"]
            self.events.append(told)

    def value(self, expression: str) -> Any:
        """What an expression gives in the page."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"])
        return told["result"].get("value")

    def open(self, page: Path, *, width: int = 1100, dark: bool = False, language: str = "en") -> None:
        """Opens a file and waits until its script is done."""
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url="about:blank")
        self.events.clear()
        self.call("Page.navigate", url=f"{page.as_uri()}#lang={language}")
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.value("document.documentElement?.dataset.drawn ?? null") is None:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the page did not get ready: {self.complaints()}")
            time.sleep(0.05)

    def complaints(self) -> list[Any]:
        """What was written to the console or went wrong since the page was opened."""
        told = []
        for event in self.events:
            match event["method"]:
                case "Runtime.consoleAPICalled":
                    told.append(event["params"]["args"])
                case "Runtime.exceptionThrown":
                    told.append(event["params"]["exceptionDetails"])
                case "Log.entryAdded":
                    told.append(event["params"]["entry"])
        return told

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        return [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]

    def screenshot(self, out: Path) -> None:
        """The whole page as a PNG."""
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        out.write_bytes(base64.b64decode(told["data"]))
