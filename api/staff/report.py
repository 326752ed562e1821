"""The report for the regular meeting (会商) as a page: every figure with its sentence, every table with a bar beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.counter import AtCounter, Counter
from api.staff.shell import new_router
from assistant.cases.report import Breakdown, Report, report
from assistant.errors import NotFound
from assistant.staff.asked import asked
from assistant.staff.roles import Role

router = new_router()
SEES_REPORT = (*AT_THE_WINDOW, Role.ADMINISTRATOR)
GROUPS = (
    ("办了多少", ("cases", "entries", "handled", "at_window", "refused", "withdrawn", "elsewhere", "green_lane", "shared")),
    ("办得多快", ("days", "days_90", "net_days", "net_days_90", "in_promise", "overdue")),
    ("一次说清没有", ("notices", "notices_per_case", "repeated", "repeating_notices", "late", "taken_back")),
    ("群众怎么说", ("ratings", "satisfied", "low", "followed_up", "matters", "settled")),
    ("问一问", ("not_answered", "open_facts")),
)  # fmt: skip
LONGEST = 366 * 3  # days


COUNTED = {"time": 2}  # numbers of a table that have a bar; of others the first has


@dataclass(frozen=True)
class Bar:
    """A row of a table with the lengths of its bars, of a hundred."""

    cells: tuple[str | float | None, ...]
    lengths: tuple[float, ...]


@router.get("/report", dependencies=[role(*SEES_REPORT)])
def page(at: AtCounter, first: str = "", last: str = "") -> HTMLResponse:
    """The figures of a period; of this month where none is told."""
    begin, end = period_of(first, last, at.cases.today)
    made = made_of(at, begin, end)
    known = {one.key: one for one in made.figures}
    return at.page(
        "staff/report.html",
        report=made,
        groups=[(title, [known[key] for key in keys if key in known]) for title, keys in GROUPS],
        tables=[(one, _bars(one)) for one in made.breakdowns],
        spans=_spans(at.cases.today),
    )


def made_of(at: Counter, first: dt.date, last: dt.date) -> Report:
    """The report, with what people asked the conversation meanwhile."""
    told = asked(at.cases.engine, first, last)
    return report(
        at.cases,
        first,
        last,
        unanswered=list(told.questions.items()),
        to_check=list(told.open_facts.items()),
        not_answered=told.unanswered,
    )


def period_of(first: str, last: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day that are asked for; of this month where nobody says."""
    try:
        end = dt.date.fromisoformat(last) if last else today
        begin = dt.date.fromisoformat(first) if first else end.replace(day=1)
    except ValueError:
        raise NotFound("日期请写成 2026-03-02 这样。") from None
    if not 0 <= (end - begin).days <= LONGEST:
        raise NotFound("开始的日子要在结束的前面，最长三年。")
    return begin, end


def _spans(today: dt.date) -> dict[str, tuple[dt.date, dt.date]]:
    """The periods that meetings are usually about."""
    this_month = today.replace(day=1)
    last_month_end = this_month - dt.timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return {
        "本月": (this_month, today),
        "上月": (last_month_end.replace(day=1), last_month_end),
        "本季度": (quarter, today),
        "今年": (today.replace(month=1, day=1), today),
    }


def _bars(table: Breakdown) -> list[Bar]:
    """The rows, each with bars as long as its numbers are large, all by one measure."""
    counted = slice(1, 1 + COUNTED.get(table.key, 1))
    rows = [[cell if isinstance(cell, int | float) else 0 for cell in row[counted]] for row in table.rows]
    most = max((number for row in rows for number in row), default=0) or 1
    return [
        Bar(row, tuple(round(100 * one / most, 1) for one in numbers))
        for row, numbers in zip(table.rows, rows, strict=True)
    ]
