"""留言: a few words for the window, and what happens with them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import Parts
from api.pages.html import page
from api.pages.talk import Talk, known, new_talk, remember
from assistant.errors import Refused

router = APIRouter()


@router.get("/message")
def write(request: Request, parts: Parts, talk: Talk = None) -> HTMLResponse:
    """The form for a message."""
    conversation = known(talk)
    lists = parts.conversations.checklists(conversation) if conversation else ()
    return page(request, "message.html", kept=False, words="", phone="", wrong="", list=_last(lists))


@router.post("/message")
def leave(
    request: Request,
    parts: Parts,
    talk: Talk = None,
    words: Annotated[str, Form()] = "",
    phone: Annotated[str, Form()] = "",
    consent: Annotated[str, Form()] = "",
) -> Response:
    """Put the message into the window's queue; the form again, with what was written, where it does not do."""
    conversation = known(talk) or new_talk()
    last = _last(parts.conversations.checklists(conversation))
    try:
        message = parts.messages.leave(conversation, words, phone, consent=bool(consent), checklist=last)
    except Refused as error:
        told = {"words": words[:2000], "phone": phone[:40], "wrong": str(error), "list": last}
        return page(request, "message.html", status=422, kept=False, **told)
    response = page(request, "left.html", kept=False, message=message)
    return remember(response, request, parts, conversation)


def _last(tokens: tuple[str, ...]) -> str | None:
    """The latest checklist, which goes with the message."""
    return tokens[-1] if tokens else None
