"""The conversation: one page, one way to say something, with and without JavaScript."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts, Service
from api.html import rendered
from api.pages.html import page
from api.pages.talk import Talk, forget, known, new_talk, remember
from assistant.cards import Turn

router = APIRouter()

STARTS = ("我要关店，全套手续", "查一个证怎么退", "办到哪了", "找人工")
ASKED_OFTEN = ("烟草证不干了咋退", "饭店黄了，食品证怎么销", "个体户的执照怎么注销", "证丢了还能退吗")

Text = Annotated[str, Form()]
Picks = Annotated[list[str], Form()]


@router.get("/")
def show(request: Request, parts: Parts, talk: Talk = None, erased: str = "") -> HTMLResponse:
    """The conversation so far, and where to go on."""
    conversation = known(talk)
    return page(
        request,
        "chat.html",
        kept=False,
        history=parts.conversations.last(conversation) if conversation else [],
        starts=STARTS,
        asked_often=ASKED_OFTEN,
        kept_days=parts.settings.kept_days,
        erased=erased,
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
    conversation = known(talk) or new_talk()
    await _answer(parts, conversation, text, payload, pick)
    return remember(RedirectResponse("/#end", status_code=303), request, parts, conversation)


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
    conversation = known(talk) or new_talk()
    said, turn = await _answer(parts, conversation, text, payload, pick)
    response = HTMLResponse(rendered("turn.html", said=said, turn=turn), headers={"Cache-Control": "no-store"})
    return remember(response, request, parts, conversation)


@router.get("/new")
def sure(request: Request, parts: Parts, talk: Talk = None) -> Response:
    """Before anything is erased: what goes, and whether the checklists go, too."""
    conversation = known(talk)
    if not conversation:
        return RedirectResponse("/", status_code=303)
    return page(request, "erase.html", kept=False, checklists=parts.conversations.checklists(conversation))


@router.post("/new")
async def start_again(parts: Parts, talk: Talk = None, checklists: Text = "") -> Response:
    """A new conversation: the old one is erased, here and in this browser."""
    if conversation := known(talk):
        await parts.conversations.forget(conversation, with_checklists=checklists == "too")
    return forget(RedirectResponse("/?erased=" + ("all" if checklists == "too" else "talk"), status_code=303))


@router.get("/told")
def told(request: Request, parts: Parts, talk: Talk = None) -> HTMLResponse:
    """What was told so far (我说过的), every fact changeable."""
    conversation = known(talk)
    card = parts.conversations.told(conversation) if conversation else None
    return page(request, "told.html", kept=False, card=card)


async def _answer(parts: Service, conversation: str, text: str, payload: str, picks: list[str]) -> tuple[str, Turn]:
    """What was said, as the conversation shows it, and the answer."""
    words = "、".join(picks) if picks and not payload and not text.strip() else text
    if payload:
        turn = await parts.conversations.say(conversation, payload=payload)
    else:
        turn = await parts.conversations.say(conversation, text=words)
    history = parts.conversations.last(conversation)
    return (history[-1][0] if history else words), turn
