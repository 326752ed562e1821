"""A short code typed in leads to its checklist, or to the conversation that it continues."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts
from api.pages.desk import Lists, Tries, Visitor
from api.pages.html import page, too_many
from assistant.attempts import CODES, TooMany

router = APIRouter()

LONGEST = 20
UNKNOWN = "没有这个短码。请对着清单再看一遍：8 个字，字母不分大小写。也可以扫清单上的二维码。"


@router.get("/c/by-code")
def ask(request: Request, code: str = "") -> HTMLResponse:
    """Where a code is typed; one that came with the address is filled in, not tried."""
    return page(request, "by_code.html", kept=False, code=code[:LONGEST], wrong="")


@router.post("/c/by-code")
def find(
    request: Request, parts: Parts, lists: Lists, tries: Tries, visitor: Visitor, code: Annotated[str, Form()] = ""
) -> Response:
    """The live checklist of a code; the form again, with a sentence, where there is none."""
    try:
        tried = tries.count(CODES, visitor)
    except TooMany as many:
        return too_many(request, many, "by_code.html", code="")
    if token := lists.by_code(code):
        tries.take_back(tried)
        return RedirectResponse(f"/c/{token}", status_code=303)
    if parts.handover.conversation(code) is not None:
        tries.take_back(tried)
        return RedirectResponse(f"/on?code={code.strip()[:LONGEST].replace(' ', '')}", status_code=303)
    return page(request, "by_code.html", status=404, kept=False, code=code[:LONGEST], wrong=UNKNOWN)
