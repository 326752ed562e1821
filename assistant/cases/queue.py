"""The queue (待办): every open case as little as its order and its counts need; whole cases are read for one page only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.changing import day_of
from assistant.cases.clocks import Clock, Colour, Rank, clock_for, first_of, rank
from assistant.cases.model import Case, Limit, Pause
from assistant.cases.reading import load, pauses_of
from assistant.cases.states import OVER, WITH_DEPARTMENT, State
from assistant.checklist.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case in the queue: the clock that presses most, and where its entries stand with which department."""

    number: str
    place: Rank  # in the queue
    clock: Clock
    entries: tuple[tuple[State, str | None], ...] = ()
    account: str = ""  # that took it in
    lane: bool = False  # the green one

    def presses(self, how: str, today: dt.date) -> bool:
        """Whether it is due today (`today`), overdue (`red`), due soon (`amber`), or waits for the applicant (`paused`)."""
        if how == "paused":
            return any(state is State.CORRECTING for state, _ in self.entries)
        if how == "today":
            return self.clock.due == today and self.clock.colour is not Colour.PAUSED
        return self.clock.colour == how and not (how == "amber" and self.clock.due == today)


@dataclass(frozen=True)
class _Running:
    """What the clock of one entry goes by."""

    state: State
    limit: Limit | None
    clock_from: dt.date | None
    pauses: tuple[Pause, ...]


Entries = dict[int, list[tuple[int, _Running, str | None]]]
Where = Sequence[ColumnElement[bool]]


def in_order(standing: Iterable[Standing]) -> list[Standing]:
    """Due today first, as that can still be kept; then overdue, the longest first; then by the day; the green lane
    before others of the same day."""
    return sorted(standing, key=lambda one: (one.place, not one.lane, one.number))


def standings(session: Session, calendar: WorkCalendar, today: dt.date, where: Where = ()) -> list[Standing]:
    """The open cases of which this holds, in the order of the queue."""
    c = t.StoredCase
    where = (c.closed_at.is_(None), *where)
    entries, told = _entries(session, where), _told(session, where)

    @cache  # many entries run alike
    def ranked(running: _Running, received_on: dt.date, was_told: bool) -> tuple[Rank, Clock]:
        clock = clock_for(running, received_on, calendar, today, told=was_told)
        return rank(clock, today), clock

    found = []
    rows = select(c.id, c.number, c.opened_account, c.opened_at, c.green_lane).where(*where)
    for case_id, number, account, opened_at, lane in session.execute(rows):
        mine, received_on = entries[case_id], day_of(opened_at)
        waiting = (one for one in mine if one[1].state not in OVER)
        first = first_of([ranked(running, received_on, entry_id in told) for entry_id, running, _ in waiting])
        stand = tuple((running.state, department) for _, running, department in mine)
        found.append(Standing(number, *first, stand, account, lane is not None))
    return in_order(found)


def whole(session: Session, numbers: Sequence[str]) -> tuple[Case, ...]:
    """These cases with everything of them, in the same order."""
    found = {case.number: case for case in load(session, select(t.StoredCase).where(t.StoredCase.number.in_(numbers)))}
    return tuple(found[number] for number in numbers if number in found)


def in_region(region: str) -> Where:
    """That a case is handled in a region, was taken in there, or is of none."""
    c = t.StoredCase
    return ((c.region == region) | (c.taken_in == region) | c.region.is_(None),)


def with_department(department: str) -> Where:
    """That a department has an entry of a case in hand."""
    e = t.StoredEntry
    held = select(e.case_id).where(e.department == department, e.state.in_(sorted(WITH_DEPARTMENT)))
    return (t.StoredCase.id.in_(held),)


def _entries(session: Session, where: Where) -> Entries:
    """The entries of each case, in their order."""
    e = t.StoredEntry
    columns = (
        e.case_id,
        e.id,
        e.state,
        e.department,
        e.limit_days,
        e.limit_unit,
        e.limit_whose,
        e.clock_from,
        e.pauses,
    )
    rows = select(*columns).join(t.StoredCase).where(*where).order_by(e.id)
    found: Entries = defaultdict(list)
    for case_id, entry_id, state, department, days, unit, whose, clock_from, pauses in session.execute(rows):
        running = _running(state, days, unit, whose, clock_from, pauses_of(pauses) if pauses else ())
        found[case_id].append((entry_id, running, department))
    return found


@lru_cache(4096)
def _running(
    state: str, days: int | None, unit: Any, whose: Any, clock_from: dt.date | None, pauses: tuple[Pause, ...]
) -> _Running:
    limit = Limit(days, unit, whose) if days is not None else None
    return _Running(State(state), limit, clock_from, pauses)


def _told(session: Session, where: Where) -> set[int]:
    """The entries for which a notice was given and not taken back."""
    n = t.StoredNotice
    rows = select(n.entries).join(t.StoredCase).where(n.withdrawn_at.is_(None), *where)
    return {entry for entries in session.scalars(rows) for entry in entries}
