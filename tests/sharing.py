"""How several workers share the tests out: by files, and together where they share what takes long to start."""

from __future__ import annotations

from typing import Any

import pytest

STACK = "the running stack"
TOGETHER = {  # the beginning of a path: what its tests share
    "tests/dialogue/": STACK,
    "tests/nlu/": STACK,
    "tests/security/test_rasa_alone": STACK,
    "tests/retrieval/": "the finder",
    "tests/security/": "the open doors",
}
FIRST = (STACK, "the open doors", "the finder")  # the longest; a finder finds encoded what the stack has encoded
BROWSER = "tests/browser/"


def share(nodeid: str) -> str:
    """What one worker runs in one go, to which a test belongs."""
    return next((name for path, name in TOGETHER.items() if nodeid.startswith(path)), nodeid.partition("::")[0])


def turn(nodeid: str) -> int:
    """When a test has its turn: the longest shares first, so that nobody waits for them at the end; a browser last."""
    if nodeid.startswith(BROWSER):
        return len(FIRST) + 1
    name = share(nodeid)
    return FIRST.index(name) if name in FIRST else len(FIRST)


def scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives each worker the next share when it has nearly done its own."""
    from xdist.scheduler import LoadScopeScheduling

    class Shares(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share(nodeid)

    return Shares(config, log)
