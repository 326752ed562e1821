"""The JSON face: chat, search, checklists."""

from __future__ import annotations

import asyncio
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.deps import Parts, Service
from assistant.cards import Asks, Card, Choice, Status
from assistant.checklist.model import Checklist
from assistant.checklist.profile import resolved
from assistant.dialogue import IN_RASA
from assistant.errors import NotFound
from assistant.retrieval.answer import Verdict
from assistant.retrieval.explain import explanation

_LOOKS = ThreadPoolExecutor(1)  # finding keeps the processor busy; several at once only take it from one another


class Sentence(BaseModel):
    """What is said instead of an answer."""

    error: str


class Offer(Choice):
    """A choice as programs see it: what it does stays here."""

    effect: dict[str, Any] = Field(default_factory=dict, exclude=True)


class Shown(Card):
    """A card as programs see it; what it has not got is left out."""

    choices: tuple[Offer, ...] = ()


class Reply(BaseModel):
    """What a message is answered with."""

    conversation_id: str
    status: Status
    asks: Asks | None
    replies: list[Shown]


class Hit(BaseModel):
    """A guide that may be meant."""

    id: str
    name: str
    kind: Literal["item", "topic"]
    score: float


class Found(BaseModel):
    """The guides for a question; the reasons only where they are asked for."""

    status: Status
    hits: list[Hit]
    explain: dict[str, Any] | None = None


class Issued(Checklist):
    """A checklist with its address."""

    token: str
    url: str


class Erased(BaseModel):
    """Nothing of it is there any more."""

    erased: Literal[True]


Answers = dict[int | str, dict[str, Any]]
LATER = {"Retry-After": {"description": "Seconds until it may be asked again", "schema": {"type": "integer"}}}
TOO_OFTEN = {"description": "Too often: Retry-After says when to come back", "headers": LATER}
REFUSED: Answers = {
    400: {"model": Sentence, "description": "Bytes that are no text"},
    413: {"model": Sentence, "description": "More than is read at once"},
    422: {"model": Sentence, "description": "Not what is asked for here"},
    429: {"model": Sentence, **TOO_OFTEN},
    503: {"model": Sentence, "description": "Not now"},
}
ABSENT: Answers = {404: {"model": Sentence, "description": "Not there (any more)"}}
ELSEWHERE: Answers = {307: {"description": "Where a person can read it"}}
router = APIRouter(prefix="/api", responses=REFUSED)


def answers(model: type[BaseModel]) -> Answers:
    """What a route gives, for those who read the description: nothing is checked or turned around at each request."""
    return {200: {"model": model, "description": str(model.__doc__)}}


_STATUS = {
    Verdict.ANSWER: "answered",
    Verdict.CHOOSE: "needs_choice",
    Verdict.NO_OBJECT: "needs_choice",
    Verdict.UNLISTED: "out_of_scope",
    Verdict.WRONG_ACT: "out_of_scope",
    Verdict.REDIRECT: "out_of_scope",
    Verdict.UNKNOWN: "unknown",
}
LONGEST_ID = 100


class Message(BaseModel):
    """A message or a tapped choice."""

    model_config = ConfigDict(extra="ignore")

    conversation_id: Annotated[str, Field(max_length=LONGEST_ID)] = ""
    text: str | None = None
    payload: str | None = None


class Facts(BaseModel):
    """A profile in which names may stand for ids; what else a profile has is taken as well, and nothing beyond it."""

    model_config = ConfigDict(extra="allow")

    enterprise_type: str | None = None
    place: str | None = None
    industry: str | None = None
    licences: list[str] | None = None
    whole_or_licence_only: str | None = None
    proxy: str | None = None
    proxy_by_entry: dict[str, str] = {}


@router.post("/chat", responses={**answers(Reply), 429: {"model": Reply, **TOO_OFTEN}})
async def chat(message: Message, parts: Parts) -> JSONResponse:
    """The reply to a message; a missing conversation id begins a new conversation."""
    began = time.perf_counter()
    conversation = message.conversation_id.strip() or str(uuid.uuid4())
    turn = await parts.conversations.say(conversation, text=message.text, payload=message.payload)
    spent, in_rasa = time.perf_counter() - began, IN_RASA.get()
    body = {
        "conversation_id": conversation,
        "status": turn.status,
        "asks": turn.asks.model_dump() if turn.asks else None,
        "replies": [card.public() for card in turn.cards],
    }
    timing = f"rasa;dur={in_rasa * 1000:.1f}, ours;dur={(spent - in_rasa) * 1000:.1f}"
    return JSONResponse(body, headers={"Server-Timing": timing})


@router.get("/conversations/{conversation_id}/profile", responses=answers(Shown) | ABSENT)
def told(conversation_id: str, parts: Parts) -> dict[str, Any]:
    """What a conversation has told so far, as a card whose choices change it."""
    card = parts.conversations.told(conversation_id)
    if card is None:
        raise NotFound("没有这段对话，可能已经清空，或者过了保留的天数。")
    return card.public()


@router.delete("/conversations/{conversation_id}", responses=answers(Erased))
async def forget(conversation_id: str, parts: Parts, checklists: bool = False) -> dict[str, bool]:
    """Erase a conversation, and its checklists where that is wanted."""
    await parts.conversations.forget(conversation_id, with_checklists=checklists)
    return {"erased": True}


@router.get("/search", responses=answers(Found))
async def search(
    parts: Parts,
    q: Annotated[str, Query(max_length=500)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    explain: bool = False,
) -> JSONResponse:
    """The guides for a question, likeliest first: the ranking that the chat uses."""
    return await asyncio.get_running_loop().run_in_executor(_LOOKS, _looked_up, parts, q, limit, explain)


def _looked_up(parts: Service, q: str, limit: int, explain: bool) -> JSONResponse:
    answer = parts.finder.find(q)
    first = [hit for hit in answer.hits if hit.id in parts.knowledge.guides]
    known = {hit.id for hit in first}
    ranked = [*first, *(hit for hit in parts.finder.rank(q, limit + len(first)) if hit.id not in known)]
    hits = [{"id": h.id, "name": h.name, "kind": h.kind.value, "score": h.score} for h in ranked[:limit]]
    body: dict[str, Any] = {"status": _STATUS[answer.verdict], "hits": hits}
    return JSONResponse(body | ({"explain": explanation(parts.finder, q)} if explain else {}))


@router.post("/checklists", responses=answers(Issued))
def issue(facts: Facts, parts: Parts) -> dict[str, Any]:
    """A checklist for a profile whose keys are those of the questions."""
    try:
        profile = resolved(parts.knowledge, facts.model_dump(exclude_unset=True))
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    token, checklist = parts.checklists.issue(profile)
    return checklist.model_dump(mode="json", by_alias=True) | {"token": token, "url": f"/c/{token}"}


@router.get("/checklists/{token}.{ending}", status_code=307, response_class=RedirectResponse)
def checklist_paper(token: str, ending: Literal["pdf", "docx"]) -> RedirectResponse:
    """The paper of a checklist, where people's pages have it."""
    return RedirectResponse(f"/c/{token}.{ending}", 307)


@router.get("/checklists/{token}", response_model=dict[str, Any], responses=answers(Issued) | ABSENT | ELSEWHERE)
def checklist(token: str, parts: Parts, accept: Annotated[str, Header()] = "") -> dict[str, Any] | RedirectResponse:
    """A checklist as it was issued; a browser is sent to its page."""
    found = parts.checklists.get(token)
    if accept.startswith("text/html"):
        return RedirectResponse(f"/c/{token}", 307)
    return found.model_dump(mode="json", by_alias=True) | {"token": token, "url": f"/c/{token}"}
