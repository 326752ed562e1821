"""Transactions of the cases: changes that are on the disk before anybody is told, and reads of one moment.

The engine (assistant.db) lets the last commits wait for the disk, which a power cut may take. Here a change waits: SQLite
commits with synchronous=FULL, PostgreSQL with synchronous_commit=on. The death of the process takes no commit in
either way. Changes stand in line from their first read on, so none works on what another is about to change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

PATIENCE = 20_000  # milliseconds that a change waits for those before it


@contextmanager
def durable(engine: Engine) -> Iterator[Session]:
    """One transaction that is on the disk when the block is left, and undone as a whole where the block fails."""
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _begin(connection, "PRAGMA synchronous=FULL", f"PRAGMA busy_timeout={PATIENCE}", "BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET LOCAL synchronous_commit=on")
        try:
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()
                connection.commit()
        finally:
            connection.rollback()  # what was not committed
            if sqlite:
                connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
                connection.exec_driver_sql("PRAGMA busy_timeout=2000")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that reads everything as it is at one moment."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _begin(connection, "BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        with Session(connection, autoflush=False) as session:
            yield session
        connection.rollback()


def _begin(connection: Connection, *statements: str) -> None:
    """Begin by our own word: the driver by itself begins at the first write only."""
    connection.execution_options(isolation_level="AUTOCOMMIT")
    for statement in statements:
        connection.exec_driver_sql(statement)
