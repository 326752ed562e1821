"""The order of the tests, and the option that writes expected papers and messages anew.

Quick ones first; those with a browser last, because its event loop stays with the process. After `--update-golden` read
the difference before it is committed.
"""

from __future__ import annotations

import pytest

LAST = ("tests/dialogue", "tests/browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that need the running stack or a browser at the end."""
    items.sort(key=lambda item: next((n for n, part in enumerate(LAST, 1) if part in str(item.path)), 0))


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--update-golden", action="store_true", help="write expected papers and messages anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether what is expected is written instead of compared."""
    return bool(request.config.getoption("--update-golden"))
