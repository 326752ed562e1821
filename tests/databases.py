"""Databases in their newest version, copied from one: to bring an empty one there takes a tenth of a second each time.

The way there is the subject of tests/cases/test_migrations.py.
"""

from __future__ import annotations

import functools
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import StaticPool

from assistant.db import connected, engine


def begun(file: Path) -> Engine:
    """A new SQLite database in a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_newest())
    return connected(f"sqlite:///{file}")


def in_memory() -> Engine:
    """A new SQLite database in memory, for all threads."""
    made = engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with made.connect() as connection, TemporaryDirectory(prefix="daoban-database-") as folder:
        file = Path(folder) / "newest.db"
        file.write_bytes(_newest())
        with closing(sqlite3.connect(file)) as source:
            source.backup(connection.connection.driver_connection)  # type: ignore[arg-type]
    return made


@functools.cache
def template(server: str) -> str:
    """The name of a database in the newest version on a PostgreSQL, from which others are made."""
    name = "newest"
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    connected(make_url(server).set(database=name).render_as_string(hide_password=False)).dispose()
    return name


@functools.cache
def _newest() -> bytes:
    """An SQLite file."""
    with TemporaryDirectory(prefix="daoban-database-") as folder:
        file = Path(folder) / "newest.db"
        connected(f"sqlite:///{file}").dispose()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        return file.read_bytes()
