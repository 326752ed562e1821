"""Who may touch the knowledge folder: many read it together, one writes it alone; the kernel lets go for a process that dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import Refused

PATIENCE = 20.0  # seconds
AGAIN = 0.02


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Nobody publishes into the folder within the block."""
    with _held(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Nobody else publishes into the folder, or reads it to serve it, within the block."""
    with _held(folder, fcntl.LOCK_EX):
        yield


def busy(folder: Path) -> bool:
    """Whether somebody publishes into the folder at this moment."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, how | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Refused("别的人正在发布，请过一会儿再试。") from None
                time.sleep(AGAIN)
        yield
    finally:
        os.close(handle)
