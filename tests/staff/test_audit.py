"""The log is only added to, and shows when it was not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Delete, Engine, Update, delete, insert, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.staff.audit import Audit
from assistant.staff.desk import Desk
from assistant.staff.tables import StoredDeed


@pytest.fixture
def written(at: Desk) -> Audit:
    """A log of five lines."""
    for number in range(5):
        at.audit.note("clerk", "message_read", str(number))
    return at.audit


@pytest.fixture
def unlocked(engine: Engine, written: Audit) -> Audit:
    """The same, where somebody has the database in hand and took away what keeps the log."""
    with Session(engine) as session, session.begin():
        for deed in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER staff_log_no_{deed}"))
    return written


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("change", [update(StoredDeed).values(who="x"), delete(StoredDeed)])
def test_database_itself_keeps_the_log(engine: Engine, change: Update | Delete) -> None:
    """Neither changing nor deleting is possible, whatever our code does."""
    with pytest.raises(DatabaseError, match="append-only"), Session(engine) as session, session.begin():
        session.execute(change)


def test_untouched_log_holds(written: Audit) -> None:
    """Five lines, numbered, newest first, in one chain."""
    assert [deed.number for deed in written.latest()] == [5, 4, 3, 2, 1]
    assert written.broken() is None


def test_empty_log_holds(at: Desk) -> None:
    """Nothing written is nothing broken."""
    assert at.audit.broken() is None


@pytest.mark.parametrize("column", ["who", "what", "about", "at", "digest", "before"])
def test_changed_line_is_found(unlocked: Audit, engine: Engine, column: str) -> None:
    """Whatever is changed in a line, its number is told."""
    value = now() if column == "at" else "x"
    with Session(engine) as session, session.begin():
        session.execute(update(StoredDeed).where(StoredDeed.number == 3).values({column: value}))
    assert unlocked.broken() == 3


def test_missing_line_is_found(unlocked: Audit, engine: Engine) -> None:
    """A line that was taken out is missed."""
    with Session(engine) as session, session.begin():
        session.execute(delete(StoredDeed).where(StoredDeed.number == 2))
    assert unlocked.broken() == 2


def test_added_line_is_found(written: Audit, engine: Engine) -> None:
    """A line that somebody made up does not fit."""
    made_up = {"number": 6, "at": now(), "who": "x", "what": "x", "about": "", "before": "1" * 64, "digest": "2" * 64}
    with Session(engine) as session, session.begin():
        session.execute(insert(StoredDeed).values(made_up))
    assert written.broken() == 6


def test_many_writers_make_one_chain(engine: Engine) -> None:
    """Forty lines written by eight at once: none lost, none doubled, one chain."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Audit(engine).note("clerk", "sign_in", str(n)), range(40)))
    lines = Audit(engine).latest()
    assert sorted(int(deed.about) for deed in lines) == list(range(40))
    assert Audit(engine).broken() is None


def test_lines_are_found_by_person_and_deed(written: Audit) -> None:
    """The log is asked who, and what, and for what came before."""
    written.note("head", "message_done", "3")
    assert [deed.about for deed in written.latest(who="head")] == ["3"]
    assert len(written.latest(what="message_read")) == 5
    assert [deed.number for deed in written.latest(before=3)] == [2, 1]
    last = written.last("message_done", "3")
    assert last is not None
    assert last.who == "head"
    assert written.last("message_done", "4") is None
