"""The report for the regular meeting (会商): figures of a period, each defined in one sentence that stands beside it."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.cases.changing import day_of
from assistant.cases.clocks import days_taken, handling_due, working_days
from assistant.cases.model import LEVELS, Case, CaseEntry, Rating
from assistant.cases.period import Period, period_of
from assistant.cases.ratings import LOW
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.checklist.calendar import WorkCalendar

NOWHERE = "没写"
SHOWN = 20  # of what people asked
WEEKS_UP_TO = 100  # days; longer periods go by months


@dataclass(frozen=True)
class Figure:
    """One figure; `value` is None where there is nothing to count."""

    key: str
    label: str
    value: float | None
    unit: str
    definition: str


@dataclass(frozen=True)
class Breakdown:
    """A figure by something: rows of a name and its numbers, the largest first."""

    key: str
    title: str
    definition: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]


@dataclass(frozen=True)
class Report:
    """The figures of a period, both days included."""

    first: dt.date
    last: dt.date
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]

    def figure(self, key: str) -> Figure:
        """One figure by its key."""
        return {one.key: one for one in self.figures}[key]

    def breakdown(self, key: str) -> Breakdown:
        """One breakdown by its key."""
        return {one.key: one for one in self.breakdowns}[key]


def report(
    cases: Cases,
    first: dt.date,
    last: dt.date,
    *,
    unanswered: Sequence[tuple[str, int]] = (),
    to_check: Sequence[tuple[str, int]] = (),
    not_answered: int = 0,
) -> Report:
    """The report of a period. What others count is handed in: questions nobody could answer, and 待核 facts that people
    were shown, each with how often; and how many questions were not answered, also those whose words are erased."""
    period = period_of(cases, first, last)
    return Report(
        first,
        last,
        (
            *_numbers(period),
            *_times(period),
            *_corrections(period),
            *_voices(period),
            *_asked(not_answered, sum(times for _, times in to_check)),
        ),
        (
            _over_time(period, first, last),
            _by("item", "按事项", period, lambda _, entry: entry.name),
            _by("department", "按部门", period, lambda _, entry: entry.department or NOWHERE),
            _by("region", "按地区", period, lambda case, _: case.region or NOWHERE),
            _levels(period.ratings),
            _counted(
                "unanswered",
                "没答上来的问题",
                "期间有人问、系统没有答上来的问题，和问了几次；对话到期删了的没有原话。",
                unanswered,
            ),
            _counted(
                "to_check", "碰到的待核信息", "期间给人看过、标着“待核”的信息，最常碰到的在前，和看了几次。", to_check
            ),
        ),
    )


def _numbers(period: Period) -> Iterable[Figure]:
    opened, handled = period.opened, [entry for _, entry in period.handled]
    materials = [one for case in opened for one in case.materials]
    yield Figure("cases", "收件", len(opened), "份", "期间登记的档案数。")
    yield Figure("entries", "收进的事项", sum(len(case.entries) for case in opened), "项", "期间登记的档案里的事项数。")
    yield Figure("handled", "办结", len(handled), "项", "期间窗口办结、部门办结和部门不予办理的事项数。")
    at_window = sum(entry.decided is State.DONE_AT_WINDOW for entry in handled)
    yield Figure("at_window", "窗口直接办结", at_window, "项", "办结的事项里，窗口当场办结的。")
    refused = sum(entry.decided is State.REFUSED for entry in handled)
    yield Figure("refused", "不予办理", refused, "项", "办结的事项里，部门不予办理的。")
    yield Figure("withdrawn", "撤回", len(period.withdrawn), "项", "期间申请人撤回、没有办下去的事项数。")
    elsewhere = sum(case.elsewhere for case in opened)
    yield Figure("elsewhere", "异地代收", elsewhere, "份", "期间登记的档案里，收件地和办理地不是一处的。")
    lane = sum(case.green_lane is not None for case in opened)
    yield Figure("green_lane", "绿色通道", lane, "份", "期间登记的档案里，给老年人、残疾人走绿色通道的。")
    shared = sum(one.shared_from is not None for one in materials)
    yield Figure("shared", "没再要的材料", shared, "样", "期间登记的档案里，同一家企业以前交过、这次没再要的材料数。")


def _times(period: Period) -> Iterable[Figure]:
    cal = period.calendar
    whole = [
        working_days(day_of(case.opened_at), entry.decided_on, cal)
        for case, entry in period.handled
        if entry.decided_on is not None
    ]
    yield Figure(
        "days", "从收件到办结（中位数）", median(whole) if whole else None, "个工作日",
        "办结的事项从登记那天到办结那天的工作日数，从小到大排，取中间的。",
    )  # fmt: skip
    yield Figure(
        "days_90", "从收件到办结（九成）", _ninety(whole), "个工作日",
        "办结的事项里，九成用的工作日不超过这个数。",
    )  # fmt: skip
    counted = [(entry, days) for _, entry in period.handled if (days := days_taken(entry, cal)) is not None]
    taken = [days for _, days in counted]
    yield Figure(
        "net_days", "办理用时（中位数）", median(taken) if taken else None, "个工作日",
        "办结的事项从开始计时（窗口直接办的是登记那天，代交的是代交那天）到办结的工作日数，不算等补材料的天，取中间的。",
    )  # fmt: skip
    yield Figure(
        "net_days_90", "办理用时（九成）", _ninety(taken), "个工作日",
        "办结的事项里，九成的办理用时不超过这个数。",
    )  # fmt: skip
    promised = [entry for entry, _ in counted if entry.limit is not None and entry.limit.whose == "承诺"]
    kept = sum(_kept(entry, cal) for entry in promised)
    yield Figure(
        "in_promise", "在承诺时限内", _share(kept, len(promised)), "%",
        "办结的、部门有承诺时限的事项里，没有超过承诺时限的占多少。",
    )  # fmt: skip
    limited = [entry for entry, _ in counted if entry.limit is not None]
    overdue = sum(not _kept(entry, cal) for entry in limited)
    yield Figure(
        "overdue", "超期办结", overdue, "项", "办结的、有时限的事项里，超过承诺时限（没有承诺的看法定时限）的。"
    )


def _corrections(period: Period) -> Iterable[Figure]:
    told = period.notices
    yield Figure("notices", "一次性告知", len(told), "份", "期间开出的、没有撤回的告知书数。")
    per_case = round(len(told) / len(period.opened), 2) if period.opened else None
    yield Figure("notices_per_case", "每份档案的告知", per_case, "份", "期间开出的告知书数除以期间登记的档案数。")
    repeats = sum(one.repeats for one in told)
    yield Figure("repeated", "本该上次就说的", repeats, "条", "告知书里，上一次告知时就看得出来、却没有说的条数。")
    again = sum(one.repeats > 0 for one in told)
    yield Figure("repeating_notices", "没有一次说全的告知", again, "份", "至少有一条本该上次就说的告知书数。")
    late = sum(one.late for one in told)
    yield Figure(
        "late",
        "过了五日才告知",
        late,
        "份",
        "第一次告知时，离登记已经超过五个工作日的告知书数（行政许可法第三十二条）。",
    )
    yield Figure("taken_back", "撤回的告知", len(period.taken_back), "份", "期间开出、后来撤回的告知书数。")


def _voices(period: Period) -> Iterable[Figure]:
    rated = period.ratings
    yield Figure("ratings", "评价", len(rated), "条", "期间收到的好差评条数。")
    good = sum(one.level > max(LOW) for one in rated)
    yield Figure("satisfied", "满意", _share(good, len(rated)), "%", "评价里，基本满意、满意和非常满意的占多少。")
    low = [one for one in rated if one.level in LOW]
    yield Figure("low", "差评", len(low), "条", "评价里，不满意和非常不满意的条数。")
    in_time = sum(
        one.followed_up_at is not None
        and one.follow_up_by is not None
        and day_of(one.followed_up_at) <= one.follow_up_by
        for one in low
    )
    yield Figure("followed_up", "按时回访的差评", in_time, "条", "差评里，在回访期限以内回访了的。")
    yield Figure("matters", "上报的事", len(period.matters), "件", "期间上报的疑难问题、办不成事和 12345 转来的事。")
    settled = sum(one.closed_at is not None for one in period.matters)
    yield Figure("settled", "已了结", settled, "件", "期间上报的事里，到现在已经有结果的。")


def _asked(not_answered: int, open_facts: int) -> Iterable[Figure]:
    yield Figure(
        "not_answered", "没答上来", not_answered, "次", "期间有人问、系统没有答上来的次数，对话删了的也算在里面。"
    )
    yield Figure("open_facts", "碰到待核", open_facts, "次", "期间给人看的答复里，有一处还标着“待核”的次数。")


def _by(key: str, title: str, period: Period, name: Callable[[Case, CaseEntry], str]) -> Breakdown:
    groups: dict[str, list[int | None]] = {}
    for case, entry in period.handled:
        groups.setdefault(name(case, entry), []).append(days_taken(entry, period.calendar))
    rows = []
    for called, days in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        known = [one for one in days if one is not None]
        rows.append((called, len(days), median(known) if known else None))
    definition = f"期间办结的事项{title}数，和办理用时的中位数（工作日，不算等补材料的天）。"
    return Breakdown(key, title, definition, (title.removeprefix("按"), "办结", "用时中位数"), tuple(rows))


def _over_time(period: Period, first: dt.date, last: dt.date) -> Breakdown:
    by_week = (last - first).days < WEEKS_UP_TO

    def begins(day: dt.date) -> dt.date:
        """The first day of its week or month that is in the period."""
        return max(first, day - dt.timedelta(days=day.weekday()) if by_week else day.replace(day=1))

    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    opened = Counter(begins(day_of(case.opened_at)) for case in period.opened)
    handled = Counter(begins(entry.decided_on) for _, entry in period.handled if entry.decided_on)
    rows = tuple(
        (f"{one:%Y-%m-%d} 起" if by_week else f"{one:%Y-%m}", opened[one], handled[one])
        for one in dict.fromkeys(map(begins, days))
    )
    what = "周" if by_week else "月"
    definition = f"期间每{what}登记的档案数，和办结的事项数。"
    return Breakdown("time", f"按{what}", definition, (what, "收件", "办结"), rows)


def _levels(ratings: Sequence[Rating]) -> Breakdown:
    counted = Counter(one.level for one in ratings)
    rows = tuple((label, counted[level]) for level, label in LEVELS.items())
    return Breakdown("levels", "评价分布", "期间收到的评价按五级各有几条。", ("评价", "条数"), rows)


def _counted(key: str, title: str, definition: str, counted: Sequence[tuple[str, int]]) -> Breakdown:
    most_first = sorted(counted, key=lambda one: (-one[1], one[0]))
    return Breakdown(key, title, definition, (title, "次数"), tuple(most_first[:SHOWN]))


def _kept(entry: CaseEntry, calendar: WorkCalendar) -> bool:
    """Whether an entry was decided within its limit."""
    if entry.decided_on is None:
        return False
    due = handling_due(entry, calendar, entry.decided_on)
    return due is not None and entry.decided_on <= due


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _ninety(days: Sequence[int]) -> int | None:
    """The smallest number that nine of ten do not exceed."""
    return sorted(days)[math.ceil(0.9 * len(days)) - 1] if days else None
