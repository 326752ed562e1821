"""The page of a case (代办服务档案): what stands where, and every step of it as a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, cast

from fastapi import File, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.case_view import view
from api.staff.counter import AtCounter, Counter, place
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import new_router, to, wants_piece
from assistant.cases.handing_in import FORMS
from assistant.cases.model import GREEN_LANES, MATTERS, Case, Contact, Form, Mailing, MatterKind
from assistant.cases.scans import LARGEST
from assistant.cases.states import State
from assistant.db import now
from assistant.errors import Refused
from assistant.handover import readable
from assistant.issued import code_of

router = new_router()
AT = [role(*AT_THE_WINDOW)]
MATERIALS = "#materials"  # the part of the page
CARRIERS = ("邮政 EMS", "顺丰", "京东", "中通", "圆通", "韵达")


def show(at: Counter, case: Case, *, wrong: str = "", filled: Filled | None = None) -> HTMLResponse:
    """The page of a case; with a sentence where something was refused, and what was typed still there."""
    code = readable(code_of(case.checklist)) if case.checklist else ""
    return at.page(
        "staff/case_page.html",
        status=422 if wrong else 200,
        case=case,
        view=view(at.cases, case, at.by.role),
        contact=at.cases.contact(case.number) is not None,
        code=code,
        wrong=wrong,
        filled=filled or Filled(),
        carriers=CARRIERS,
        lanes=GREEN_LANES,
        matters=MATTERS,
        answer=for_the_applicant(at, case),
        address=at.progress_of(case),
        departments={one.name: one.id for one in at.screen.parts.knowledge.departments.values()},
    )


def for_the_applicant(at: Counter, case: Case) -> str:
    """Words to send to whoever handed it in."""
    lines = [f"您的代办编号是 {case.number}，现在：{case.label}。"]
    lines += [f"{one.name}：{one.label}" for one in case.entries]
    lines += [f"还要补：{line.name}" for notice in case.notices if notice.open for line in notice.lines]
    return "\n".join((*lines, f"查进度：{at.progress}，填编号和留的电话后四位。"))


@router.get("/cases/{number}", dependencies=AT)
def case_page(at: AtCounter, number: str) -> HTMLResponse:
    """One case."""
    return show(at, at.cases.find(number))


@router.post("/cases/{number}/move", dependencies=AT)
def move(at: AtCounter, number: str, filled: Fields) -> Response:
    """Entries on to where the button says."""
    state, entries = filled.state, filled.numbers("entry")

    def act(version: int) -> Case:
        if state is State.MAILED:
            mailing = Mailing(filled.text("carrier", 40), filled.text("number", 40))
            return at.cases.mail(number, version, entries, mailing, by=at.by)
        if state in (State.GRANTED, State.REFUSED):
            return at.cases.decide(number, version, entries, granted=state is State.GRANTED, by=at.by)
        return at.cases.move(number, version, entries, state, by=at.by)

    return _changed(at, number, filled, act)


@router.post("/cases/{number}/receive", dependencies=AT)
def receive(at: AtCounter, number: str, filled: Fields) -> Response:
    """Materials ticked as handed in; with `all` everything that was not here."""

    def act(version: int) -> Case:
        ids = filled.numbers("got")
        if filled.has("all"):
            ids = tuple(one.id for one in at.cases.find(number).materials if not one.here)
        return at.cases.receive(number, version, handed_in(filled, ids), by=at.by)

    return _changed(at, number, filled, act, back=MATERIALS)


def handed_in(filled: Filled, ids: tuple[int, ...]) -> dict[int, tuple[Form, int]]:
    """In which form and how many of each of these was handed in; the copy of one where nobody said."""
    handed: dict[int, tuple[Form, int]] = {}
    for one in ids:
        form = filled.text(f"form-{one}") or "复印件"
        count = filled.text(f"count-{one}") or "1"
        if form not in FORMS or not count.isdecimal():
            raise Refused("收的是原件、复印件还是电子版、几份，请写清楚。")
        handed[one] = (form, int(count[:4]))
    return handed


@router.post("/cases/{number}/back", dependencies=AT)
def give_back(at: AtCounter, number: str, filled: Fields) -> Response:
    """A tick taken away."""
    material = filled.number("material")
    return _changed(
        at, number, filled, lambda version: at.cases.give_back(number, version, material, by=at.by), back=MATERIALS
    )


@router.post("/cases/{number}/excuse", dependencies=AT)
def excuse(at: AtCounter, number: str, filled: Fields) -> Response:
    """A material that need not be handed in, with its reason."""
    material = filled.number("material")
    return _changed(
        at,
        number,
        filled,
        lambda version: at.cases.excuse(number, version, material, filled.text(f"excuse-{material}"), by=at.by),
        back=MATERIALS,
    )


@router.post("/cases/{number}/undo", dependencies=AT)
def undo(at: AtCounter, number: str, filled: Fields) -> Response:
    """The last step taken back, as a new event."""
    return _changed(at, number, filled, lambda version: at.cases.undo(number, version, by=at.by))


@router.post("/cases/{number}/close", dependencies=AT)
def close(at: AtCounter, number: str, filled: Fields) -> Response:
    """All of it into the archive."""
    return _changed(at, number, filled, lambda version: at.cases.close(number, version, by=at.by))


@router.post("/cases/{number}/lane", dependencies=AT)
def lane(at: AtCounter, number: str, filled: Fields) -> Response:
    """On the green lane, or off it."""
    wanted = filled.text("lane")
    chosen = wanted if wanted in GREEN_LANES else None
    return _changed(at, number, filled, lambda version: at.cases.green_lane(number, version, chosen, by=at.by))


@router.post("/cases/{number}/escalate", dependencies=AT)
def escalate(at: AtCounter, number: str, filled: Fields) -> Response:
    """Up to the office of the leading group."""
    kind = cast(MatterKind, filled.text("kind"))
    try:
        at.cases.escalate(kind, filled.text("words"), by=at.by, number=number)
    except Refused as refused:
        return show(at, at.cases.find(number), wrong=str(refused), filled=filled)
    return to(place(number))


@router.get("/cases/{number}/contact", dependencies=AT)
def contact(at: AtCounter, number: str) -> HTMLResponse:
    """Whom to call about it; who looks is noted."""
    case = at.cases.find(number)
    at.screen.note("case_contact_read", case.number)
    return _contact(at, case)


@router.post("/cases/{number}/contact", dependencies=AT)
def change_contact(at: AtCounter, number: str, filled: Fields) -> Response:
    """Another contact, with his consent; or none any more."""
    told = None if filled.has("erase") else contact_in(filled)
    return at.changed(
        number,
        filled,
        lambda version: at.cases.change_contact(number, version, told, by=at.by),
        lambda sentence: _contact(at, at.cases.find(number), wrong=sentence, filled=filled),
    )


def contact_in(filled: Filled) -> Contact | None:
    """The contact of a form, in which consent is a tick; None where nothing was written."""
    name, phone, address = filled.text("name", 60), filled.text("phone", 40), filled.text("address", 200)
    if not (name or phone or address):
        return None
    return Contact(name, phone, address or None, now() if filled.has("consent") else None)


def _contact(at: Counter, case: Case, *, wrong: str = "", filled: Filled | None = None) -> HTMLResponse:
    told: dict[str, Any] = {"case": case, "contact": at.cases.contact(case.number), "filled": filled or Filled()}
    if wants_piece(at.screen.request):
        return at.screen.fragment("staff/case_contact.html", wrong=wrong, **told)
    return at.page("staff/case_contact_page.html", status=422 if wrong else 200, wrong=wrong, **told)


@router.post("/cases/{number}/scans", dependencies=AT, max_body_size=LARGEST + 64 * 1024)
def attach(at: AtCounter, number: str, filled: Fields, scan: Annotated[UploadFile, File()]) -> Response:
    """A scan of a material."""
    content, material = scan.file.read(LARGEST + 1), filled.number("material")
    return _changed(
        at, number, filled, lambda version: at.scans.add(number, version, material, content, by=at.by), back=MATERIALS
    )


@router.post("/cases/{number}/scans/remove", dependencies=AT)
def detach(at: AtCounter, number: str, filled: Fields) -> Response:
    """A scan taken away, with its file."""
    return _changed(
        at,
        number,
        filled,
        lambda version: at.scans.remove(number, version, filled.text("scan", 32), by=at.by),
        back=MATERIALS,
    )


@router.get("/scans/{scan}", dependencies=AT)
def look_at(at: AtCounter, scan: str) -> Response:
    """A scan; who looks is noted."""
    found = at.scans.get(scan)
    at.screen.note("case_scan_read", found.case)
    return FileResponse(found.path, media_type=found.media_type, headers={"Cache-Control": "no-store"})


def _changed(at: Counter, number: str, filled: Filled, act: Callable[[int], object], *, back: str = "") -> Response:
    """A change of the case, then its page at `back`; where it is refused the page again with the sentence that says why."""

    def refused(sentence: str) -> Response:
        return show(at, at.cases.find(number), wrong=sentence, filled=filled)

    return at.changed(number, filled, act, refused, back=f"{place(number)}{back}")
