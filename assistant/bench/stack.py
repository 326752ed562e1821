"""A service of our own to measure: web processes and Rasa on free ports, over an empty data folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import DaobanError
from assistant.serving import AT_WORK
from assistant.settings import ROOT, from_environment
from assistant.supervisor import LOOPBACK, free_port

STARTS_WITHIN = 300.0


@dataclass(frozen=True)
class Stack:
    """What a service of our own is to be: how many processes of each, on which database, counting its limits where."""

    rasa: int = 1
    web: int = 1
    database: str = ""  # a new SQLite file
    redis: str = ""  # no limits; else whoever asks is who X-Forwarded-For says

    def settings(self, data: str, rasa_port: int) -> dict[str, str]:
        """Its settings, as environment variables."""
        return {
            "DAOBAN_DEMO": "1",
            "DAOBAN_DATA": data,
            "DAOBAN_RASA_PORT": str(rasa_port),
            "DAOBAN_RASA_PROCESSES": str(self.rasa),
            "DAOBAN_PROCESSES": str(self.web),
            "DAOBAN_DATABASE": self.database,
            "DAOBAN_LIMITS": str(int(bool(self.redis))),
            "DAOBAN_LIMITS_STORAGE": self.redis,
            "DAOBAN_PROXIES": LOOPBACK if self.redis else "",
        }


@contextlib.contextmanager
def own_stack(stack: Stack) -> Iterator[tuple[str, int]]:
    """A service of our own that answers: its address, and the process id of its supervisor."""
    with tempfile.TemporaryDirectory(prefix="daoban-bench-") as name:
        folder = Path(name)
        remember_vectors(folder / "data")
        with started(stack, folder) as (address, process):
            _wait_until_at_work(process, folder)
            yield address, process.pid


@contextlib.contextmanager
def started(stack: Stack, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A service that has just been started over the data in a folder, without waiting for it."""
    port = free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("DAOBAN_")}
    settings = stack.settings(str(folder / "data"), free_port())
    with _log(folder).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", "up", "--port", str(port)],
            cwd=ROOT,
            env={**inherited, **settings, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://{LOOPBACK}:{port}", process
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def remember_vectors(data: Path) -> None:
    """Bring what was encoded last on this machine, as nobody measures how long that takes here."""
    data.mkdir()
    for known in sorted(from_environment().data.glob("vectors-*.npz"), key=lambda file: file.stat().st_mtime)[-1:]:
        shutil.copy(known, data)


def at_work(folder: Path) -> bool:
    """Whether all that was to start there has started: /readyz knows of one Rasa at a time, and the further ones come later."""
    return AT_WORK in _log(folder).read_text("utf-8", "replace")


def _log(folder: Path) -> Path:
    return folder / "log"


def _wait_until_at_work(process: subprocess.Popen[bytes], folder: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < STARTS_WITHIN and process.poll() is None:
        if at_work(folder):
            return
        time.sleep(0.3)
    raise DaobanError(f"测速用的服务没有起来：\n{_log(folder).read_text('utf-8', 'replace')[-2000:]}")
