"""The database: away it is found so at once for a while, and what people are told waits for the disk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assistant import db
from assistant.db import StoredMessage, brought_home, connected, engine, lasting, now
from tests.cases.postgresql import server


def test_database_that_is_away_is_not_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """One tries to connect; the others learn at once that it was away a moment ago, until the moment is over."""

    def refused(to: Engine) -> str:
        with pytest.raises(OperationalError) as told:
            to.connect()
        return str(told.value.orig)

    away = engine("postgresql+psycopg://daoban@127.0.0.1:1/nowhere")
    assert "a moment ago" not in refused(away)
    assert "a moment ago" in refused(away)
    monkeypatch.setattr(db, "TRY_AGAIN_AFTER", 0.0)
    after = time.monotonic() + 60
    monkeypatch.setattr(db.time, "monotonic", lambda: after)
    assert "a moment ago" not in refused(away)


def test_connection_is_tried_before_it_is_used_unless_it_was_used_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead one that was used a moment ago fails once and takes its like with it; one unused for longer nobody meets."""
    with server() as url:
        made, other = engine(url), create_engine(url)

        def its_process() -> int:
            with made.connect() as connection:
                return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

        def end(process: int) -> None:
            with other.connect() as connection:
                connection.exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")

        first = its_process()
        assert its_process() == first
        end(first)
        with pytest.raises(OperationalError):
            its_process()
        second = its_process()
        monkeypatch.setattr(db, "_UNUSED", 0.0)
        assert its_process() == second != first
        end(second)
        assert its_process() not in (first, second)
        made.dispose()
        other.dispose()


def test_connections_stay_open() -> None:
    """As many as are used at once are there for the next use: PostgreSQL begins no process for it."""
    with server() as url:
        made = engine(url)

        def processes() -> set[int]:
            held = [made.connect() for _ in range(12)]
            found = {int(one.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()) for one in held}
            for one in held:
                one.close()
            return found

        assert processes() == processes()
        made.dispose()


def test_what_lasts_waits_for_the_disk(tmp_path: Path) -> None:
    """In PostgreSQL that one transaction does, the next one not; SQLite is not asked."""
    with server() as url:
        made = connected(url)
        with Session(made) as session:
            lasting(session)
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        with Session(made) as session:
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
        made.dispose()
    with Session(connected(f"sqlite:///{tmp_path}/one.db")) as session:
        lasting(session)


def test_log_of_sqlite_is_brought_home(tmp_path: Path) -> None:
    """What was written stands in the file itself afterwards, not in the log beside it; for PostgreSQL nothing is done."""
    made = connected(f"sqlite:///{tmp_path}/one.db")
    with made.begin() as connection:
        connection.execute(insert(StoredMessage).values(conversation_id="mine", text="红砖小馆", at=now()))
    assert "红砖小馆".encode() not in (tmp_path / "one.db").read_bytes()
    brought_home(made)
    assert "红砖小馆".encode() in (tmp_path / "one.db").read_bytes()
    brought_home(engine("postgresql+psycopg://daoban@127.0.0.1:1/nowhere"))
