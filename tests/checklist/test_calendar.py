"""Days off, periods of law in calendar days, limits in working days; checked by hand on the notices of 2025 and 2026."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checklist.calendar import Unit, WorkCalendar, calendar_of, from_the_library
from assistant.knowledge import model as m

NOTICES = from_the_library()
YEAR = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
CALENDARS = st.builds(WorkCalendar, st.frozensets(YEAR, max_size=60), st.frozensets(YEAR), st.just(frozenset({2026})))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["日", "工作日"])


def day(text: str) -> dt.date:
    """A day of 2026, written as month-day."""
    return dt.date.fromisoformat(f"2026-{text}")


def a_year(**facts: Any) -> m.HolidayYear:
    """2027 as an editor writes it from a notice, unless told otherwise."""
    return m.HolidayYear(**{"year": 2027, "state": m.State.SOURCED, "sources": ("示例通知",), **facts})


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("09-11", 20, "10-08"),  # 1 October is the last day: the whole National Day goes by
        ("09-30", 1, "10-08"),  # begun on the eve of a holiday: the first day does not count
        ("09-22", 1, "09-23"),
        ("09-24", 1, "09-28"),  # Mid-Autumn, Friday to Sunday
        ("09-18", 1, "09-20"),  # Saturday 19 is off, Sunday 20 is worked
        ("01-30", 20, "02-24"),  # 19 February, in Spring Festival
        ("01-05", 45, "02-24"),
        ("02-13", 1, "02-14"),  # a Saturday that is worked
        ("11-21", 20, "12-11"),
    ],
)
def test_period_of_law_ends_on_a_working_day(start: str, days: int, end: str) -> None:
    """Calendar days without the first; an end on a day off is rolled on to the next working day."""
    assert NOTICES.end(day(start), days, "日") == day(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("09-30", 3, "10-10"),  # 8, 9 and the worked Saturday
        ("09-30", 5, "10-13"),
        ("02-13", 3, "02-25"),  # the worked 14, then 24 and 25
        ("02-13", 10, "03-05"),  # with the worked Saturday 28
        ("10-01", 0, "10-08"),
        ("09-16", 3, "09-20"),
    ],
)
def test_limit_counts_working_days(start: str, days: int, end: str) -> None:
    """Days off are skipped, weekend days that are worked count, the first day does not."""
    assert NOTICES.end(day(start), days, "工作日") == day(end)


def test_library_reaches_to_2026() -> None:
    """The range that is told to people; a later library moves it, and the words with it."""
    assert (min(NOTICES.years), max(NOTICES.years)) == (2004, 2026)
    assert not NOTICES.knows(dt.date(2027, 1, 1))


def test_unknown_year_has_weekends_only() -> None:
    """Beyond the range nothing is invented, not even New Year."""
    assert not NOTICES.is_off(dt.date(2027, 1, 1))
    assert NOTICES.is_off(dt.date(2027, 1, 2))


def test_written_year_extends_the_library() -> None:
    """A year written in full from its notice is known from then on."""
    new_year, worked = dt.date(2027, 1, 1), dt.date(2027, 1, 3)
    calendar = calendar_of([a_year(whole=True, days_off=(new_year,), worked=(worked,))])
    assert calendar.knows(new_year)
    assert calendar.is_off(new_year)
    assert not calendar.is_off(worked)


def test_single_days_do_not_make_a_year_known() -> None:
    """A local day off counts, but the rest of its year is still to come."""
    local = dt.date(2027, 6, 1)
    calendar = calendar_of([a_year(days_off=(local,))])
    assert calendar.is_off(local)
    assert not calendar.knows(local)


def test_year_in_doubt_is_not_known() -> None:
    """A year whose notice nobody has seen counts its days and stays open."""
    calendar = calendar_of([a_year(whole=True, state=m.State.OPEN, sources=())])
    assert not calendar.knows(dt.date(2027, 1, 1))


def test_written_day_goes_before_the_library() -> None:
    """What the city writes for a day holds, both ways; the other days of the year stay."""
    worked, off = day("10-07"), day("10-10")
    calendar = calendar_of([a_year(year=2026, days_off=(off,), worked=(worked,))])
    assert calendar.is_off(off)
    assert not calendar.is_off(worked)
    assert calendar.is_off(day("10-06"))
    assert calendar.knows(off)


def test_written_whole_year_stands_alone() -> None:
    """A year written in full leaves nothing of the library's."""
    calendar = calendar_of([a_year(year=2026, whole=True)])
    assert not calendar.is_off(day("10-01"))
    assert calendar.is_off(day("10-10"))
    assert calendar.is_off(dt.date(2025, 10, 1))


@given(CALENDARS, YEAR, st.integers(0, 90), UNITS)
def test_end_is_never_a_day_off(calendar: WorkCalendar, start: dt.date, days: int, unit: Unit) -> None:
    """Nobody is sent to a closed door."""
    end = calendar.end(start, days, unit)
    assert not calendar.is_off(end)
    assert end >= start + dt.timedelta(days)


@given(CALENDARS, YEAR, YEAR, st.integers(0, 90), UNITS)
def test_holiday_never_makes_an_end_earlier(
    calendar: WorkCalendar, holiday: dt.date, start: dt.date, days: int, unit: Unit
) -> None:
    """One more day off can only delay."""
    more = WorkCalendar(calendar.days_off | {holiday}, calendar.worked, calendar.years)
    assert more.end(start, days, unit) >= calendar.end(start, days, unit)


@given(CALENDARS, YEAR, st.integers(0, 60), UNITS)
def test_later_start_never_ends_earlier(calendar: WorkCalendar, start: dt.date, days: int, unit: Unit) -> None:
    """Who begins a day later is not done before."""
    assert calendar.end(start + dt.timedelta(1), days, unit) >= calendar.end(start, days, unit)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ((2026, 11, 23), 6, (2027, 5, 24)),  # 23 May 2027 is a Sunday
        ((2026, 8, 31), 6, (2027, 3, 1)),  # February has no 31st, and its 28th is a Sunday
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 1, 30), 12, (2027, 2, 1)),  # a Saturday
    ],
)
def test_months_end_on_the_same_day_of_a_later_month(
    start: tuple[int, int, int], months: int, last: tuple[int, int, int]
) -> None:
    """A period in months ends on the day of the same number, or the month's last (民法典 第二百零二条), rolled on."""
    assert WorkCalendar(frozenset(), frozenset(), frozenset()).end(dt.date(*start), months, "月") == dt.date(*last)
