"""How long somebody stays signed in, and what is left in the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session as Connection

from assistant.db import now
from assistant.staff.desk import Desk, desk
from assistant.staff.sessions import KEPT_FOR, LOCKED_AFTER, LONGEST, Session
from assistant.staff.tables import StoredSession
from tests.staff.builders import somebody

SECOND = dt.timedelta(seconds=1)


def begun(at: Desk) -> str:
    """The token of somebody who has just signed in."""
    return at.sessions.begin(somebody(at))


def age(engine: Engine, *, seen: dt.timedelta, begun: dt.timedelta | None = None) -> None:
    """Let time have gone by since the last click, and since signing in."""
    values = {"seen_at": now() - seen, "begun_at": now() - (begun or seen)}
    with Connection(engine) as connection, connection.begin():
        connection.execute(update(StoredSession).values(values))


def found(at: Desk, token: str) -> Session:
    """The session of a token, which there must be."""
    session = at.sessions.find(token)
    assert session is not None
    return session


def test_token_opens_and_no_other(at: Desk) -> None:
    """Only what was given out leads to the account."""
    token = begun(at)
    assert found(at, token).account.name == "clerk"
    for other in ("", None, token[:-1], token + "x", "\ud800"):
        assert at.sessions.find(other) is None


def test_token_is_not_in_the_database(at: Desk, engine: Engine) -> None:
    """Who reads the database cannot sign in with what is there."""
    token = begun(at)
    with Connection(engine) as connection:
        stored = connection.scalars(select(StoredSession)).one()
    assert token not in (stored.key, stored.csrf)
    assert at.sessions.find(stored.key) is None


def test_unused_session_locks_then_ends(at: Desk, engine: Engine) -> None:
    """Half an hour without a click locks; twelve hours end it."""
    token = begun(at)
    age(engine, seen=LOCKED_AFTER - SECOND * 5)
    assert not found(at, token).locked
    age(engine, seen=LOCKED_AFTER + SECOND)
    assert found(at, token).locked
    age(engine, seen=KEPT_FOR + SECOND)
    assert at.sessions.find(token) is None


def test_click_keeps_the_session_open(at: Desk, engine: Engine) -> None:
    """A click in time begins the half hour anew."""
    token = begun(at)
    age(engine, seen=LOCKED_AFTER - SECOND * 30)
    found(at, token)
    with Connection(engine) as connection:
        seen = connection.scalars(select(StoredSession.seen_at)).one()
    assert now() - seen.replace(tzinfo=dt.UTC) < dt.timedelta(minutes=1)


def test_locked_session_is_not_opened_by_a_click(at: Desk, engine: Engine) -> None:
    """Only the password unlocks; a page that asks again and again does not."""
    token = begun(at)
    age(engine, seen=LOCKED_AFTER + SECOND)
    assert found(at, token).locked
    assert found(at, token).locked
    at.sessions.unlock(found(at, token).key)
    assert not found(at, token).locked


def test_session_ends_a_day_after_signing_in(at: Desk, engine: Engine) -> None:
    """Coming back again and again keeps nobody signed in for ever."""
    token = begun(at)
    age(engine, seen=SECOND, begun=LONGEST + SECOND)
    assert at.sessions.find(token) is None


def test_how_long_until_it_locks_is_a_setting(engine: Engine, tmp_path: Path) -> None:
    """A city that wants five minutes gets five minutes."""
    at = desk(engine, tmp_path, locked_after=dt.timedelta(minutes=5))
    token = begun(at)
    age(engine, seen=dt.timedelta(minutes=6))
    assert found(at, token).locked


def test_ended_sessions_leave_nothing(at: Desk, engine: Engine) -> None:
    """What has ended is gone from the database with the next signing in."""
    account = somebody(at)
    at.sessions.begin(account)
    age(engine, seen=KEPT_FOR + SECOND)
    at.sessions.begin(account)
    with Connection(engine) as connection:
        assert len(connection.scalars(select(StoredSession)).all()) == 1


@pytest.mark.parametrize("other_stays", [True, False])
def test_signing_out_here_or_everywhere_else(at: Desk, other_stays: bool) -> None:
    """Signing out ends this browser; a new password ends all the others."""
    account = somebody(at)
    here, there = at.sessions.begin(account), at.sessions.begin(account)
    if other_stays:
        at.sessions.end(found(at, here).key)
    else:
        at.sessions.end_others(found(at, here))
    assert (at.sessions.find(here) is None) is other_stays
    assert (at.sessions.find(there) is None) is not other_stays
