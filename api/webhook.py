"""The webhook (通用接口): any chat program is a channel, with signed messages in and plain texts with numbered choices out.

A request carries when it was made and HMAC-SHA256, by the shared key, over that moment, a full stop and the body. One that
is sent again, with the same `id` or unchanged, gets the same answer and is heard once.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.body import body_of
from api.deps import Parts, Service
from api.limits import held
from assistant.cards import Choice, Turn
from assistant.channels import Channel
from assistant.db import now
from assistant.errors import SettingsError
from assistant.page_links import PageLinks
from assistant.render.wechat import messages
from assistant.render.wechat_messages import Message, News, Text
from assistant.settings import Settings
from assistant.wechat.deliveries import Deliveries, Delivery
from assistant.wechat.numbers import NumberBook
from assistant.wechat.people import People

router = APIRouter(include_in_schema=False)
log = logging.getLogger("daoban.webhook")

TIMESTAMP, SIGNATURE = "X-Daoban-Timestamp", "X-Daoban-Signature"
SHORTEST_KEY = 32  # characters
FRESH = dt.timedelta(minutes=5)  # how far the two clocks may be apart
LONGEST = 16 * 1024  # bytes of a body
PATIENCE = 5.0  # seconds until the sender is told to ask again; the answer goes on being made
LEASE = dt.timedelta(seconds=60)  # an answer is there by then, or its process has died
LOOK_EVERY = 0.1  # seconds
CLOSED, FORGED, STRANGE = "没有开通", "签名不对，或者时间差得太多", "送来的内容不对"
BUSY = "现在正忙，请原样再送一次"
_BEGUN: set[asyncio.Task[str]] = set()  # so that no answer is forgotten before it is there


class Incoming(BaseModel):
    """One message: words, or the number of a choice that was shown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    conversation: Annotated[str, Field(min_length=1, max_length=200)]
    text: str | None = None
    choice: Annotated[int, Field(ge=1)] | None = None
    id: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise ValueError("either text or choice")
        return self


@dataclass
class _Numbers:
    """The numbers of one conversation, and the choices that they were given to."""

    book: NumberBook
    conversation: str
    given: list[dict[str, Any]] = field(default_factory=list)

    def give(self, choices: Sequence[Choice]) -> list[int]:
        """A number for each choice."""
        numbers = self.book.give(self.conversation, choices)
        self.given += [{"number": n, "label": one.label} for n, one in zip(numbers, choices, strict=True)]
        return numbers


@router.post("/webhook")
async def receive(request: Request, parts: Parts) -> Response:
    """The answer to a message; 403 where the webhook is not open, or not for this sender."""
    key = key_of(parts.settings)
    if key is None:
        return _error(403, CLOSED)
    body = await body_of(request, LONGEST)
    if body is None:
        return _error(413, STRANGE)
    signature = request.headers.get(SIGNATURE, "")
    if not _signed(key, request.headers.get(TIMESTAMP, ""), body, signature, now()):
        log.warning("refused: a wrong signature, or a wrong time")
        return _error(403, FORGED)
    try:
        incoming = Incoming.model_validate_json(body)
    except ValidationError as error:
        fields = "、".join(str(one["loc"][0]) for one in error.errors() if one["loc"])
        return _error(422, f"{STRANGE}：{fields}" if fields else STRANGE)
    conversation = f"hook-{_digest(key, incoming.conversation)}"
    message = _digest(key, incoming.conversation, incoming.id or signature)
    deliveries = Deliveries(parts.checklists.engine, lease=LEASE)
    root = parts.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")

    async def answer() -> str:
        return await _answered(parts, conversation, incoming, lambda path: root + path)

    try:
        async with asyncio.timeout(PATIENCE):
            again = await asyncio.to_thread(deliveries.known, message)  # then it was counted before
            not_now = None if again else await held(request, Channel.WEBHOOK, conversation)
            reply = "" if not_now else await _once(deliveries, message, conversation, answer)
    except (TimeoutError, SQLAlchemyError) as error:
        log.error("a message could not be answered: %s", type(error).__name__)
        return _error(503, BUSY)
    if not_now:
        shown = [Text(not_now.sentence)]
        told = _public(not_now.turn, incoming.conversation, shown, [], None)
        status = not_now.status if not_now.status == 429 else 200
        return JSONResponse(told, status, {"Retry-After": str(not_now.wait)})
    return Response(reply, media_type="application/json")


def key_of(settings: Settings) -> bytes | None:
    """The shared key; None where the webhook is not open, SettingsError where anybody could guess it."""
    if settings.webhook_key and len(settings.webhook_key) < SHORTEST_KEY:
        raise SettingsError(f"DAOBAN_WEBHOOK_KEY 至少要 {SHORTEST_KEY} 个字")
    return settings.webhook_key.encode() or None


def purge(engine: Engine, days: int) -> None:
    """Erase answers that nobody asks for again, and numbers of conversations silent for so many days."""
    Deliveries(engine).forget()
    People(engine).purge(days)


def signature_of(key: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a request."""
    return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


async def _once(deliveries: Deliveries, key: str, whose: str, answer: Callable[[], Awaitable[str]]) -> str:
    """The answer to a message, made once whatever number of times it comes, and to its end whoever waits for it."""
    while True:
        delivery = await asyncio.to_thread(deliveries.take, key, whose)
        if delivery.reply is not None:
            return delivery.reply
        if delivery.ours:
            task = asyncio.create_task(_made(deliveries, delivery, answer))
            _BEGUN.add(task)
            task.add_done_callback(_ended)
            return await asyncio.shield(task)
        await asyncio.sleep(LOOK_EVERY)


async def _made(deliveries: Deliveries, delivery: Delivery, answer: Callable[[], Awaitable[str]]) -> str:
    reply = await answer()
    await asyncio.to_thread(deliveries.answer, delivery, reply)
    return reply


def _ended(task: asyncio.Task[str]) -> None:
    """Forget an answer that is there, or failed; the words of what went wrong could hold what somebody wrote."""
    _BEGUN.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.error("an answer failed: %s", type(error).__name__)


async def _answered(parts: Service, conversation: str, incoming: Incoming, link: Callable[[str], str]) -> str:
    numbers = _Numbers(NumberBook(parts.checklists.engine), conversation)
    said = incoming.text if incoming.text is not None else str(incoming.choice)
    payload = await asyncio.to_thread(numbers.book.means, conversation, said)
    if payload is not None or incoming.choice is not None:
        # Of an empty choice the dialogue says that it is gone.
        turn = await parts.conversations.say(conversation, payload=payload or "")
    else:
        words = await asyncio.to_thread(numbers.book.in_words, conversation, said)
        turn = await parts.conversations.say(conversation, text=words)
    shown = await asyncio.to_thread(messages, turn, numbers, link=link)
    page = link(PageLinks(parts.actions_secret).path(conversation))
    return json.dumps(_public(turn, incoming.conversation, shown, numbers.given, page), ensure_ascii=False)


def _public(
    turn: Turn, name: str, shown: Sequence[Message], choices: list[dict[str, Any]], page: str | None
) -> dict[str, Any]:
    """A turn as other programs see it."""
    return {
        "conversation": name,
        "status": turn.status,
        "asks": turn.asks.model_dump() if turn.asks else None,
        "messages": [_message(one) for one in shown],
        "choices": choices,
        "page": page,
    }


def _message(message: Message) -> dict[str, Any]:
    if isinstance(message, News):
        return {"kind": "news", "title": message.title, "text": message.description, "url": message.url, "more": False}
    return {"kind": "text", "title": None, "text": message.content, "url": None, "more": message.more}


def _signed(key: bytes, timestamp: str, body: bytes, signature: str, at: dt.datetime) -> bool:
    """Whether somebody with the key made this request, a short while ago."""
    ours = signature_of(key, timestamp, body)
    if not hmac.compare_digest(ours.encode(), signature.encode("utf-8", "replace")):
        return False
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(at.timestamp() - int(timestamp)) <= FRESH.total_seconds()


def _digest(key: bytes, *parts: str) -> str:
    """What stands for these words with us; without the key nobody finds them again from it."""
    digest = hmac.digest(key, json.dumps(parts).encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _error(status: int, sentence: str) -> Response:
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse({"error": f"{sentence}。"}, status, headers)
