"""A checklist by its token: as a page to read and print, as PDF, as a Word file and as dates for a calendar."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import Parts, Service
from api.pages.html import address, page
from assistant.checklist.model import Checklist
from assistant.render.calendar_file import calendar_file
from assistant.render.notice import notice_docx, notice_pdf
from assistant.render.sheet import doors

router = APIRouter()

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/c/{token}.pdf")
def as_pdf(request: Request, parts: Parts, token: str) -> Response:
    """The checklist on A4 sheets."""
    checklist = parts.checklists.get(token)
    return _file(notice_pdf(checklist, _address(request, parts, token)), "application/pdf", checklist, "pdf")


@router.get("/c/{token}.docx")
def as_docx(request: Request, parts: Parts, token: str) -> Response:
    """The checklist as a Word file, to write on."""
    checklist = parts.checklists.get(token)
    return _file(notice_docx(checklist, _address(request, parts, token)), WORD, checklist, "docx")


@router.get("/c/{token}.ics")
def as_calendar(request: Request, parts: Parts, token: str) -> Response:
    """The dates of the checklist for a person's own calendar."""
    checklist = parts.checklists.get(token)
    content = calendar_file(checklist, _address(request, parts, token))
    return _file(content, "text/calendar; charset=utf-8", checklist, "ics")


@router.get("/c/{token}")
def show(request: Request, parts: Parts, token: str) -> HTMLResponse:
    """The checklist as a page."""
    checklist = parts.checklists.get(token)
    return page(
        request,
        "checklist.html",
        kept=False,
        checklist=checklist,
        token=token,
        doors=doors(checklist),
        first=checklist.entries[0] if checklist.entries else None,
        names={entry.item.id: entry.item.name for entry in checklist.entries},
        material_names={material.id: material.name for material in checklist.materials},
        guides=parts.knowledge.guides,
        address=address(request, parts),
    )


def _address(request: Request, parts: Service, token: str) -> str:
    """The address of the page that a paper belongs to."""
    return address(request, parts).rpartition("/")[0] + "/" + token


def _file(content: bytes, kind: str, checklist: Checklist, ending: str) -> Response:
    """A download with a Chinese name."""
    name = quote(f"注销清单-{checklist.issued_on:%Y%m%d}.{ending}")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
