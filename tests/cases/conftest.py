"""Where the tests of cases keep them: SQLite and PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from assistant.cases.store import Cases
from assistant.db import connected
from tests import databases
from tests.cases import postgresql
from tests.cases.builders import Moment


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL."""
    with postgresql.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own without anything in it; its newest version, where `engine` is asked for."""
    newest = "engine" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "cases.db"
        if newest:
            databases.begun(file).dispose()
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("server")
    name = f"cases_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE {name} TEMPLATE {databases.template(server) if newest else 'template1'}")
        )
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The database in its newest version."""
    made = connected(url)
    yield made
    made.dispose()


@pytest.fixture
def moment() -> Moment:
    """Monday 2 March 2026, nine in the morning, until a test says otherwise."""
    return Moment()


@pytest.fixture
def cases(engine: Engine, moment: Moment) -> Cases:
    """The store, under the calendar of the State Council's notices."""
    return Cases(engine, clock=moment)
