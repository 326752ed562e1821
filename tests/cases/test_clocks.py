"""What is due when: working days, pauses, colours, and the order of the queue."""

import datetime as dt

import pytest

from assistant.cases.clocks import Colour, clock_of, days_taken, handling_due, most_pressing, rank, working_days
from assistant.cases.model import Case, CaseEntry, Enterprise, Limit, Notice, Pause
from assistant.cases.notices import notice_lines
from assistant.cases.queue import Standing, in_order
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.checklist.calendar import from_the_library
from tests.cases.builders import LI, Moment, an_entry, complete, moved, opened

CALENDAR = from_the_library()
MONDAY = dt.date(2026, 3, 2)
S = State


def day(text: str) -> dt.date:
    """A day of 2026."""
    return dt.date.fromisoformat(f"2026-{text}")


def an_entry_in(state: State, **facts: object) -> CaseEntry:
    """An entry that was submitted on Monday with a promise of five working days."""
    told: dict[str, object] = {"limit": Limit(5, "工作日", "承诺"), "clock_from": MONDAY, "submitted_on": MONDAY}
    since = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    return CaseEntry(1, "shipin", "食品经营许可证", "proxy", state, since, **{**told, **facts})  # type: ignore[arg-type]


def a_case(*entries: CaseEntry, number: str = "20260302-0001", **facts: object) -> Case:
    """A case that was taken in on Monday."""
    at = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    told = {"enterprise": Enterprise(1, "店", None), "region": None, "taken_in": None, "opened_by": "李四"}
    return Case(number=number, version=1, opened_at=at, entries=entries, **{**told, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("03-02", "03-09", 5),  # a plain week
        ("03-06", "03-07", 0),  # Friday to Saturday
        ("03-09", "03-02", -5),
        ("02-13", "02-24", 2),  # over Spring Festival 2026: off 15 to 23 February, Saturday 14 is worked
    ],
)
def test_working_days_are_those_after_the_first(start: str, end: str, days: int) -> None:
    """The first day does not count, holidays and worked weekends do as the State Council said."""
    assert working_days(day(start), day(end), CALENDAR) == days


def test_promise_runs_from_the_day_of_handing_over() -> None:
    """Five working days from Monday end next Monday; without limit or before it runs nothing is due."""
    assert handling_due(an_entry_in(S.SUBMITTED), CALENDAR, MONDAY) == day("03-09")
    assert handling_due(an_entry_in(S.SUBMITTED, limit=None), CALENDAR, MONDAY) is None
    assert handling_due(an_entry_in(S.REVIEWING, clock_from=None), CALENDAR, MONDAY) is None


@pytest.mark.parametrize(
    ("unit", "days", "due"), [("工作日", 5, "03-11"), ("日", 5, "03-09"), ("日", 10, "03-16"), ("月", 1, "04-07")]
)
def test_clock_stands_still_while_the_applicant_is_asked(unit: str, days: int, due: str) -> None:
    """Two days of waiting move the last day by two working days, or by two days where the limit counts those; a last
    day off is rolled on, over Qingming too."""
    paused = (Pause(day("03-03"), day("03-05")),)
    entry = an_entry_in(S.IN_DEPARTMENT, limit=Limit(days, unit, "法定"), pauses=paused)  # type: ignore[arg-type]
    assert handling_due(entry, CALENDAR, day("03-05")) == day(due)


def test_open_pause_counts_until_today() -> None:
    """While the applicant is asked the last day moves with every working day; a pause before the clock began does not count."""
    entry = an_entry_in(S.CORRECTING, pauses=(Pause(day("02-24"), day("02-27")), Pause(day("03-03"))))
    assert handling_due(entry, CALENDAR, day("03-05")) == day("03-11")
    clock = clock_of(a_case(entry), entry, CALENDAR, day("03-05"))
    assert (clock.colour, clock.words) == (Colour.PAUSED, "等补材料，时限暂停（今天补齐就到3月11日）")


@pytest.mark.parametrize(
    ("today", "left", "colour", "words"),
    [
        ("03-04", 3, Colour.GREEN, "办理还剩 3 个工作日（3月9日到期）"),
        ("03-05", 2, Colour.AMBER, "办理还剩 2 个工作日（3月9日到期）"),
        ("03-09", 0, Colour.AMBER, "办理今天到期"),
        ("03-10", -1, Colour.RED, "办理超期 1 个工作日（3月9日到期）"),
        ("03-16", -5, Colour.RED, "办理超期 5 个工作日（3月9日到期）"),
    ],
)
def test_clock_turns_amber_then_red(today: str, left: int, colour: Colour, words: str) -> None:
    """Amber from two working days before the last one, red after it."""
    entry = an_entry_in(S.SUBMITTED)
    clock = clock_of(a_case(entry), entry, CALENDAR, day(today))
    assert (clock.left, clock.colour, clock.words) == (left, colour, words)


def test_day_off_after_the_last_day_is_overdue() -> None:
    """The Saturday after a Friday that was the last day is not "today"."""
    entry = an_entry_in(S.SUBMITTED, limit=Limit(4, "工作日", "承诺"))
    assert clock_of(a_case(entry), entry, CALENDAR, day("03-07")).left == -1


def test_five_days_for_the_notice_run_from_taking_in_until_it_was_given() -> None:
    """Until the one notice was given the window has five working days (行政许可法 第三十二条); a withdrawn one is none."""
    entry = an_entry_in(S.REVIEWING, clock_from=None)
    clock = clock_of(a_case(entry), entry, CALENDAR, MONDAY)
    assert (clock.what, clock.due, clock.whose) == ("告知", day("03-09"), "行政许可法第三十二条")
    at = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
    given = Notice(1, "n", (), (1,), (), at, "李四", resolved_at=at)
    taken_back = Notice(1, "n", (), (1,), (), at, "李四", withdrawn_at=at)
    assert clock_of(a_case(entry, notices=(given,)), entry, CALENDAR, MONDAY).due is None
    assert clock_of(a_case(entry, notices=(taken_back,)), entry, CALENDAR, MONDAY).due == day("03-09")


def test_what_is_decided_has_no_clock() -> None:
    """Nothing is due of what is over."""
    for state in (S.GRANTED, S.COLLECTED, S.WITHDRAWN, S.GUIDED):
        entry = an_entry_in(state)
        assert clock_of(a_case(entry), entry, CALENDAR, day("03-20")).colour is Colour.NONE


def test_days_taken_leave_out_the_waiting() -> None:
    """From handing over to the decision, without the days on which the applicant was asked."""
    entry = an_entry_in(S.GRANTED, decided_on=day("03-12"), pauses=(Pause(day("03-03"), day("03-05")),))
    assert days_taken(entry, CALENDAR) == 6
    assert days_taken(an_entry_in(S.IN_DEPARTMENT), CALENDAR) is None


def test_queue_begins_with_what_is_due_today() -> None:
    """Due today, then overdue with the longest first, then by the day, the green lane first within one; what waits
    for its applicant comes last."""
    today = day("03-09")

    def due(number: str, days: int, state: State = S.SUBMITTED, *, lane: bool = False) -> Standing:
        entry = an_entry_in(state, limit=Limit(days, "工作日", "承诺"))
        clock = clock_of(a_case(entry), entry, CALENDAR, today)
        return Standing(number, rank(clock, today), clock, lane=lane)

    cases = [
        due("waits", 5, S.CORRECTING),
        due("later", 9),
        due("soon", 6),
        due("soon-lane", 6, lane=True),
        due("over", 4),
        due("long-over", 1),
        due("today", 5),
        due("no-limit", 5, S.GRANTED),
    ]
    in_line = ["today", "long-over", "over", "soon-lane", "soon", "later", "no-limit", "waits"]
    assert [one.number for one in in_order(cases)] == in_line


def test_store_starts_and_stops_the_clocks(cases: Cases, moment: Moment) -> None:
    """Handing over starts the promise, a notice stops it, the papers that come start it again; the window's own
    entries run from the counter."""
    case = moved(cases, complete(cases, opened(cases)), S.REVIEWING)
    assert case.entries[0].clock_from is None
    moment.go_to(3, 3)
    case = moved(cases, case, S.SUBMITTED)
    moment.go_to(3, 4)
    paper = case.materials[0]
    lines = notice_lines(case, {paper.id: ("seal", "没盖章")}, [case.entries[0].id])
    case = cases.notify(case.number, case.version, lines, by=LI)
    assert most_pressing(case, cases.calendar(), cases.today).colour is Colour.PAUSED
    moment.go_to(3, 9)
    case = cases.receive(case.number, case.version, {paper.id: ("复印件", 1)}, by=LI)
    case = cases.resolve(case.number, case.version, case.notices[0].id, by=LI)
    entry = case.entries[0]
    assert (entry.submitted_on, entry.pauses) == (day("03-03"), (Pause(day("03-04"), day("03-09")),))
    assert most_pressing(case, cases.calendar(), cases.today).due == day("03-13")
    direct = opened(cases, an_entry(tier="窗口直接办"), code=None)
    assert direct.entries[0].clock_from == day("03-09")


def test_days_are_counted_in_china(cases: Cases, moment: Moment) -> None:
    """What is taken in at seven in the morning belongs to that day, though it is the day before in UTC."""
    moment.go_to(3, 3, hour=7)
    case = opened(cases)
    assert case.number.startswith("20260303")
    assert case.opened_at.astimezone(dt.UTC).day == 2
