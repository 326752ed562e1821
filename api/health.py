"""Health: /healthz says whether this process lives, /readyz whether a real question gets its real answer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api.deps import Parts, Service
from assistant.exchanges import Exchange
from assistant.turnlog import Progress

log = logging.getLogger("daoban.health")
router = APIRouter()
PATIENCE = 4.0  # seconds for each part
NO_DATABASE = "数据库连不上，或者写不进去。"
NOT_FOUND = "查指南的那一部分没找出该找到的那一份。"
NO_DIALOGUE = "引导对话（Rasa）没答上来，这会儿由我们自己答。"
WRONG_ANSWER = "引导对话（Rasa）答了，答的不是问的那一样。"


class Alive(BaseModel):
    """What works, and what is wrong on disk."""

    alive: bool
    encoder: str | None
    encoder_fault: str | None
    knowledge: str
    knowledge_fault: str | None


class Ready(BaseModel):
    """Which parts do what they are for; null where nobody knows, as it needs another."""

    ready: bool
    database: bool
    finder: bool
    dialogue: bool | None
    faults: list[str]


LOOKED: dict[int | str, dict[str, Any]] = {
    200: {"model": Ready, "description": "A real question gets its real answer"},
    503: {"model": Ready, "description": "Something does not do what it is for"},
    429: {"description": "Asked too often: Retry-After says when to come back", "content": {"text/html": {}}},
}


@router.get("/healthz")
def healthz(parts: Parts) -> Alive:
    """Whether this process works, whether it finds by meaning or by words alone, and what is wrong on disk."""
    return Alive(
        alive=True,
        encoder=parts.finder.encoder_name,
        encoder_fault=parts.equipment.warning,
        knowledge=parts.knowledge.digest[:12],
        knowledge_fault=parts.fault,
    )


@router.get("/readyz", response_class=JSONResponse, responses=LOOKED)
async def readyz(parts: Parts) -> JSONResponse:
    """Whether database, finder and dialogue do what they are for, and in plain words what does not; 503 then."""
    item = next((one for one in parts.knowledge.items.values() if one.id in parts.knowledge.guides), None)
    question = f"{item.name}怎么注销" if item else ""
    expected = item.id if item else ""
    database = await _in_time(asyncio.to_thread(_database, parts), NO_DATABASE)
    finder = await _in_time(asyncio.to_thread(_finder, parts, question, expected), NOT_FOUND)
    dialogue = None if database else await _in_time(_dialogue(parts, question, expected), NO_DIALOGUE)
    faults = [fault for fault in (database, finder, dialogue) if fault]
    told = Ready(
        ready=not faults,
        database=database is None,
        finder=finder is None,
        dialogue=None if database else dialogue is None,  # nobody knows: it needs the database
        faults=faults,
    )
    return JSONResponse(told.model_dump(), 503 if faults else 200)


async def _in_time(trying: Awaitable[str | None], otherwise: str) -> str | None:
    """What is wrong with a part; `otherwise` where it is silent or breaks."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await trying
    except TimeoutError:
        return otherwise
    except SQLAlchemyError as error:
        log.warning("not ready: %s", error)
        return otherwise
    except Exception:  # whatever is broken in a part, we are to say which one
        log.exception("not ready")
        return otherwise


def _database(parts: Service) -> str | None:
    """Write a row, read it, take it away: of the kind that each message needs."""
    exchange = Exchange(secrets.token_urlsafe(6), Progress(number=secrets.randbelow(1000)))
    parts.exchanges.open(f"readyz-{exchange.key}", exchange)
    kept = parts.exchanges.find(exchange.key)
    parts.exchanges.close(exchange)
    return None if kept is not None and kept.before == exchange.before else NO_DATABASE


def _finder(parts: Service, question: str, expected: str) -> str | None:
    """Ask the index for a guide by its name."""
    hits = parts.finder.find(question).hits
    return None if hits and hits[0].id == expected else NOT_FOUND


async def _dialogue(parts: Service, question: str, expected: str) -> str | None:
    """Ask the same through Rasa."""
    turn = await parts.conversations.tried(question)
    if turn is None:
        return NO_DIALOGUE
    about = {card.item.id for card in turn.cards if card.item}
    return None if turn.status == "answered" and expected in about else WRONG_ANSWER
