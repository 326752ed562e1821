"""The commonest change as a form: the address, the hours and the telephone of a window, the landlines of a department."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import HTMLResponse

from api.auth import EDITORS
from api.editors.desk import AT, AtDesk, EditorsDesk, new_router
from api.editors.edit import propose
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import to
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.drafts import Conflict, Draft
from assistant.desk.simple_changes import CATALOGS, WINDOW_FIELDS, changed_contact, changed_window, windows_in
from assistant.errors import NotFound, Refused
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

router = new_router()
LONGEST = {"大厅": 60, "地址": 120, "办公时间": 120, "电话": 40, "热线": 20}
HINTS = {
    "大厅": "在哪个大厅",
    "地址": "门牌写到几楼几号窗口",
    "办公时间": "星期几、几点到几点",
    "电话": "办公座机，不写手机号、人名",
    "热线": "全国统一的热线，比如 12345",
}
Word = Annotated[str, Query(max_length=120)]


@dataclass(frozen=True)
class Place:
    """A window with the file that holds it, as it stands in the draft of that file or in the file."""

    draft: Draft
    own: str
    written: dict[str, Any]


@router.get("/windows", dependencies=AT)
def windows(at: AtDesk, guide: Word = "", department: Word = "", q: Word = "") -> HTMLResponse:
    """The windows and the departments: those that a guide sends people to, those of a department, or all."""
    knowledge = at.screen.parts.knowledge
    found: Iterable[m.ServiceWindow] = knowledge.windows.values()
    offices: list[m.Department] = []
    if guide in knowledge.guides:
        found = of_guide(knowledge, guide)
        own = knowledge.department_of(guide)
        offices = [own] if own else []
    elif department in knowledge.departments:
        found = (one for one in found if one.department == department)
        offices = [knowledge.departments[department]]
    elif not q:
        offices = list(knowledge.departments.values())
    if q:
        found = (one for one in found if q in f"{one.name} {one.address} {one.phone}")
        offices = [one for one in knowledge.departments.values() if q in f"{one.name} {' '.join(one.aliases)}"]
    return at.page(
        "editors/windows.html",
        knowledge=knowledge,
        guide=guide if guide in knowledge.guides else "",
        department=department,
        q=q,
        found=list(found),
        offices=offices,
        drafts=[draft for path in known_catalogs(at) if (draft := at.drafts.open(path)).id],
    )


@router.get("/windows/{own}", dependencies=AT)
def window(at: AtDesk, own: str, saved: bool = False) -> HTMLResponse:
    """One window to be filled in."""
    return _window(at, place_of(at, own), saved=saved)


@router.post("/windows/{own}", dependencies=AT)
def change_window(at: AtDesk, own: str, filled: Fields) -> Response:
    """The window with what was filled in: kept in the draft of its catalogue, or proposed at once."""
    place = place_of(at, own)
    values = {key: filled.text(key, LONGEST[key]) for key in WINDOW_FIELDS}
    told: dict[str, Any] = {"values": values, "reason": filled.text("reason", 200)}
    told |= {
        "source": filled.text("source", 80),
        "confirmed": filled.has("confirmed"),
        "checked_on": filled.text("checked_on", 10),
    }
    try:
        text = changed_window(
            place.draft.text,
            own,
            values,
            source=_source(at, filled) if filled.has("confirmed") else None,
            checked_on=_day(filled.text("checked_on", 10)) if filled.has("confirmed") else None,
        )
        return keep(at, place.draft, text, filled, f"{EDITORS}/windows/{own}")
    except Conflict as conflict:
        told |= {"wrong": f"{str(conflict).partition('。')[0]}。您填的还在下面，看一眼再交一次。"}
    except Refused as refused:
        told |= {"wrong": str(refused)}
    return _window(at, place_of(at, own), status=422, **told)


@router.get("/offices/{own}", dependencies=AT)
def office(at: AtDesk, own: str, saved: bool = False) -> HTMLResponse:
    """The landlines of a department."""
    return _offices(at, own, saved=saved)


@router.post("/offices/{own}", dependencies=AT)
def change_office(at: AtDesk, own: str, filled: Fields) -> Response:
    """One office of a department with its landline; without a landline it is taken away."""
    draft = at.drafts.open(CATALOGS[0])
    room, phone = filled.text("office", 60), filled.text("phone", 40)
    told: dict[str, Any] = {
        "room": room,
        "phone": phone,
        "reason": filled.text("reason", 200),
        "confirmed": filled.has("confirmed"),
    }
    try:
        if not room:
            raise Refused("请写上科室，比如 办公室、审批科。")
        text = changed_contact(draft.text, own, room, phone or None, confirmed=filled.has("confirmed"))
        return keep(at, draft, text, filled, f"{EDITORS}/offices/{own}")
    except Conflict as conflict:
        told |= {"wrong": f"{str(conflict).partition('。')[0]}。您填的还在下面，看一眼再交一次。"}
    except Refused as refused:
        told |= {"wrong": str(refused)}
    return _offices(at, own, status=422, **told)


def keep(at: EditorsDesk, seen: Draft, text: str, filled: Filled, back: str) -> Response:
    """The text in the draft that was seen when the form was drawn; on to the review where that is wanted."""
    base, reason = filled.text("base", 80) or None, filled.text("reason", 200)
    if text == seen.text and not seen.id:
        raise Refused("和现在的一样，没有改动。")
    draft = at.drafts.save(seen.path, text, who=at.who, version=filled.version, base=base, reason=reason or seen.reason)
    if filled.text("do", 20) == "propose":
        return propose(at, draft, filled)
    return to(back, saved="1")


def of_guide(knowledge: Knowledge, guide_id: str) -> list[m.ServiceWindow]:
    """The windows that a guide may send people to, in any county."""
    named = {rule.window for (_, item), rule in knowledge.local_rules.items() if item == guide_id}
    department = knowledge.department_of(guide_id)
    return [
        one
        for one in knowledge.windows.values()
        if one.id in named
        or (department and one.department == department.id)
        or (one.proxy and knowledge.is_item(guide_id))
    ]


def known_catalogs(at: EditorsDesk) -> list[str]:
    """The catalogues that this knowledge has."""
    there = set(at.drafts.paths())
    return [path for path in CATALOGS if path in there]


def place_of(at: EditorsDesk, own: str) -> Place:
    """Where a window is written; NotFound where it is not."""
    for path in known_catalogs(at):
        draft = at.drafts.open(path)
        if (found := windows_in(draft.text).get(own)) is not None:
            return Place(draft, own, found)
    raise NotFound("没有这个窗口，可能已经撤了。")


def _source(at: EditorsDesk, filled: Filled) -> str:
    source = filled.text("source", 80)
    if source.split(" ")[0] not in at.screen.parts.knowledge.sources:
        raise Refused(f"依据“{source}”还没有登记。请选一个，或先在“依据：法律和文件”里添一条。")
    return source


def _day(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise Refused("哪天核的，请写成 2026-12-01 这样。") from None


def _window(at: EditorsDesk, place: Place, *, status: int = 200, **told: Any) -> HTMLResponse:
    written = {key: str(place.written.get(key) or "") for key in WINDOW_FIELDS}
    cited = place.written.get("依据") or ""
    context: dict[str, Any] = {
        "own": place.own,
        "name": place.written.get("名称", place.own),
        "state": str(place.written.get("状态") or m.State.OPEN),
        "draft": place.draft,
        "hints": HINTS,
        "values": written,
        "reason": place.draft.reason,
        "confirmed": False,
        "source": cited if isinstance(cited, str) else str(cited[-1]) if cited else "",
        "checked_on": day_of(now()).isoformat(),
        "sources": list(at.screen.parts.knowledge.sources.values()),
        "saved": False,
        "wrong": "",
    }
    return at.page("editors/window.html", status=status, **{**context, **told})


def _offices(at: EditorsDesk, own: str, *, status: int = 200, **told: Any) -> HTMLResponse:
    department = at.screen.parts.knowledge.departments.get(own)
    if department is None:
        raise NotFound("没有这个部门。")
    draft = at.drafts.open(CATALOGS[0])
    context: dict[str, Any] = {
        "department": department,
        "draft": draft,
        "room": "",
        "phone": "",
        "reason": draft.reason,
        "confirmed": False,
        "saved": False,
        "wrong": "",
    }
    return at.page("editors/office.html", status=status, **{**context, **told})
