"""What several processes do at once holds in PostgreSQL, too."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from assistant.db import connected
from assistant.messages import Messages
from assistant.staff.desk import Desk, desk
from assistant.staff.failures import AT_MOST, Resting
from assistant.staff.tables import StoredDeed
from tests.cases import postgresql
from tests.staff.builders import PASSWORD, a_contact, somebody


@pytest.fixture(scope="module")
def shared() -> Iterator[Engine]:
    """One empty database for this module."""
    with postgresql.server() as address:
        made = connected(address)
        yield made
        made.dispose()


@pytest.fixture
def at(shared: Engine, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk over it."""
    return desk(shared, tmp_path_factory.getbasetemp() / "staff")


def test_tries_at_once_get_no_more_than_five(at: Desk) -> None:
    """Twenty at the same moment: five are judged."""

    def tried(_: int) -> bool:
        try:
            at.accounts.failures.count("many")
        except Resting:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(tried, range(20))) == AT_MOST


def test_many_writers_make_one_chain_that_nobody_changes(at: Desk, shared: Engine) -> None:
    """Forty lines of eight at once, in one chain; the database refuses to change one."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: at.audit.note("clerk", "unlock", str(n)), range(40)))
    assert sorted(int(deed.about) for deed in at.audit.latest(what="unlock")) == list(range(40))
    assert at.audit.broken() is None
    with pytest.raises(DatabaseError, match="append-only"), Session(shared) as session, session.begin():
        session.execute(update(StoredDeed).values(who="x"))


def test_day_of_a_clerk(at: Desk, shared: Engine) -> None:
    """Signing in, a session, a message settled once by one of two, contacts, notes."""
    account = somebody(at)
    session = at.sessions.find(at.sessions.begin(at.accounts.sign_in("clerk", PASSWORD)))
    assert session is not None
    assert not session.locked
    left = Messages(shared).leave("one", "周六开门吗", "", consent=False, checklist=None)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: at.inbox.settle_message(left.id, who, done=True), ("one", "two")))
    assert len(at.audit.latest(what="message_done")) == 1
    assert at.contacts.replace([a_contact()]) == (1, 0)
    at.notes.add("guide.shipin", "下午去快", account)
    assert [one.text for one in at.notes.about("guide.shipin")] == ["下午去快"]
    assert [one.id for one in at.inbox.matching("周六")] == [left.id]
