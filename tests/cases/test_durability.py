"""kill -9 at any moment: what was acknowledged is there, and nothing is there by half."""

import os
import signal
import subprocess
import sys
from itertools import islice

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.changing import ROWS, plain
from assistant.cases.durable import durable
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.db import connected
from assistant.settings import ROOT
from tests.cases.builders import LI, moved, opened
from tests.cases.worker import CHANGES, THREADS

ALL = THREADS * CHANGES


@pytest.mark.parametrize("after", [7, 90, 200])
def test_kill_loses_no_acknowledged_change_and_leaves_no_half_case(url: str, after: int) -> None:
    """A process is killed in the middle of concurrent changes, at the latest after 200: every change it told of is an event, every case is as
    its events say, and the next process works on."""
    engine = connected(url)
    command = [sys.executable, "-m", "tests.cases.worker", url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = list(islice(process.stdout, after))
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    assert after <= len(told) < ALL
    cases = Cases(engine)
    acknowledged = {(number, int(version)) for number, version in map(str.split, told)}
    assert len(acknowledged) == len(told)
    with Session(engine) as session:
        stored = select(t.StoredCase.number, t.StoredEvent.version).join(t.StoredEvent)
        assert acknowledged <= {(number, version) for number, version in session.execute(stored)}
        for row in session.scalars(select(t.StoredCase)):
            _is_whole(session, row)
            case = cases.find(row.number)
            assert (len(case.entries), len(case.materials)) == (2, 2)
            moved(
                cases,
                cases.undo(row.number, row.version, by=LI) if case.state is State.REVIEWING else case,
                State.REVIEWING,
            )


def _is_whole(session: Session, row: t.StoredCase) -> None:
    """The versions of a case's events have no gap, and what they wrote last is what its rows hold."""
    events = session.scalars(select(t.StoredEvent).filter_by(case_id=row.id).order_by(t.StoredEvent.id)).all()
    assert [one.version for one in events] == list(range(1, row.version + 1))
    written = {(one["on"], one["id"], one["field"]): one["after"] for e in events for one in e.changes}
    for (kind, row_id, field), value in written.items():
        held = getattr(session.get_one(ROWS[kind], row_id), field)
        assert _without_zone(plain(held)) == _without_zone(value)


def _without_zone(value: object) -> object:
    """SQLite gives moments back without theirs."""
    return value.removesuffix("+00:00") if isinstance(value, str) else value


def test_change_waits_for_the_disk(cases: Cases) -> None:
    """Every change commits in the mode that survives a power cut; other work keeps the quick one."""
    modes = {"sqlite": ("PRAGMA synchronous", 2, 1), "postgresql": ("SHOW synchronous_commit", "on", "off")}
    ask, safe, quick = modes[cases.engine.dialect.name]
    with durable(cases.engine) as session:
        assert session.connection().exec_driver_sql(ask).scalar() == safe
    with cases.engine.connect() as connection:
        assert connection.exec_driver_sql(ask).scalar() == quick


def test_every_change_is_made_in_that_way(cases: Cases) -> None:
    """No write of the store reaches the database but after the word that makes it durable."""
    said: list[str] = []
    event.listen(cases.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    case = opened(cases)
    moved(cases, case, State.REVIEWING)
    cases.escalate("hard", "部门说不清该谁办", by=LI, number=case.number)
    safe = "PRAGMA synchronous=FULL" if cases.engine.dialect.name == "sqlite" else "SET LOCAL synchronous_commit=on"
    assert said.count(safe) == 3
    first_write = next(i for i, one in enumerate(said) if one.startswith("INSERT"))
    assert safe in said[:first_write]


def test_failed_change_leaves_nothing(cases: Cases) -> None:
    """An error in the middle takes everything back, and the connection serves the next one."""

    def fail() -> None:
        with durable(cases.engine) as session:
            session.add(t.StoredEnterprise(name="没有的店"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with Session(cases.engine) as session:
        assert session.scalars(select(t.StoredEnterprise)).all() == []
    assert opened(cases).version == 1
