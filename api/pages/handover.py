"""换手机接着办: a code and a picture here, the same conversation on another device."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts, Service
from api.pages.desk import Tries, Visitor
from api.pages.html import page, root, too_many
from api.pages.talk import Talk, known, remember
from assistant import phrases
from assistant.attempts import CODES, TooMany
from assistant.handover import GOOD_FOR, readable
from assistant.page_links import PageLinks

router = APIRouter()

LINK_OLD = "这个链接过期了，只管半小时。回到给您链接的地方再要一个；也可以回首页直接问。"


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
def arrive(request: Request, parts: Parts, talk: Talk = None, code: str = "", link: str = "") -> Response:
    """Where a code is typed, or, come by a picture or a link, confirmed: nobody is moved into a conversation by a mere link."""
    mine = known(talk)
    if link and mine and PageLinks(parts.actions_secret).leads_to(link, mine):
        return RedirectResponse("/#end", status_code=303)
    if link and PageLinks(parts.actions_secret).conversation(link) is None:
        return _again(request, LINK_OLD, talking=mine is not None)
    return page(request, "on.html", kept=False, code=code[:20], link=link, wrong="", talking=mine is not None)


@router.post("/on")
def go_on(
    request: Request,
    parts: Parts,
    tries: Tries,
    visitor: Visitor,
    code: Annotated[str, Form()] = "",
    link: Annotated[str, Form()] = "",
    talk: Talk = None,
) -> Response:
    """The conversation of a code or of a link, on this device, too."""
    talking = known(talk) is not None
    if link:
        linked = PageLinks(parts.actions_secret).conversation(link)
        return _moved(request, parts, linked) if linked else _again(request, LINK_OLD, talking=talking)
    try:
        tried = tries.count(CODES, visitor)
    except TooMany as many:
        return too_many(request, many, "on.html", code="", link="", talking=talking)
    conversation = parts.handover.conversation(code)
    if conversation is None:
        return _again(request, phrases.CODE_UNKNOWN, talking=talking)
    tries.take_back(tried)
    return _moved(request, parts, conversation)


def _moved(request: Request, parts: Service, conversation: str) -> Response:
    """The page, in this conversation."""
    return remember(RedirectResponse("/#end", status_code=303), request, parts, conversation)


def _again(request: Request, wrong: str, *, talking: bool) -> Response:
    """Where a code is typed, with what was wrong."""
    return page(request, "on.html", status=404, kept=False, code="", link="", wrong=wrong, talking=talking)
