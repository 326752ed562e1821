"""The conversation: one page, one way to say something, with and without JavaScript."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Cookie, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts, Service
from api.pages.html import page, rendered
from assistant.cards import Turn

router = APIRouter()

COOKIE = "daoban_talk"
KEPT_DAYS = 7
STARTS = ("我要关店，全套手续", "查一个证怎么退", "办到哪了", "找人工")
ASKED_OFTEN = ("烟草证不干了咋退", "饭店黄了，食品证怎么销", "个体户的执照怎么注销", "证丢了还能退吗")
_ID = re.compile(r"^[A-Za-z0-9_-]{16,64}$")

Talk = Annotated[str | None, Cookie(alias=COOKIE)]
Text = Annotated[str, Form()]
Picks = Annotated[list[str], Form()]


@router.get("/")
def show(request: Request, parts: Parts, talk: Talk = None) -> HTMLResponse:
    """The conversation so far, and where to go on."""
    history = parts.conversations.last(talk) if talk and _ID.match(talk) else []
    return page(
        request, "chat.html", kept=False, history=history, starts=STARTS, asked_often=ASKED_OFTEN, kept_days=KEPT_DAYS
    )


@router.post("/")
async def say(
    request: Request,
    parts: Parts,
    talk: Talk = None,
    text: Text = "",
    payload: Text = "",
    pick: Picks = [],  # noqa: B006  read by FastAPI, never changed
) -> Response:
    """Say something without JavaScript: back to the page, at its end."""
    conversation = _conversation(talk)
    await _answer(parts, conversation, text, payload, pick)
    return _remember(RedirectResponse("/#end", status_code=303), request, conversation)


@router.post("/say")
async def say_here(
    request: Request,
    parts: Parts,
    talk: Talk = None,
    text: Text = "",
    payload: Text = "",
    pick: Picks = [],  # noqa: B006  read by FastAPI, never changed
) -> Response:
    """Say something with JavaScript: the new part of the conversation as HTML."""
    conversation = _conversation(talk)
    said, turn = await _answer(parts, conversation, text, payload, pick)
    response = HTMLResponse(rendered("turn.html", said=said, turn=turn), headers={"Cache-Control": "no-store"})
    return _remember(response, request, conversation)


@router.post("/new")
def start_again(parts: Parts, talk: Talk = None) -> Response:
    """A new conversation: the old one is erased, here and in this browser."""
    if talk and _ID.match(talk):
        parts.conversations.forget(talk)
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def _answer(parts: Service, conversation: str, text: str, payload: str, picks: list[str]) -> tuple[str, Turn]:
    """What was said, as the conversation shows it, and the answer."""
    words = "、".join(picks) if picks and not payload and not text.strip() else text
    if payload:
        turn = await parts.conversations.say(conversation, payload=payload)
    else:
        turn = await parts.conversations.say(conversation, text=words)
    history = parts.conversations.last(conversation)
    return (history[-1][0] if history else words), turn


def _conversation(talk: str | None) -> str:
    """The conversation of this browser, a new one where it has none."""
    return talk if talk and _ID.match(talk) else secrets.token_urlsafe(18)


def _remember(response: Response, request: Request, conversation: str) -> Response:
    """Give the browser the number of its conversation, readable by no script."""
    response.set_cookie(
        COOKIE,
        conversation,
        max_age=KEPT_DAYS * 86400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response
