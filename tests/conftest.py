"""The order of the tests: quick ones first; those with a browser last, because its event loop stays with the process."""

from __future__ import annotations

import pytest

LAST = ("tests/dialogue", "tests/browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that need the running stack or a browser at the end."""
    items.sort(key=lambda item: next((n for n, part in enumerate(LAST, 1) if part in str(item.path)), 0))
