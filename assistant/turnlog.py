"""The turns of conversations: what was offered, so that a tap can be resolved, and what can be shown again."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.cards import Card, Choice, Turn
from assistant.db import StoredConversation, StoredTurn, now

KEPT_CHOICES = 200
SHOWN_AGAIN = 30


class TurnLog:
    """Conversations in the database; effects of choices never leave it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def effect(self, conversation_id: str, payload: str) -> tuple[str, dict[str, Any]] | None:
        """Label and effect of a choice that this conversation was offered; None for any other payload."""
        with Session(self._engine) as session:
            stored = session.get(StoredConversation, conversation_id)
            found = stored.choices.get(payload) if stored else None
            return (found["label"], found["effect"]) if found else None

    def offered(self, conversation_id: str) -> list[tuple[str, str]]:
        """Payload and label of the choices offered last, in order."""
        with Session(self._engine) as session:
            stored = session.get(StoredConversation, conversation_id)
            return [(p, stored.choices[p]["label"]) for p in stored.offered if p in stored.choices] if stored else []

    def keep(self, conversation_id: str, said: str, turn: Turn) -> Turn:
        """The turn with opaque payloads for its choices, stored together with what was said."""
        offered: dict[str, dict[str, Any]] = {}

        def sealed(choice: Choice) -> Choice:
            payload = "c:" + secrets.token_urlsafe(9)
            offered[payload] = {"label": choice.label, "effect": choice.effect}
            return choice.model_copy(update={"payload": payload, "effect": {}})

        def with_payloads(card: Card) -> Card:
            return card.model_copy(update={"choices": tuple(sealed(choice) for choice in card.choices)})

        turn = turn.model_copy(update={"cards": tuple(with_payloads(card) for card in turn.cards)})
        with Session(self._engine) as session, session.begin():
            stored = session.get(StoredConversation, conversation_id)
            if stored is None:
                stored = StoredConversation(id=conversation_id, choices={}, offered=[])
                session.add(stored)
            if offered:
                stored.choices = dict(list({**stored.choices, **offered}.items())[-KEPT_CHOICES:])
                stored.offered = list(offered)
            stored.updated_at = now()
            body = turn.model_dump(mode="json", exclude_none=True)
            session.add(StoredTurn(conversation_id=conversation_id, said=said, status=turn.status, turn=body, at=now()))
        return turn

    def last(self, conversation_id: str) -> list[tuple[str, Turn]]:
        """The latest turns of a conversation, oldest first."""
        query = (
            select(StoredTurn)
            .where(StoredTurn.conversation_id == conversation_id)
            .order_by(StoredTurn.id.desc())
            .limit(SHOWN_AGAIN)
        )
        with Session(self._engine) as session:
            return [(row.said, Turn.model_validate(row.turn)) for row in reversed(session.scalars(query).all())]

    def forget(self, conversation_id: str) -> None:
        """Erase a conversation."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredTurn).where(StoredTurn.conversation_id == conversation_id))
            session.execute(delete(StoredConversation).where(StoredConversation.id == conversation_id))
