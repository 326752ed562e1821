"""Rounds of checking (核对轮次): once in a while each department is due to be asked about what has grown stale.

A round says since when and about what; nothing is sent by itself: it waits for an editor to send the letter with the link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.desk.fact_tables import StoredFactRound
from assistant.desk.stale import Office, offices
from assistant.knowledge.whole import Knowledge


@dataclass(frozen=True)
class Round:
    """The last round of a department."""

    department: str
    day: dt.date
    facts: tuple[str, ...]  # the keys of what asked then
    sent_at: dt.datetime | None = None

    @property
    def due(self) -> bool:
        """Whether it waits for somebody to send the letter."""
        return self.sent_at is None

    def left(self, office: Office) -> int:
        """How much of what asked then still does."""
        return len({one.fact.key for one in office.asking}.intersection(self.facts))


class Rounds:
    """The rounds in the database."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = now) -> None:
        self._engine, self._clock = engine, clock

    def begin(self, knowledge: Knowledge, every: int, today: dt.date) -> list[str]:
        """Begin a round where the last one is so many days ago, something asks and no link is out; 0 days: never.

        A round of which nothing asks any more waits for nobody.
        """
        if not every:
            return []
        last, known = self.last(), {one.id: one for one in offices(knowledge, self._engine, today)}
        for department, before in last.items():
            if before.due and (department not in known or not before.left(known[department])):
                self.sent(department, "")
        return [
            one.id
            for one in known.values()
            if one.to_write_to and (one.id not in last or (today - last[one.id].day).days >= every)
            if self._put(one, today)
        ]

    def last(self) -> dict[str, Round]:
        """The last round of each department."""
        with Session(self._engine) as session:
            rows = session.scalars(select(StoredFactRound).order_by(StoredFactRound.day))
            return {row.department: _round(row) for row in rows}

    def due(self) -> dict[str, Round]:
        """Those that wait for an editor."""
        return {department: one for department, one in self.last().items() if one.due}

    def sent(self, department: str, by: str) -> None:
        """The letter is on its way, or none is needed any more: no round of the department waits."""
        waiting = select(StoredFactRound).filter_by(department=department, sent_at=None)
        with Session(self._engine) as session, session.begin():
            for row in session.scalars(waiting):
                row.sent_at, row.sent_by = self._clock(), by

    def _put(self, office: Office, today: dt.date) -> bool:
        """The round kept; False where another process was quicker."""
        row = StoredFactRound(department=office.id, day=today, facts=[one.fact.key for one in office.asking])
        row.sent_at, row.sent_by = None, ""
        try:
            with Session(self._engine) as session, session.begin():
                session.add(row)
        except IntegrityError:
            return False
        return True


def _round(row: StoredFactRound) -> Round:
    return Round(row.department, row.day, tuple(row.facts), row.sent_at and aware(row.sent_at))
