"""Clocks (时限): by when the window or the department has to be done, in working days, and how pressing that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Literal, Protocol

from assistant.cases.changing import day_of
from assistant.cases.model import Case, CaseEntry, Limit, Pause
from assistant.cases.states import AT_WINDOW, WITH_DEPARTMENT, State
from assistant.checklist.calendar import WorkCalendar

NOTICE_DAYS = 5  # 行政许可法 第三十二条: told within five days, working days by 第八十二条
AMBER_DAYS = 2  # so many working days before the last one it turns amber
_ONE_DAY = dt.timedelta(days=1)
Rank = tuple[int, dt.date]
_LAST: Rank = (3, dt.date.max)  # but for those that wait for the applicant


class Colour(StrEnum):
    """How pressing a clock is."""

    GREEN = "green"
    AMBER = "amber"  # due today or within AMBER_DAYS working days
    RED = "red"  # overdue
    PAUSED = "paused"  # the applicant is asked
    NONE = "none"  # nobody set a limit, or there is nothing to wait for


@dataclass(frozen=True)
class Clock:
    """One clock of one entry: what it is for, its last day, how many working days are left (0 today, below: overdue)."""

    what: Literal["告知", "办理", ""]
    due: dt.date | None = None
    left: int | None = None
    colour: Colour = Colour.NONE
    whose: str = ""  # 承诺, 法定, 行政许可法第三十二条

    @property
    def words(self) -> str:
        """The clock in plain words."""
        if self.due is None or self.left is None:
            return "没有时限" if self.colour is Colour.NONE else "等补材料，时限暂停"
        day = f"{self.due.month}月{self.due.day}日"
        if self.colour is Colour.PAUSED:
            return f"等补材料，时限暂停（今天补齐就到{day}）"
        if self.left < 0:
            return f"{self.what}超期 {-self.left} 个工作日（{day}到期）"
        return f"{self.what}今天到期" if self.left == 0 else f"{self.what}还剩 {self.left} 个工作日（{day}到期）"


class Running(Protocol):
    """What the clock of an entry goes by."""

    @property
    def state(self) -> State:
        """Where it stands."""

    @property
    def limit(self) -> Limit | None:
        """How long it may take."""

    @property
    def clock_from(self) -> dt.date | None:
        """The day from which that is counted."""

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """When it stood still."""


def clock_of(case: Case, entry: CaseEntry, calendar: WorkCalendar, today: dt.date) -> Clock:
    """The clock of an entry of a case."""
    return clock_for(entry, day_of(case.opened_at), calendar, today, told=_told(case, entry))


def clock_for(entry: Running, received_on: dt.date, calendar: WorkCalendar, today: dt.date, *, told: bool) -> Clock:
    """The clock that presses most: in the window's hands the five days for a notice that was not given (`told`) yet, and its
    limit from the day it runs."""
    clocks = []
    if entry.state in AT_WINDOW and not told:
        due = notice_due(received_on, calendar)
        clocks.append(_clock("告知", due, calendar, today, whose="行政许可法第三十二条"))
    if entry.state in AT_WINDOW | WITH_DEPARTMENT | {State.CORRECTING}:
        due_by_limit = handling_due(entry, calendar, today)
        if due_by_limit is not None and entry.limit is not None:
            paused = entry.state is State.CORRECTING
            clocks.append(_clock("办理", due_by_limit, calendar, today, whose=entry.limit.whose, paused=paused))
    if not clocks:
        return Clock("", colour=Colour.PAUSED if entry.state is State.CORRECTING else Colour.NONE)
    return min(clocks, key=lambda clock: clock.due or dt.date.max)


def notice_due(received_on: dt.date, calendar: WorkCalendar) -> dt.date:
    """The last day of the five for the one notice."""
    return calendar.end(received_on, NOTICE_DAYS, "工作日")


def handling_due(entry: Running, calendar: WorkCalendar, today: dt.date) -> dt.date | None:
    """The last day of the promised limit, else the statutory one, longer by the days on which the applicant was asked."""
    if entry.limit is None or entry.clock_from is None:
        return None
    days, unit = entry.limit.days, entry.limit.unit
    if unit == "工作日":
        stood = sum(working_days(one.since, one.until or today, calendar) for one in _since(entry))
        return calendar.end(entry.clock_from, days + stood, unit)
    stood = sum(((one.until or today) - one.since).days for one in _since(entry))
    if unit == "日":
        return calendar.end(entry.clock_from, days + stood, unit)
    return calendar.working_day(calendar.end(entry.clock_from, days, unit) + stood * _ONE_DAY)


def days_taken(entry: CaseEntry, calendar: WorkCalendar) -> int | None:
    """Working days from the start of its clock to its decision, without those on which the applicant was asked."""
    if entry.clock_from is None or entry.decided_on is None:
        return None
    stood = sum(working_days(one.since, one.until or entry.decided_on, calendar) for one in _since(entry))
    return working_days(entry.clock_from, entry.decided_on, calendar) - stood


def working_days(start: dt.date, end: dt.date, calendar: WorkCalendar) -> int:
    """How many working days lie after one day, up to and with another; negative where it is earlier."""
    if end < start:
        return -working_days(end, start, calendar)
    return sum(not calendar.is_off(start + i * _ONE_DAY) for i in range(1, (end - start).days + 1))


def most_pressing(case: Case, calendar: WorkCalendar, today: dt.date) -> Clock:
    """The clock of a case."""
    clocks = (clock_of(case, entry, calendar, today) for entry in case.entries if entry.open)
    return first_of([(rank(clock, today), clock) for clock in clocks])[1]


def first_of(ranked: Sequence[tuple[Rank, Clock]]) -> tuple[Rank, Clock]:
    """Where a case stands by its clocks, and the clock that it shows: the first in the queue; where none runs, that the
    applicant is waited for."""
    if not ranked:
        return _LAST, Clock("")
    place, clock = min(ranked, key=itemgetter(0))
    if clock.due is None:
        clock = next((one for _, one in ranked if one.colour is Colour.PAUSED), clock)
    return place, clock


def rank(clock: Clock, today: dt.date) -> Rank:
    """Where a clock stands in the queue."""
    if clock.due is None or clock.colour is Colour.PAUSED:
        waits = clock.colour is not Colour.NONE  # for the applicant: after what just has no limit
        return (4, dt.date.max) if waits else _LAST
    return (0 if clock.due == today else 1 if clock.due < today else 2), clock.due


def _clock(
    what: Literal["告知", "办理"],
    due: dt.date,
    calendar: WorkCalendar,
    today: dt.date,
    *,
    whose: str,
    paused: bool = False,
) -> Clock:
    left = working_days(today, due, calendar) if due >= today else min(-1, working_days(today, due, calendar))
    pressing = Colour.RED if due < today else Colour.AMBER if left <= AMBER_DAYS else Colour.GREEN
    return Clock(what, due, left, Colour.PAUSED if paused else pressing, whose)


def _told(case: Case, entry: CaseEntry) -> bool:
    return any(entry.id in one.entries and one.withdrawn_at is None for one in case.notices)


def _since(entry: Running) -> list[Pause]:
    """The pauses after the clock began."""
    return [one for one in entry.pauses if entry.clock_from and one.since >= entry.clock_from]
