"""The conversations in the database: what was said and offered, and what they told; effects of choices never leave it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CursorResult, Engine, delete, select, update
from sqlalchemy.orm import Session

from assistant.cards import Card, Choice, Turn
from assistant.db import StoredConversation, StoredExchange, StoredState, StoredTurn, aware, lasting, now

KEPT_CHOICES = 600  # ten turns of six guides each, with all that can be asked about them
SHOWN_AGAIN = 30

Effect = dict[str, Any]
_PROGRESS = (StoredState.slots, StoredState.asked, StoredState.number, StoredState.unheard)


@dataclass(frozen=True)
class Progress:
    """Where a conversation is: what it told (as Rasa's slots have it), and the question that is open."""

    slots: dict[str, Any] = field(default_factory=dict)
    asked: str | None = None
    number: int = 0  # of the last message that changed it
    unheard: bool = False  # Rasa missed that message


@dataclass(frozen=True)
class Kept:
    """What is kept of a conversation, as the next message needs it."""

    progress: Progress = Progress()
    choices: dict[str, dict[str, Any]] = field(default_factory=dict)  # payload → {label, effect}
    offered: tuple[str, ...] = ()  # payloads of the choices offered last, in order
    at: dt.datetime | None = None  # when the last message came; None for a new conversation

    def effect(self, payload: str) -> tuple[str, Effect] | None:
        """Label and effect of a choice that this conversation was offered; None for any other payload."""
        found = self.choices.get(payload)
        return (found["label"], found["effect"]) if found else None

    def labels(self) -> list[tuple[str, str]]:
        """Payload and label of the choices offered last, in order."""
        return [(p, self.choices[p]["label"]) for p in self.offered if p in self.choices]


class TurnLog:
    """Conversations in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def kept(self, conversation_id: str) -> Kept:
        """All that the next message of a conversation needs."""
        query = (
            select(StoredConversation.__table__, *_PROGRESS)
            .outerjoin(StoredState, StoredState.conversation_id == StoredConversation.id)
            .where(StoredConversation.id == conversation_id)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return Kept()
        progress = Progress(row.slots, row.asked, row.number, row.unheard) if row.slots is not None else Progress()
        return Kept(progress, row.choices, tuple(row.offered), aware(row.updated_at))

    def keep(self, conversation_id: str, said: str, turn: Turn, progress: Progress | None = None) -> Turn:
        """The turn with opaque payloads for its choices, stored together with what was said and what it changed."""
        turn, offered = sealed(turn)
        with Session(self._engine) as session, session.begin():
            lasting(session)
            stored = _conversation(session, conversation_id)
            if offered:
                stored.choices = _latest({**stored.choices, **offered})
                stored.offered = list(offered)
            stored.updated_at = now()
            body = turn.model_dump(mode="json", exclude_none=True)
            session.add(StoredTurn(conversation_id=conversation_id, said=said, status=turn.status, turn=body, at=now()))
            if progress is not None:
                _note(session, conversation_id, progress)
        return turn

    def offer(self, conversation_id: str, card: Card) -> Card:
        """A card shown beside the conversation, its choices ready to be tapped; shown again, it has the same payloads."""

        def payload(choice: Choice) -> str:
            sealing = f"{conversation_id}\n{choice.label}\n{sorted(choice.effect.items())}"
            return "p:" + hashlib.sha256(sealing.encode()).hexdigest()[:12]

        offered = {payload(c): {"label": c.label, "effect": c.effect} for c in card.choices}
        with Session(self._engine) as session, session.begin():
            stored = session.get(StoredConversation, conversation_id)
            if stored is not None and not offered.keys() <= stored.choices.keys():
                stored.choices = _latest({**stored.choices, **offered})
        choices = tuple(c.model_copy(update={"payload": payload(c), "effect": {}}) for c in card.choices)
        return card.model_copy(update={"choices": choices})

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

    def checklists(self, conversation_id: str) -> tuple[str, ...]:
        """The tokens of the checklists that a conversation led to, oldest first."""
        query = select(StoredTurn.turn).where(StoredTurn.conversation_id == conversation_id).order_by(StoredTurn.id)
        with Session(self._engine) as session:
            cards = [card for turn in session.scalars(query) for card in turn["cards"]]
        return tuple(dict.fromkeys(str(card["checklist"]["token"]) for card in cards if card.get("checklist")))

    def forget(self, *conversation_ids: str) -> None:
        """Erase conversations."""
        with Session(self._engine) as session, session.begin():
            for table, key in (
                (StoredTurn, StoredTurn.conversation_id),
                (StoredState, StoredState.conversation_id),
                (StoredExchange, StoredExchange.conversation_id),
                (StoredConversation, StoredConversation.id),
            ):
                session.execute(delete(table).where(key.in_(conversation_ids)))

    def silent_since(self, moment: dt.datetime) -> list[str]:
        """The conversations in which nothing was said since then."""
        query = select(StoredConversation.id).where(StoredConversation.updated_at < moment)
        with Session(self._engine) as session:
            return list(session.scalars(query))

    def ids(self) -> list[str]:
        """All conversations."""
        with Session(self._engine) as session:
            return list(session.scalars(select(StoredConversation.id)))


def sealed(turn: Turn) -> tuple[Turn, dict[str, dict[str, Any]]]:
    """The turn with opaque payloads, and what each of them stands for."""
    offered: dict[str, dict[str, Any]] = {}

    def one(choice: Choice) -> Choice:
        payload = "c:" + secrets.token_urlsafe(9)
        offered[payload] = {"label": choice.label, "effect": choice.effect}
        return choice.model_copy(update={"payload": payload, "effect": {}})

    def with_payloads(card: Card) -> Card:
        return card.model_copy(update={"choices": tuple(map(one, card.choices))})

    return turn.model_copy(update={"cards": tuple(map(with_payloads, turn.cards))}), offered


def _conversation(session: Session, conversation_id: str) -> StoredConversation:
    """The row of a conversation, a new one where there is none."""
    stored = session.get(StoredConversation, conversation_id)
    if stored is None:
        stored = StoredConversation(id=conversation_id, choices={}, offered=[])
        session.add(stored)
    return stored


def _note(session: Session, conversation_id: str, progress: Progress) -> None:
    """Keep where a conversation is, mostly in a row that is there."""
    known = update(StoredState).where(StoredState.conversation_id == conversation_id).values(vars(progress))
    kept: CursorResult[Any] = session.execute(known)  # type: ignore[assignment]
    if not kept.rowcount:
        session.add(StoredState(conversation_id=conversation_id, **vars(progress)))


def _latest(choices: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return dict(list(choices.items())[-KEPT_CHOICES:])
