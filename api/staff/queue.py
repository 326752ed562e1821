"""The queue of cases: due today first, narrowed by state, department and clerk; several sent on at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.case_view import VERBS, pressing
from api.staff.counter import AtCounter, Counter
from api.staff.filled import Form as Fields
from api.staff.shell import new_router
from assistant.cases.clocks import Clock, Colour
from assistant.cases.model import Case, CaseEntry, Outcome, Wanted
from assistant.cases.states import LABELS, Role, State, onward
from assistant.cases.store import BATCH_AT_MOST
from assistant.errors import Refused

router = new_router()
AT = [role(*AT_THE_WINDOW)]
AT_ONCE = 100  # cases on a page
ONE_BY_ONE = frozenset({State.MAILED, State.WITHDRAWN, State.GUIDED, State.REGISTERED})
PRESSING = {"today": "今天到期", "red": "超期", "amber": "快到期", "paused": "等补材料"}


@dataclass(frozen=True)
class Wish:
    """Which cases somebody wants to see; empty is all."""

    state: str = ""
    department: str = ""
    due: str = ""  # a key of PRESSING
    mine: bool = False

    def query(self, page: int = 1, **changes: object) -> str:
        """The same wish as an address, with some of it changed."""
        told = vars(replace(self, **changes)) | {"page": page if page > 1 else ""}  # type: ignore[arg-type]
        query = urlencode({key: value for key, value in told.items() if value})
        return f"/staff/cases?{query}" if query else "/staff/cases"


@dataclass(frozen=True)
class Line:
    """One case of the queue: its clock, and its entries by where they stand."""

    case: Case
    clock: Clock
    stand: tuple[tuple[str, tuple[CaseEntry, ...]], ...]

    @property
    def departments(self) -> tuple[str, ...]:
        """Who has to do with it."""
        return tuple(dict.fromkeys(one.department for one in self.case.entries if one.department))


@router.get("/cases", dependencies=AT)
def queue(
    at: AtCounter, state: str = "", department: str = "", due: str = "", mine: bool = False, page: int = 1
) -> HTMLResponse:
    """What waits, the most pressing first."""
    return _page(at, Wish(state, department, due, mine), max(1, page))


@router.post("/cases/batch", dependencies=AT)
def batch(at: AtCounter, filled: Fields) -> Response:
    """The ticked cases sent on, each by itself, and what became of each."""
    wish = Wish(filled.text("state"), filled.text("department"), filled.text("due"), filled.has("mine"))
    to, picked = filled.state, filled.many("case")
    if not picked:
        return _page(at, wish, 1, wrong="先在前面打勾，勾上要一起办的。")
    try:
        if len(picked) > BATCH_AT_MOST:
            raise Refused(f"一次最多改 {BATCH_AT_MOST} 份档案，您选了 {len(picked)} 份。")
        outcomes = [_sent_on(at, one, to, wish) for one in picked]
    except Refused as refused:
        return _page(at, wish, 1, wrong=str(refused))
    return _page(at, wish, 1, outcomes=outcomes, to=to)


def _sent_on(at: Counter, picked: str, to: State, wish: Wish) -> Outcome:
    """One case of several, `number/version` as it was ticked: those of its entries that may go there."""
    number, _, version = picked.partition("/")
    case = at.cases.find(number)
    ids = tuple(
        one.id
        for one in case.entries
        if to in onward(one.state, at.by.role) and (not wish.state or one.state == wish.state)
    )
    if not ids:
        return Outcome(case.number, problem=f"没有能“{VERBS[to]}”的事项（现在{case.label}）。")
    wanted = Wanted(case.number, int(version) if version.isdecimal() else 0, ids)
    return at.cases.move_many([wanted], to, by=at.by)[0]


def _page(
    at: Counter,
    wish: Wish,
    page: int,
    *,
    wrong: str = "",
    outcomes: Iterable[Outcome] = (),
    to: State | None = None,
) -> HTMLResponse:
    calendar, today = at.cases.calendar(), at.cases.today
    everything = [(case, pressing(case, calendar, today)) for case in at.cases.queue()]
    found = [one for one in everything if _wanted(*one, wish, at)]
    shown = found[(page - 1) * AT_ONCE : page * AT_ONCE]
    return at.page(
        "staff/case_queue.html",
        status=422 if wrong else 200,
        lines=[Line(case, clock, _stand(case)) for case, clock in shown],
        wish=wish,
        count=len(found),
        all_count=len(everything),
        counts={key: sum(_presses(key, case, clock, at) for case, clock in everything) for key in PRESSING},
        pressing=PRESSING,
        states={one: LABELS[one] for one in State if any(e.state is one for c, _ in everything for e in c.entries)},
        departments=sorted({e.department for c, _ in everything for e in c.entries if e.department}),
        moves=_moves(case for case, _ in shown),
        verbs=VERBS,
        before=wish.query(page - 1) if page > 1 else "",
        after=wish.query(page + 1) if len(found) > page * AT_ONCE else "",
        most=BATCH_AT_MOST,
        wrong=wrong,
        outcomes=list(outcomes),
        to=to,
    )


def _wanted(case: Case, clock: Clock, wish: Wish, at: Counter) -> bool:
    """Whether a case fits the wish."""
    mine = not wish.mine or case.opened_by == at.by.name
    presses = not wish.due or _presses(wish.due, case, clock, at)
    fits = any(
        (not wish.state or one.state == wish.state) and (not wish.department or one.department == wish.department)
        for one in case.entries
    )
    return mine and presses and fits


def _presses(how: str, case: Case, clock: Clock, at: Counter) -> bool:
    if how == "paused":
        return any(one.state is State.CORRECTING for one in case.entries)
    if how == "today":
        return clock.due == at.cases.today and clock.colour is not Colour.PAUSED
    return clock.colour == how and not (how == "amber" and clock.due == at.cases.today)


def _stand(case: Case) -> tuple[tuple[str, tuple[CaseEntry, ...]], ...]:
    """The entries by where they stand, in the order of the states."""
    order = list(State)
    entries = sorted(case.entries, key=lambda one: order.index(one.state))
    return tuple((LABELS[state], tuple(of_it)) for state, of_it in groupby(entries, key=lambda one: one.state))


def _moves(cases: Iterable[Case]) -> list[State]:
    """Where any of these cases can be sent; what needs a word of its own (the post, withdrawing) is done one by one."""
    states = {entry.state for case in cases for entry in case.entries}
    ways = {to for state in states for to in onward(state, Role.HEAD)}
    return [one for one in State if one in ways and one not in ONE_BY_ONE]
