"""A Redis of our own on a free port, empty, gone when it is no longer needed."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import DaobanError
from assistant.supervisor import LOOPBACK, free_port

STARTS_WITHIN = 10.0  # seconds


class Redis:
    """A server that keeps nothing on the disk, which can be killed and started again."""

    def __init__(self, host: str = LOOPBACK) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise DaobanError("没装 Redis：请装上 redis-server")
        self._host, self._port = host, free_port()
        self._command = [program, "--port", str(self._port), "--bind", host, "--protected-mode", "no", "--save", ""]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As a setting."""
        return f"redis://{self._host}:{self._port}/0"

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        self._process = subprocess.Popen(self._command, cwd="/", stdout=subprocess.DEVNULL)
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection((self._host, self._port), 1):
                return
            time.sleep(0.05)
        raise DaobanError("Redis 没有起来")

    def stop(self) -> None:
        """Kill it, with all that it knows."""
        if self._process:
            self._process.kill()
            self._process.wait()


@contextmanager
def own_redis() -> Iterator[str]:
    """Its address as a setting; DaobanError where Redis is not installed."""
    server = Redis()
    server.start()
    try:
        yield server.address
    finally:
        server.stop()
