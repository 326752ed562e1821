"""一次性告知 as pages: everything that is missing or wrong ticked at once, the paper, and its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, cast

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.case_view import NOTIFIABLE
from api.staff.cases import handed_in, show
from api.staff.counter import AtCounter, Counter, place
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import new_router, to
from assistant.cases.changing import day_of
from assistant.cases.clocks import notice_due, working_days
from assistant.cases.handing_in import EXCUSES
from assistant.cases.model import FAULTS, Case, Conflict, Fault, Notice, NoticeLine
from assistant.cases.notices import notice_lines
from assistant.cases.states import AT_WINDOW
from assistant.errors import NotFound, Refused

router = new_router()
AT = [role(*AT_THE_WINDOW)]
BESIDES = range(3)  # lines for what is in no paper


@router.get("/cases/{number}/notice", dependencies=AT)
def write(at: AtCounter, number: str) -> HTMLResponse:
    """All materials of the case, what is missing ticked already."""
    return _form(at, at.cases.find(number))


@router.post("/cases/{number}/notice", dependencies=AT)
def give(at: AtCounter, number: str, filled: Fields) -> Response:
    """The notice; first whatever need not be handed in after all."""
    try:
        case = _given(at, number, filled)
    except Conflict as conflict:
        return at.conflict(at.cases.find(number), filled, conflict)
    except Refused as refused:
        return _form(at, at.cases.find(number), wrong=str(refused), filled=filled)
    return to(f"{place(number)}/notices/{case.notices[-1].id}")


@router.get("/cases/{number}/notices/{notice}", dependencies=AT)
def read(at: AtCounter, number: str, notice: int) -> HTMLResponse:
    """A notice as it was given: to print, to send, to end."""
    case = at.cases.find(number)
    return _notice(at, case, notice_of(case, notice))


@router.post("/cases/{number}/notices/{notice}/resolve", dependencies=AT)
def resolve(at: AtCounter, number: str, notice: int, filled: Fields) -> Response:
    """What was asked for has come: what is ticked is received, then the entries go on."""

    def act(version: int) -> Case:
        got = filled.numbers("got")
        if got:
            version = at.cases.receive(number, version, handed_in(filled, got), by=at.by).version
        return at.cases.resolve(number, version, notice, by=at.by, entries=filled.numbers("entry") or None)

    def refused(sentence: str) -> Response:
        case = at.cases.find(number)
        return _notice(at, case, notice_of(case, notice), wrong=sentence)

    return at.changed(number, filled, act, refused)


@router.post("/cases/{number}/notices/{notice}/withdraw", dependencies=AT)
def withdraw(at: AtCounter, number: str, notice: int, filled: Fields) -> Response:
    """The notice was a mistake: the entries go on."""
    return at.changed(
        number,
        filled,
        lambda version: at.cases.withdraw_notice(number, version, notice, by=at.by),
        lambda sentence: show(at, at.cases.find(number), wrong=sentence),
    )


def _given(at: Counter, number: str, filled: Filled) -> Case:
    """The case with its new notice; Refused where there is nothing to tell, or not all of it is told."""
    entries, version = filled.numbers("entry"), filled.version
    if not entries:
        raise Refused("先勾上给哪几项开告知书。")
    case = at.cases.find(number)
    lines = _lines(case, filled, entries)
    excused = {one.id: reason for one in case.materials if (reason := filled.text(f"excuse-{one.id}"))}
    lines = [line for line in lines if line.material not in excused]
    if not lines:
        raise Refused("没有要告知的：都收齐了，也没有写哪里不对。")
    for material, reason in excused.items():
        version = at.cases.excuse(number, version, material, reason, by=at.by).version
    return at.cases.notify(number, version, lines, by=at.by)


def _lines(case: Case, filled: Filled, entries: tuple[int, ...]) -> list[NoticeLine]:
    faulty: dict[int, tuple[Fault, str]] = {}
    for one in case.materials:
        fault = filled.text(f"fault-{one.id}") or ("" if one.here else "missing")
        if fault in FAULTS:
            faulty[one.id] = (fault, filled.text(f"words-{one.id}", 300))
    lines = [
        replace(line, arose_on=_day(filled.text(f"arose-{line.material}")))
        for line in notice_lines(case, faulty, entries)
    ]
    for n in BESIDES:
        if name := filled.text(f"name-{n}", 100):
            fault = filled.text(f"fault-also-{n}") or "other"
            lines.append(NoticeLine(None, name, cast(Fault, fault), entries, filled.text(f"words-also-{n}", 300)))
    return lines


def _day(written: str) -> dt.date | None:
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise Refused("日期请写成 2026-03-02 这样。") from None


def _form(at: Counter, case: Case, *, wrong: str = "", filled: Filled | None = None) -> HTMLResponse:
    open_to = [one for one in case.entries if one.state in NOTIFIABLE]
    at_window = [one.id for one in open_to if one.state in AT_WINDOW]
    calendar, today = at.cases.calendar(), at.cases.today
    due = notice_due(day_of(case.opened_at), calendar)
    told: dict[str, Any] = {"faults": FAULTS, "excuses": EXCUSES, "besides": BESIDES}
    return at.page(
        "staff/notice_form.html",
        status=422 if wrong else 200,
        case=case,
        open_to=open_to,
        ticked=filled.numbers("entry") if filled else at_window or [one.id for one in open_to],
        wrong=wrong,
        filled=filled or Filled(),
        due=due,
        left=working_days(today, due, calendar),
        first=not any(one.withdrawn_at is None for one in case.notices),
        **told,
    )


def _notice(at: Counter, case: Case, notice: Notice, *, wrong: str = "") -> HTMLResponse:
    return at.page(
        "staff/notice.html",
        status=422 if wrong else 200,
        case=case,
        notice=notice,
        materials={one.id: one for one in case.materials},
        entries={one.id: one for one in case.entries},
        faults=FAULTS,
        wrong=wrong,
        answer=_plain(at, case, notice),
        address=at.progress_of(case),
        filled=Filled(),
    )


def _plain(at: Counter, case: Case, notice: Notice) -> str:
    """The notice as a message."""
    lines = [f"{n}. {one.name}（{FAULTS[one.fault]}）{one.words}" for n, one in enumerate(notice.lines, 1)]
    after = f"一次补齐就接着办。编号 {case.number}，查进度：{at.progress}"
    return "\n".join((f"您办的事还要补这些（告知书 {notice.number}）：", *lines, after))


def notice_of(case: Case, notice: int) -> Notice:
    """One notice of a case by its id; NotFound where it has none."""
    for one in case.notices:
        if one.id == notice:
            return one
    raise NotFound("这份档案里没有这份告知书。")
