"""Calendar (工作日历): which days are off, and on which day a period of law or a handling limit runs out."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.knowledge import model as m

Unit = Literal["日", "工作日", "月"]
_ONE_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Weekends are off but for those worked; of a year whose notice is not known, weekends only are."""

    days_off: frozenset[dt.date]
    worked: frozenset[dt.date]
    years: frozenset[int]  # of which the notice is known

    def is_off(self, day: dt.date) -> bool:
        """Whether offices are closed; a day that is named as off and as worked is off."""
        return day in self.days_off or (day.weekday() >= _SATURDAY and day not in self.worked)

    def working_day(self, day: dt.date) -> dt.date:
        """The day itself, or the first working day after it."""
        while self.is_off(day):
            day += _ONE_DAY
        return day

    def day_after(self, day: dt.date) -> dt.date:
        """The first working day after a day."""
        return self.working_day(day + _ONE_DAY)

    def end(self, start: dt.date, days: int, unit: Unit) -> dt.date:
        """The last day: the first one does not count, and an end on a day off is rolled on (民法典 第二百零一条、第二百零三条)."""
        if unit == "日":
            return self.working_day(start + days * _ONE_DAY)
        if unit == "月":
            return self.working_day(_months_after(start, days))
        day = start if days else self.working_day(start)
        for _ in range(days):
            day = self.day_after(day)
        return day

    def knows(self, day: dt.date) -> bool:
        """Whether the notice for the year of this day is known."""
        return day.year in self.years


def _months_after(day: dt.date, months: int) -> dt.date:
    """The day of the same number in a later month, or its last one where it is shorter (民法典 第二百零二条)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@cache
def from_the_library() -> WorkCalendar:
    """What the State Council's notices said, as far as the library goes (chinesecalendar 1.11: 2004 to 2026)."""
    from chinese_calendar.constants import holidays, workdays

    off, worked = frozenset(holidays), frozenset(workdays)
    return WorkCalendar(off, worked, frozenset(day.year for day in off))


def calendar_of(written: Iterable[m.HolidayYear]) -> WorkCalendar:
    """The library's calendar as knowledge/holidays.yaml changes and extends it."""
    known = from_the_library()
    off, worked, years = set(known.days_off), set(known.worked), set(known.years)
    for year in written:
        if year.whole:
            off = {day for day in off if day.year != year.year}
            worked = {day for day in worked if day.year != year.year}
            if year.state is not m.State.OPEN:
                years.add(year.year)
        off = (off - set(year.worked)) | set(year.days_off)
        worked = (worked - set(year.days_off)) | set(year.worked)
    return WorkCalendar(frozenset(off), frozenset(worked), frozenset(years))
