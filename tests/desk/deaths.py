"""Processes that die, as by kill -9, between any two steps of what they do."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.desk import swapping
from assistant.desk.history import History
from assistant.desk.journal import Journal
from assistant.staff.audit import Audit

Steps = Sequence[tuple[Any, str]]
STEPS: Steps = (
    (Journal, "begin"),
    (os, "link"),
    (os, "fsync"),
    (Path, "replace"),
    (History, "_committed"),
    (History, "_index"),
    (Audit, "note"),
    (Journal, "done"),
    (Journal, "expired"),
    (swapping, "_gone"),
)
MOST = 60  # places to die at: more than there are


def dies(act: Callable[[], object], nth: int, steps: Steps = STEPS) -> bool:
    """Let a process die before or after the n-th step of what it does; False where it has fewer."""
    child = os.fork()
    if child == 0:
        _dying(nth, steps)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _dying(nth: int, steps: Steps) -> None:
    count = 0

    def dead_at(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            nonlocal count
            for now in (lambda: None, lambda: step(*args, **options)):
                count += 1
                if count == nth:
                    os.kill(os.getpid(), signal.SIGKILL)
                result = now()
            return result

        return run

    for owner, name in steps:
        setattr(owner, name, dead_at(getattr(owner, name)))
