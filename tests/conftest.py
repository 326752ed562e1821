"""The order of the tests, who runs which of them, and the option that writes expected papers and messages anew.

Quick ones first; those with a browser last, because its event loop stays with the process. After `--update-golden` read
the difference before it is committed.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests import sharing
from tests.dialogue.stack import STARTED

LAST = ("tests/dialogue", "tests/browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests that need the running stack or a browser at the end; several workers have an order of their own."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: sharing.turn(item.nodeid))
    else:
        items.sort(key=lambda item: next((n for n, part in enumerate(LAST, 1) if part in str(item.path)), 0))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests out among the workers of `make test`."""
    return sharing.scheduler(config, log)


def pytest_sessionfinish() -> None:
    """End the stacks that ran for the whole session."""
    STARTED.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--update-golden", action="store_true", help="write expected papers and messages anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether what is expected is written instead of compared."""
    return bool(request.config.getoption("--update-golden"))
