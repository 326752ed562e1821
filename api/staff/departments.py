"""Departments: the sheet (交接单) that goes along with what is handed over, and their results, by a link or an account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, DOOR_COOKIE, PLACE, anybody, door_key, role
from api.staff.cases import show
from api.staff.counter import AtCounter, Counter, Store, place
from api.staff.filled import Form as Fields
from api.staff.shell import door_page, new_router, to
from assistant.cases.clocks import handling_due
from assistant.cases.links import GOOD_FOR, DepartmentLinks, Linked
from assistant.cases.model import Case, CaseEntry, Conflict, Found, Material
from assistant.cases.states import WITH_DEPARTMENT
from assistant.errors import NotFound, Refused
from assistant.staff.roles import Role

router = new_router()
AT = [role(*AT_THE_WINDOW)]
OURS = [role(Role.DEPARTMENT)]


@dataclass(frozen=True)
class Row:
    """One entry on a sheet: with what papers, by when."""

    case: Case
    entry: CaseEntry
    papers: tuple[Material, ...]
    due: dt.date | None


@router.get("/handover", dependencies=AT)
def sheets(at: AtCounter, day: str = "", department: str | None = None) -> HTMLResponse:
    """What was handed to each department on a day, to print and to have signed; or to one of them."""
    try:
        on = dt.date.fromisoformat(day) if day else at.cases.today
    except ValueError:
        raise NotFound("日期请写成 2026-03-02 这样。") from None
    handed = at.cases.submitted(on)
    chosen = {name: found for name, found in handed.items() if department in (None, name)}
    return at.page(
        "staff/handover_sheet.html",
        day=on,
        department=department,
        names=list(handed),
        sheets=[(name, _rows(at, found)) for name, found in chosen.items()],
    )


@router.post("/cases/{number}/link", dependencies=AT)
def link(at: AtCounter, number: str, filled: Fields) -> Response:
    """A link by which a department enters its result without an account; it is shown this once."""
    department = filled.text("department", 100)
    try:
        key = DepartmentLinks(at.cases).make(number, filled.version, department, by=at.by)
    except Conflict as conflict:
        return at.conflict(at.cases.find(number), filled, conflict)
    except Refused as refused:
        return show(at, at.cases.find(number), wrong=str(refused))
    address = f"{at.screen.root}/staff/result/{key}"
    case = at.cases.find(number)
    return at.page("staff/case_link.html", case=case, department=department, address=address, days=GOOD_FOR.days)


@router.post("/cases/{number}/unlink", dependencies=AT)
def unlink(at: AtCounter, number: str) -> Response:
    """No link of this case leads anywhere any more."""
    DepartmentLinks(at.cases).take_back(number, by=at.by)
    return to(place(number))


@router.get("/result/{key}", dependencies=[anybody()])
def ask(request: Request, cases: Store, key: str) -> Response:
    """What a department has of one case, with a button for each result."""
    return _result(request, DepartmentLinks(cases).open(key))


@router.post("/result/{key}", dependencies=[anybody()])
def tell(request: Request, cases: Store, key: str, filled: Fields) -> Response:
    """The department's result."""
    links = DepartmentLinks(cases)
    try:
        linked = links.decide(key, filled.version, filled.numbers("entry"), granted=filled.has("granted"))
    except Refused as refused:
        return _result(request, links.open(key), wrong=str(refused))
    return _result(request, linked, done=True)


@router.get("/ours", dependencies=OURS)
def ours(at: AtCounter) -> HTMLResponse:
    """What a department with an account has in hand, what is due first on top."""
    return _ours(at)


@router.post("/ours/{number}", dependencies=OURS)
def tell_ours(at: AtCounter, number: str, filled: Fields) -> Response:
    """Its result for some of them."""
    mine = {one.id for one in at.cases.find(number).entries if one.department == at.department}
    entries = filled.numbers("entry")
    if not entries or not set(entries) <= mine:
        raise NotFound("这份档案里没有本部门的这一项。")
    try:
        at.cases.decide(number, filled.version, entries, granted=filled.has("granted"), by=at.by)
    except Refused as refused:
        return _ours(at, wrong=str(refused))
    return to("/staff/ours")


def _ours(at: Counter, wrong: str = "") -> HTMLResponse:
    waiting = [
        Found(case, mine)
        for case in at.cases.with_department(at.department)
        if (mine := tuple(e for e in case.entries if e.state in WITH_DEPARTMENT and e.department == at.department))
    ]
    rows = sorted(_rows(at, waiting), key=lambda row: (row.due is None, row.due, row.case.number))
    told = {"rows": rows, "department": at.department, "wrong": wrong}
    return at.page("staff/case_department.html", status=422 if wrong else 200, **told)


def _rows(at: Counter, found: tuple[Found, ...] | list[Found]) -> list[Row]:
    calendar, today = at.cases.calendar(), at.cases.today
    return [
        Row(
            one.case,
            entry,
            tuple(m for m in one.case.materials if entry.id in m.entries and m.here and not m.exempt),
            handling_due(entry, calendar, today),
        )
        for one in found
        for entry in one.entries
    ]


def _result(request: Request, linked: Linked, *, wrong: str = "", done: bool = False) -> Response:
    key = door_key(request)
    told = {"linked": linked, "case": linked.case, "csrf": key, "wrong": wrong, "done": done}
    response = door_page(request, "staff/case_result.html", status=422 if wrong else 200, **told)
    secure = request.url.scheme == "https"
    response.set_cookie(DOOR_COOKIE, key, httponly=True, samesite="strict", secure=secure, path=PLACE)
    return response
