"""The action webhook that Rasa calls: tracker in, events and cards out; loopback and a secret only."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Parts
from assistant import actions
from assistant.actions.state import Reaction, State
from assistant.errors import NotFound

router = APIRouter(include_in_schema=False)
PATH = "/internal/actions"


@router.post(PATH + "/{secret}")
def webhook(secret: str, body: dict[str, Any], parts: Parts) -> JSONResponse:
    """Run one action; 404 for an unknown one, as Rasa's protocol has it, 409 where Rasa is to drop the message."""
    if not secrets.compare_digest(secret, parts.actions_secret):
        return JSONResponse({"error": "forbidden"}, 403)
    began = time.perf_counter()
    name = str(body.get("next_action"))
    tracker = body.get("tracker") or {}
    slots = tracker.get("slots") or {}
    message = tracker.get("latest_message") or {}
    metadata = message.get("metadata") or {}
    said = actions.Said(
        text=str(message.get("text") or ""),
        intent=str((message.get("intent") or {}).get("name") or "nlu_fallback"),
        effect=metadata.get("effect") or {},
    )
    if actions.steps_aside(name, said):
        return JSONResponse({"events": [], "responses": []})
    key = metadata.get("exchange")
    exchange = parts.exchanges.find(str(key)) if key else None
    if key and (exchange is None or not exchange.knows(slots)):
        return JSONResponse({"error": "answered without you" if exchange is None else "not what we know"}, 409)
    said = replace(said, text=exchange.said) if exchange else said
    try:
        reaction = actions.run(name, parts.brain, State.of(slots), said)
    except NotFound:
        return JSONResponse({"error": "unknown action", "action_name": name}, 404)
    after = reaction.state.slots(parts.knowledge)
    if exchange:
        after = exchange.acted(name, reaction, after, time.perf_counter() - began)
        if not parts.exchanges.note(exchange):
            return JSONResponse({"error": "answered without you"}, 409)
    return JSONResponse({"events": _events(reaction, after, slots), "responses": _responses(reaction)})


def _events(reaction: Reaction, slots: dict[str, Any], known: dict[str, Any]) -> list[dict[str, Any]]:
    """The slots that Rasa does not know yet; the memory always, as a form takes a message for heard only where some slot is set."""
    changed = {name: value for name, value in slots.items() if name == "memory" or value != known.get(name)}
    if reaction.course:
        changed["course"] = reaction.course
    if reaction.state.memory.stopped:
        changed["requested_slot"] = None  # ends the form
    return [{"event": "slot", "name": name, "value": value} for name, value in changed.items()]


def _responses(reaction: Reaction) -> list[dict[str, Any]]:
    """That something was said, and how; the cards themselves never reach Rasa."""
    if not reaction.cards and reaction.asks is None:
        return []
    return [{"custom": {"status": reaction.status, "asks": reaction.asks.key if reaction.asks else None}}]
