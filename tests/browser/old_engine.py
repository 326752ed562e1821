"""Chromium 78 without a display, spoken to through a pipe: today's Playwright no longer knows its language."""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROGRAM = Path(__file__).resolve().parents[2] / ".setup" / "old-engine" / "chromium"
OPTIONS = ("--headless", "--no-sandbox", "--no-zygote", "--single-process", "--disable-gpu", "--disable-dev-shm-usage")
PATIENCE = 20.0  # seconds
_ASK, _TELL = 3, 4  # the file descriptors on which it listens and answers
_FAULTS = ("Runtime.exceptionThrown", "Log.entryAdded")


class OldPage:
    """The one page of the browser; `faults` is what scripts threw and what the browser complained of."""

    def __init__(self, ask: int, tell: int) -> None:
        self._ask, self._tell = ask, tell
        self._read, self._number, self._session = b"", 0, ""
        self.faults: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """What it answers to a command of the DevTools protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        whole = message | ({"sessionId": self._session} if self._session else {})
        rest = json.dumps(whole).encode() + b"\0"
        while rest:
            rest = rest[os.write(self._ask, rest) :]
        while True:
            heard = self._heard()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard["error"]
                result: dict[str, Any] = heard["result"]
                return result
            if heard.get("method") in _FAULTS:
                self.faults.append(json.dumps(heard["params"], ensure_ascii=False))

    def tell(self, script: str) -> Any:
        """The value of an expression in the page, or of what it promises."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["result"].get("description") or found["exceptionDetails"])
        return found["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Until an expression in the page is true."""
        until = time.monotonic() + PATIENCE
        while not self.tell(f"Boolean({script})"):
            assert time.monotonic() < until, f"never came: {script}; {self.faults}"
            time.sleep(0.05)

    def open(self, address: str) -> None:
        """Go to a page, and wait until it stands."""
        self.tell("window.leaving = true")
        self.call("Page.navigate", url=address)
        self.settle()

    def settle(self) -> None:
        """Wait until the next page has replaced this one."""
        self.wait_for("!window.leaving && document.readyState === 'complete'")

    def size(self, width: int, height: int) -> None:
        """Be a phone of this size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True)

    def _heard(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._tell], [], [], max(until - time.monotonic(), 0))
            assert ready, "the old engine says nothing any more"
            piece = os.read(self._tell, 1 << 16)
            assert piece, "the old engine has died"
            self._read += piece
        message, _, self._read = self._read.partition(b"\0")
        heard: dict[str, Any] = json.loads(message)
        return heard


@contextmanager
def old_page() -> Iterator[OldPage]:
    """A page in a browser of its own."""
    (asks, ask), (tell, tells) = _pipe(), _pipe()

    def put_in_place() -> None:
        os.dup2(asks, _ASK)
        os.dup2(tells, _TELL)

    with TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [str(PROGRAM), *OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={folder}"],
            preexec_fn=put_in_place,
            pass_fds=(_ASK, _TELL),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(asks)
        os.close(tells)
        try:
            yield OldPage(ask, tell)
        finally:
            process.kill()
            process.wait()
            os.close(ask)
            os.close(tell)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are not in the way of the places that the browser knows."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _TELL + 1) for end in low]
    for end in low:
        os.close(end)
    return high[0], high[1]
