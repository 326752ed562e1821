"""The log is only added to, and shows when it was not."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Delete, Engine, Update, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from assistant.db import aware, connected, now
from assistant.errors import SettingsError
from assistant.staff.audit import Audit
from assistant.staff.desk import Desk
from assistant.staff.seal import KEY, MARK
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


def test_many_writers_make_one_chain(engine: Engine, tmp_path: Path) -> None:
    """Forty lines written by eight at once, none of whom had a key yet: none lost, none doubled, one chain, one key."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Audit(engine, tmp_path).note("clerk", "sign_in", str(n)), range(40)))
    lines = Audit(engine, tmp_path).latest()
    assert sorted(int(deed.about) for deed in lines) == list(range(40))
    assert Audit(engine, tmp_path).broken() is None
    assert [one.name for one in tmp_path.glob("log.*")] == [KEY, MARK]


def test_key_is_the_owners_alone_and_not_in_the_database(written: Audit, tmp_path: Path) -> None:
    """The key file is read and written by its owner only; no file of the database holds the key."""
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    key = json.loads((tmp_path / KEY).read_text())["key"]
    for file in tmp_path.glob("staff.db*"):
        assert key.encode() not in file.read_bytes()
        assert bytes.fromhex(key) not in file.read_bytes()


def test_chain_made_anew_without_the_key_is_found(unlocked: Audit, engine: Engine) -> None:
    """Somebody with the database in hand changes a line and chains all lines again, as far as he can: it does not hold."""
    assert unlocked.broken() is None
    _chain_plainly(engine, {3: "x"})
    assert unlocked.broken() == 1


def test_line_taken_from_the_end_is_found(unlocked: Audit, engine: Engine) -> None:
    """The last lines are missed, also when others were written after them, and when as many were."""
    _drop_after(engine, 3)
    assert unlocked.broken() == 4
    for number in range(4):
        unlocked.note("head", "sign_in", str(number))
        assert unlocked.broken() == min(4 + number + 1, 5)


def test_lines_from_before_the_key_still_hold(unlocked: Audit, engine: Engine, tmp_path: Path) -> None:
    """A log that was chained without a key is taken over: it holds, goes on with a key, and nobody writes its old part anew."""
    _chain_plainly(engine, {})
    (tmp_path / KEY).unlink()
    (tmp_path / MARK).unlink()
    unlocked.note("clerk", "sign_in")
    assert json.loads((tmp_path / KEY).read_text())["plain"] == 5
    assert unlocked.broken() is None
    _drop_after(engine, 5)
    _chain_plainly(engine, {2: "x"})
    assert unlocked.broken() == 1


def test_log_of_another_database_begins_with_the_key(written: Audit, tmp_path: Path) -> None:
    """A key that once took a plain log over lets no other log begin plainly."""
    other = connected(f"sqlite:///{tmp_path}/other.db")
    (tmp_path / MARK).unlink()
    log = Audit(other, tmp_path)
    log.note("clerk", "sign_in")
    assert log.broken() is None


def test_key_that_cannot_be_read_is_told(engine: Engine, tmp_path: Path) -> None:
    """A damaged key stops the log with a sentence that names the file, and no new key takes its place."""
    (tmp_path / KEY).write_text("{}")
    with pytest.raises(SettingsError, match=KEY):
        Audit(engine, tmp_path).note("clerk", "sign_in")
    assert (tmp_path / KEY).read_text() == "{}"


def _chain_plainly(engine: Engine, whos: dict[int, str]) -> None:
    """Chain all lines as it was done before there was a key, some of them with another name in it."""
    before = "0" * 64
    with Session(engine) as session, session.begin():
        for stored in session.scalars(select(StoredDeed).order_by(StoredDeed.number)):
            stored.who = whos.get(stored.number, stored.who)
            moment = aware(stored.at).isoformat(timespec="microseconds")
            line = "\x1f".join((before, str(stored.number), moment, stored.who, stored.what, stored.about))
            stored.before, stored.digest = before, hashlib.sha256(line.encode()).hexdigest()
            before = stored.digest


def _drop_after(engine: Engine, number: int) -> None:
    """Take the last lines away."""
    with Session(engine) as session, session.begin():
        session.execute(delete(StoredDeed).where(StoredDeed.number > number))


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
