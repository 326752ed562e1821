"""A checklist by its token: live to read, tick off, bring up to date and print; as PDF, Word file, text and calendar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts, Service
from api.files import download
from api.pages.desk import Lists
from api.pages.html import page, root, short
from assistant.checklist.model import Checklist
from assistant.checklist.profile import Way
from assistant.errors import NotFound
from assistant.forms.fill import FOLDER
from assistant.forms.offered import by_material, offered
from assistant.render.calendar_file import calendar_file
from assistant.render.notice import notice_docx, notice_pdf
from assistant.render.paper import amount, checked, days, left_at_home, posted_for, saved
from assistant.render.plain import plain_text
from assistant.render.reminders import reminders
from assistant.render.sheet import doors

router = APIRouter()


@router.get("/c/{token}.pdf")
def as_pdf(request: Request, parts: Parts, lists: Lists, token: str, big: str = "") -> Response:
    """The checklist on A4 sheets, in large type where that is wanted."""
    checklist = lists.get(token)
    content = notice_pdf(checklist, _address(request, parts, token), short(token), big=big == "1")
    return download(content, _name(checklist, "pdf"), opened=True)


@router.get("/c/{token}.docx")
def as_docx(request: Request, parts: Parts, lists: Lists, token: str) -> Response:
    """The checklist as a Word file, to write on."""
    checklist = lists.get(token)
    address = _address(request, parts, token)
    content = notice_docx(checklist, address, short(token), parts.settings.knowledge / FOLDER)
    return download(content, _name(checklist, "docx"), opened=True)


@router.get("/c/{token}.txt")
def as_text(request: Request, parts: Parts, lists: Lists, token: str) -> Response:
    """The checklist as plain text, to send on."""
    checklist = lists.get(token)
    content = plain_text(checklist, _address(request, parts, token), short(token)).encode()
    return download(content, _name(checklist, "txt"), opened=True)


@router.get("/c/{token}.ics")
def as_calendar(request: Request, parts: Parts, lists: Lists, token: str) -> Response:
    """The dates of the checklist for a person's own calendar."""
    checklist = lists.get(token)
    return download(calendar_file(checklist, _address(request, parts, token)), _name(checklist, "ics"), opened=True)


@router.get("/c/{token}")
def show(request: Request, parts: Parts, lists: Lists, token: str) -> HTMLResponse:
    """The checklist as a page: as it was issued, with what is done, what to mind today, what has changed since."""
    checklist = lists.get(token)
    done = lists.ticks.of(token)
    return page(
        request,
        "checklist.html",
        kept=False,
        checklist=checklist,
        token=token,
        code=short(token),
        done=done,
        reminders=reminders(checklist, done, lists.today()),
        since=lists.since(token, checklist),
        doors=doors(checklist),
        first=next((one for one in checklist.entries if f"e-{one.item.id}" not in done), None),
        names={entry.item.id: entry.item.name for entry in checklist.entries},
        material_names={material.id: material.name for material in checklist.materials},
        amount=amount,
        left_at_home=left_at_home,
        saved=saved,
        posted_for=posted_for,
        days=days,
        checked=checked,
        today=lists.today(),
        forms=offered(checklist),
        form_of=by_material(checklist),
        guides=parts.knowledge.guides,
        address=_address(request, parts, token),
    )


@router.post("/c/{token}/ticks")
def tick(lists: Lists, token: str, key: Annotated[str, Form()] = "", done: Annotated[str, Form()] = "") -> Response:
    """Tick something off, or take the tick away; whoever has the address may do it."""
    checklist = lists.get(token)
    known = {f"e-{one.item.id}" for one in checklist.entries} | {f"m-{one.id}" for one in checklist.materials}
    if key not in known:
        return Response(status_code=422)
    if done:
        lists.ticks.put(token, key, lists.today())
    else:
        lists.ticks.take(token, key)
    return Response(status_code=204)


@router.post("/c/{token}/renew")
def renew(lists: Lists, token: str) -> Response:
    """更新清单: the same facts under today's knowledge, ticked where nothing changed."""
    return RedirectResponse(f"/c/{lists.renew(token)}", status_code=303)


@router.post("/c/{token}/way")
def choose(lists: Lists, token: str, way: Annotated[Way, Form()], entry: Annotated[str, Form()] = "") -> Response:
    """代办 or 自办 for one entry: a checklist on which it is so, in place of this one."""
    if not any(one.item.id == entry and one.can_proxy for one in lists.get(token).entries):
        raise NotFound("这一件不能这样选。")
    return RedirectResponse(f"/c/{lists.choose(token, entry, way)}#e-{entry}", status_code=303)


def _name(checklist: Checklist, ending: str) -> str:
    return f"注销清单-{checklist.issued_on:%Y%m%d}.{ending}"


def _address(request: Request, parts: Service, token: str) -> str:
    """The address of the checklist as others reach it: what the QR code holds."""
    return f"{root(request, parts)}/c/{token}"
