"""`pytest tests/papers --update-golden` writes the expected papers anew; read the difference before it is committed."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--update-golden", action="store_true", help="write the expected papers anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether the expected papers are written instead of compared."""
    return bool(request.config.getoption("--update-golden", default=False))
