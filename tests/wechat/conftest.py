"""WeChat's other side, and a database: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cases.conftest import engine, server, url  # noqa: F401  the same databases
from tests.wechat.builders import Clock
from tests.wechat.fake_api import FakeWeChat, Moment


@pytest.fixture
def moment() -> Moment:
    """What time it is, for WeChat and for us."""
    return Moment()


@pytest.fixture
def fake(moment: Moment) -> Iterator[FakeWeChat]:
    """WeChat's API."""
    with FakeWeChat(moment) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()
