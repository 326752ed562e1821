"""换手机接着办: a code and a picture here, the same conversation on another device."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts
from api.pages.desk import Tries, Visitor
from api.pages.html import page, root, too_many
from api.pages.talk import Talk, known, remember
from assistant import phrases
from assistant.attempts import CODES, TooMany
from assistant.handover import GOOD_FOR, readable

router = APIRouter()


@router.get("/handover")
def offer(request: Request, talk: Talk = None) -> HTMLResponse:
    """What it is good for; a code is made when it is asked for."""
    return page(request, "handover.html", kept=False, code=None, talking=known(talk) is not None)


@router.post("/handover")
def make(request: Request, parts: Parts, talk: Talk = None) -> Response:
    """A code for the conversation of this browser, with the address that it makes."""
    conversation = known(talk)
    if not conversation:
        return RedirectResponse("/handover", status_code=303)
    code = parts.handover.code(conversation)
    return page(
        request,
        "handover.html",
        kept=False,
        code=readable(code),
        address=f"{root(request, parts)}/on?code={code}",
        hours=int(GOOD_FOR.total_seconds() // 3600),
        talking=True,
    )


@router.get("/on")
def arrive(request: Request, talk: Talk = None, code: str = "") -> HTMLResponse:
    """Where a code is typed, or, come by the picture, confirmed: nobody is moved into a conversation by a mere link."""
    return page(request, "on.html", kept=False, code=code[:20], wrong="", talking=known(talk) is not None)


@router.post("/on")
def go_on(
    request: Request,
    parts: Parts,
    tries: Tries,
    visitor: Visitor,
    code: Annotated[str, Form()] = "",
    talk: Talk = None,
) -> Response:
    """The conversation of a code, on this device, too."""
    talking = known(talk) is not None
    try:
        tried = tries.count(CODES, visitor)
    except TooMany as many:
        return too_many(request, many, "on.html", code="", talking=talking)
    conversation = parts.handover.conversation(code)
    if conversation is None:
        wrong = phrases.CODE_UNKNOWN
        return page(request, "on.html", status=404, kept=False, code="", wrong=wrong, talking=talking)
    tries.take_back(tried)
    return remember(RedirectResponse("/#end", status_code=303), request, parts, conversation)
