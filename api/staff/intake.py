"""Intake (收件): a case from a checklist by code, QR or address without typing it again; or told at the counter."""

from __future__ import annotations

import re
from typing import Annotated, Any, cast

from fastapi import Query, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.cases import contact_in, handed_in
from api.staff.counter import AtCounter, Counter, place
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.look_up import names
from api.staff.shell import new_router, to
from assistant.cases.handing_in import FORMS
from assistant.cases.intake import Intake, Told
from assistant.cases.model import GREEN_LANES, Case, Form
from assistant.cases.opening import code_of
from assistant.checklist.model import Checklist, MaterialLine
from assistant.checklist.profile import Way
from assistant.errors import NotFound, Refused
from assistant.issued import IssuedChecklists
from assistant.staff.lookup import Found, Match

router = new_router()
AT = [role(*AT_THE_WINDOW)]
FIRST_KINDS = ("geti", "gongsi", "hezuoshe", "geren-duzi", "fen-gongsi")
SUGGESTED = 8
Typed = Annotated[str, Query(max_length=500)]
_BETWEEN = re.compile(r"[；;，,\s]+")


@router.get("/intake", dependencies=AT)
def intake(at: AtCounter, code: Typed = "") -> HTMLResponse:
    """The box for a code, with the form for the counter below; or what the checklist of a code asks for."""
    if not code.strip():
        return _page(at, Filled())
    try:
        token, checklist = _intake(at).checklist(code)
    except NotFound:
        return _page(
            at, Filled([("typed", code)]), wrong=f"没有“{code[:40]}”这张清单。请对着纸上的短码再看一遍，8 个字。"
        )
    return _page(at, Filled(), token, checklist)


@router.post("/intake", dependencies=AT)
def take_in(at: AtCounter, filled: Fields) -> Response:
    """The case; the form again, with what was filled in, where something is wrong."""
    token, checklist = filled.text("token", 40), None
    try:
        if token:
            token, checklist = _intake(at).checklist(token)
        case = _opened(at, filled, checklist, token)
    except (Refused, NotFound) as refused:
        return _page(at, filled, token, checklist, wrong=str(refused))
    return to(place(case.number) if token else f"{place(case.number)}#materials")


@router.get("/intake/known", dependencies=AT)
def known(at: AtCounter, code: Typed = "") -> JSONResponse:
    """What is known of a 统一社会信用代码 while it is typed: whether it is right, and the enterprise that had a case."""
    try:
        spelled = code_of(code)
        found = at.cases.enterprise(spelled) if spelled else None
    except Refused as refused:
        return _json({"wrong": str(refused)})
    told: dict[str, Any] = {"wrong": "", "name": found.name if found else "", "cases": 0, "held": []}
    if found:
        earlier = [one for one in at.cases.of_enterprise(found.id) if one.erased_at is None]
        held = [m.name for one in earlier for m in one.materials if m.received_at and not m.each]
        told |= {"cases": len(earlier), "held": list(dict.fromkeys(held))}
    return _json(told)


@router.get("/intake/items", dependencies=AT)
def items(at: AtCounter, q: Typed = "") -> JSONResponse:
    """Licences for what is typed: name, everyday name, pinyin, initials."""
    return _json([{"name": one.name, "note": one.note} for one in _licences(at, q)[:SUGGESTED]])


def _opened(at: Counter, filled: Filled, checklist: Checklist | None, token: str) -> Case:
    ways = {name.removeprefix("way-"): cast(Way, value) for name, value in filled.pairs if name.startswith("way-")}
    kept = set(filled.many("entry"))
    told = Told(
        enterprise=filled.text("enterprise", 200),
        code=filled.text("uscc", 40) or None,
        contact=contact_in(filled),
        region=filled.text("region", 60) or None,
        taken_in=filled.text("taken_in", 60) or None,
        ways={item: way for item, way in ways.items() if way in ("proxy", "self")},
        leave_out=frozenset(one.item.id for one in checklist.entries) - kept if checklist else frozenset(),
        received=_received(filled),
        green_lane=lane if (lane := filled.text("lane")) in GREEN_LANES else None,
    )
    if checklist:
        return _intake(at).from_checklist(token, told, by=at.by)
    typed = filled.text("items")
    wanted = _recognised(at, typed) if typed else ()
    kind = filled.text("kind", 40) or None
    return _intake(at).at_counter(wanted, told, by=at.by, kind=kind, whole=filled.has("whole"))


def _received(filled: Filled) -> dict[str, tuple[Form, int]]:
    """The materials that are ticked, by their id in the checklist."""
    received: dict[str, tuple[Form, int]] = {}
    for key in filled.many("got"):
        one = Filled([("form-0", filled.text(f"form-{key}")), ("count-0", filled.text(f"count-{key}"))])
        received[key] = handed_in(one, (0,))[0]
    return received


def _recognised(at: Counter, typed: str) -> tuple[str, ...]:
    """The licences that somebody typed, names, everyday names or initials; Refused, with what is near, for a doubtful one."""
    return tuple(dict.fromkeys(_one(at, word) for word in _words(at, typed)))


def _words(at: Counter, typed: str) -> list[str]:
    """What was typed, one name after another: 、 stands inside some names, too."""
    known = {one.name for one in at.screen.parts.knowledge.items.values()}
    words = [word for word in _BETWEEN.split(typed) if word]
    return [part for word in words for part in ([word] if word in known else word.split("、")) if part]


def _one(at: Counter, word: str) -> str:
    near = _licences(at, word)
    sure = [one for one in near if one.match <= Match.LETTERS_OF_ALIAS]
    best = [one for one in sure if one.match == min(sure, key=lambda line: line.match).match]
    if len(best) == 1:
        return best[0].id
    if not near:
        raise Refused(f"清单上没有“{word}”。换个叫法试试，或者先到“查一查”里找。")
    raise Refused(
        f"“{word}”没认准，是哪一个：{'、'.join(one.name for one in (best or near)[:4])}？请写全名，用；隔开。"
    )


def _licences(at: Counter, typed: str) -> list[Found]:
    parts = at.screen.parts
    return [one for one in names(parts.finder).find(typed) if one.kind == "guide" and one.id in parts.knowledge.items]


def _intake(at: Counter) -> Intake:
    parts = at.screen.parts
    assert isinstance(parts.checklists, IssuedChecklists)
    return Intake(at.cases, parts.checklists, lambda: parts.knowledge)


def _page(
    at: Counter, filled: Filled, token: str = "", checklist: Checklist | None = None, *, wrong: str = ""
) -> HTMLResponse:
    kinds = at.screen.parts.knowledge.enterprise_types
    first = [kinds[one] for one in FIRST_KINDS if one in kinds]
    return at.page(
        "staff/intake_list.html" if checklist else "staff/intake.html",
        status=422 if wrong else 200,
        filled=filled,
        token=token,
        checklist=checklist,
        materials=_asked_here(checklist) if checklist else (),
        wrong=wrong,
        forms=FORMS,
        lanes=GREEN_LANES,
        regions=at.regions,
        here=at.region,
        kinds=[*first, *(one for one in kinds.values() if one not in first)],
        again=bool(filled.pairs) and not filled.has("typed"),
    )


def _asked_here(checklist: Checklist) -> list[MaterialLine]:
    """The materials that the window takes in: what is asked only where people have to go themselves is not."""
    ours = {one.item.id for one in checklist.entries if one.can_proxy and not one.online}
    return [one for one in checklist.materials if not one.exempt and ours & (set(one.for_) - set(one.waived_for))]


def _json(told: Any) -> JSONResponse:
    return JSONResponse(told, headers={"Cache-Control": "no-store"})
