"""The queue of cases: due today first, narrowed by state, department and clerk; several sent on at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.case_view import VERBS
from api.staff.counter import AtCounter, Counter
from api.staff.filled import Form as Fields
from api.staff.shell import new_router
from assistant.cases.clocks import Clock
from assistant.cases.model import Case, CaseEntry, Outcome, Wanted
from assistant.cases.queue import Standing
from assistant.cases.states import LABELS, Role, State, onward
from assistant.cases.store import BATCH_AT_MOST
from assistant.errors import Refused

router = new_router()
AT = [role(*AT_THE_WINDOW)]
AT_ONCE = BATCH_AT_MOST  # cases on a page, so that all that are ticked there can go on together
EVERYWHERE = "*"
ONE_BY_ONE = frozenset({State.MAILED, State.WITHDRAWN, State.GUIDED, State.REGISTERED})
PRESSING = {"today": "今天到期", "red": "超期", "amber": "快到期", "paused": "等补材料"}


@dataclass(frozen=True)
class Wish:
    """Which cases somebody wants to see; empty is all."""

    state: str = ""
    department: str = ""
    due: str = ""  # a key of PRESSING
    mine: bool = False
    region: str = ""  # that of whoever looks; or a county by name, or EVERYWHERE

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
    at: AtCounter,
    state: str = "",
    department: str = "",
    due: str = "",
    mine: bool = False,
    region: str = "",
    page: int = 1,
) -> HTMLResponse:
    """What waits, the most pressing first."""
    return _page(at, Wish(state, department, due, mine, region), page)


@router.post("/cases/batch", dependencies=AT)
def batch(at: AtCounter, filled: Fields) -> Response:
    """The ticked cases sent on, each by itself, and what became of each."""
    state, department, due, region = (filled.text(name) for name in ("state", "department", "due", "region"))
    wish = Wish(state, department, due, filled.has("mine"), region)
    page = filled.number("page") if filled.has("page") else 1
    to, picked = filled.state, filled.many("case")
    if not picked:
        return _page(at, wish, page, wrong="先在前面打勾，勾上要一起办的。")
    try:
        if len(picked) > BATCH_AT_MOST:
            raise Refused(f"一次最多改 {BATCH_AT_MOST} 份档案，您选了 {len(picked)} 份。")
        outcomes = [_sent_on(at, one, to, wish) for one in picked]
    except Refused as refused:
        return _page(at, wish, page, wrong=str(refused))
    return _page(at, wish, page, outcomes=outcomes, to=to)


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
    today = at.cases.today
    region = at.region if wish.region == "" else wish.region
    everything = at.cases.queue(region="" if region == EVERYWHERE else region)
    found = [one for one in everything if _wanted(one, wish, at.by.account, today)]
    pages = max(1, math.ceil(len(found) / AT_ONCE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * AT_ONCE : page * AT_ONCE]
    cases = at.cases.these(shown)
    clocks = {one.number: one.clock for one in shown}
    standing = {state for one in everything for state, _ in one.entries}
    return at.page(
        "staff/case_queue.html",
        status=422 if wrong else 200,
        lines=[Line(case, clocks[case.number], _stand(case)) for case in cases],
        wish=wish,
        region=region,
        regions=sorted({*at.regions, region} - {"", EVERYWHERE}),
        everywhere=EVERYWHERE,
        count=len(found),
        all_count=len(everything),
        first=(page - 1) * AT_ONCE + 1,
        page=page,
        pages=pages,
        counts={key: sum(one.presses(key, today) for one in everything) for key in PRESSING},
        mine_count=sum(one.account == at.by.account for one in everything),
        pressing=PRESSING,
        states={one: LABELS[one] for one in State if one in standing},
        departments=sorted({department for one in everything for _, department in one.entries if department}),
        moves=_moves(cases),
        verbs=VERBS,
        before=wish.query(page - 1) if page > 1 else "",
        after=wish.query(page + 1) if page < pages else "",
        most=BATCH_AT_MOST,
        wrong=wrong,
        outcomes=list(outcomes),
        to=to,
    )


def _wanted(one: Standing, wish: Wish, account: str, today: dt.date) -> bool:
    """Whether a case fits the wish."""
    mine = not wish.mine or one.account == account
    presses = not wish.due or one.presses(wish.due, today)
    fits = any(
        (not wish.state or state == wish.state) and (not wish.department or department == wish.department)
        for state, department in one.entries
    )
    return mine and presses and fits


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
