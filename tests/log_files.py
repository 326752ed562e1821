"""Logs for the time of a test."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant import logs


@contextmanager
def logs_in(data: Path) -> Iterator[Path]:
    """The logs of this process, written into an empty data folder; everything as before afterwards."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    logs.configure(data, 190, "web")
    try:
        yield data / logs.FOLDER
    finally:
        for handler in set(root.handlers) - set(handlers):
            handler.close()
        root.handlers = handlers
        root.setLevel(level)
        for name, talkative in levels.items():
            logging.getLogger(name).setLevel(talkative)
        sys.excepthook = hook
