"""The action webhook that Rasa calls: tracker in, events and cards out; loopback and a secret only."""

from __future__ import annotations

import secrets
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
    """Run one action; 404 for an unknown one, as Rasa's protocol has it."""
    if not secrets.compare_digest(secret, parts.actions_secret):
        return JSONResponse({"error": "forbidden"}, 403)
    name = str(body.get("next_action"))
    tracker = body.get("tracker") or {}
    message = tracker.get("latest_message") or {}
    metadata = message.get("metadata") or {}
    said = actions.Said(
        text=str(metadata.get("text") or message.get("text") or ""),
        intent=str((message.get("intent") or {}).get("name") or "nlu_fallback"),
        effect=metadata.get("effect") or {},
    )
    if actions.steps_aside(name, said):
        return JSONResponse({"events": [], "responses": []})
    state = State.of(tracker.get("slots") or {})
    try:
        reaction = actions.run(name, parts.brain, state, said)
    except NotFound:
        return JSONResponse({"error": "unknown action", "action_name": name}, 404)
    return JSONResponse({"events": _events(parts, reaction), "responses": _responses(reaction)})


def _events(parts: Parts, reaction: Reaction) -> list[dict[str, Any]]:
    """The slots that hold the new state."""
    slots = reaction.state.slots(parts.knowledge)
    if reaction.course:
        slots["course"] = reaction.course
    return [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]


def _responses(reaction: Reaction) -> list[dict[str, Any]]:
    if not reaction.cards and reaction.asks is None:
        return []
    cards = [card.model_dump(mode="json", exclude_none=True) for card in reaction.cards]
    asks = reaction.asks.model_dump() if reaction.asks else None
    return [{"custom": {"cards": cards, "status": reaction.status, "asks": asks}}]
