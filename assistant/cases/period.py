"""A period (期间): what happened in it, as the report for the regular meeting counts it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select

from assistant.cases import tables as t
from assistant.cases.durable import snapshot
from assistant.cases.model import Case, CaseEntry, Matter, Notice, Rating
from assistant.cases.ratings import rating_of
from assistant.cases.reading import load, matter_of
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.checklist.calendar import WorkCalendar
from assistant.timezone import CHINA

HANDLED = (State.DONE_AT_WINDOW, State.GRANTED, State.REFUSED)


@dataclass(frozen=True)
class Period:
    """What happened in a period."""

    opened: list[Case]
    handled: list[tuple[Case, CaseEntry]]
    withdrawn: list[CaseEntry]
    notices: list[Notice]
    taken_back: list[Notice]
    ratings: list[Rating]
    matters: list[Matter]
    calendar: WorkCalendar


def period_of(cases: Cases, first: dt.date, last: dt.date) -> Period:
    """What happened from the first to the last day, both included."""
    begin = dt.datetime.combine(first, dt.time.min, CHINA)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, CHINA)

    def within(moment: dt.datetime | None) -> bool:
        return moment is not None and begin <= moment < end

    c, e, n = t.StoredCase, t.StoredEntry, t.StoredNotice
    touched = select(c).where(
        or_(
            c.opened_at.between(begin.astimezone(dt.UTC), end.astimezone(dt.UTC)),
            c.id.in_(select(e.case_id).where(e.decided_on.between(first, last))),
            c.id.in_(select(n.case_id).where(n.at.between(begin.astimezone(dt.UTC), end.astimezone(dt.UTC)))),
        )
    )
    with snapshot(cases.engine) as session:
        found = load(session, touched.order_by(c.id))
        rated = session.execute(select(t.StoredRating, c.number).join(c))
        ratings = [one for one in (rating_of(row, number) for row, number in rated) if within(one.at)]
        matters = [
            one for one in (matter_of(row, None) for row in session.scalars(select(t.StoredMatter))) if within(one.at)
        ]
    decided = [
        (case, entry)
        for case in found
        for entry in case.entries
        if entry.decided_on is not None and first <= entry.decided_on <= last
    ]
    notices = [one for case in found for one in case.notices if within(one.at)]
    return Period(
        opened=[case for case in found if within(case.opened_at)],
        handled=[(case, entry) for case, entry in decided if entry.decided in HANDLED],
        withdrawn=[entry for _, entry in decided if entry.decided is State.WITHDRAWN],
        notices=[one for one in notices if one.withdrawn_at is None],
        taken_back=[one for one in notices if one.withdrawn_at is not None],
        ratings=ratings,
        matters=matters,
        calendar=cases.calendar(),
    )
