"""The conversations in the database: what was said and offered, and what they told; effects of choices never leave it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from assistant.cards import Card, Choice, Turn
from assistant.db import StoredConversation, StoredExchange, StoredState, StoredTurn, Table, aware, lasting, now

KEPT_CHOICES = 600  # ten turns of six guides each, with all that can be asked about them
SHOWN_AGAIN = 30

Effect = dict[str, Any]
_PROGRESS = (StoredState.slots, StoredState.asked, StoredState.number, StoredState.unheard)
_CHOICES = select(StoredConversation.choices).where(StoredConversation.id == bindparam("own"))
_KEPT = (
    select(StoredConversation.__table__, *_PROGRESS)
    .outerjoin(StoredState, StoredState.conversation_id == StoredConversation.id)
    .where(StoredConversation.id == bindparam("own"))
)


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
        with self._engine.connect() as connection:
            row = connection.execute(_KEPT, {"own": conversation_id}).one_or_none()
        if row is None:
            return Kept()
        progress = Progress(row.slots, row.asked, row.number, row.unheard) if row.slots is not None else Progress()
        return Kept(progress, row.choices, tuple(row.offered), aware(row.updated_at))

    def keep(self, conversation_id: str, said: str, turn: Turn, progress: Progress | None = None) -> Turn:
        """The turn with opaque payloads for its choices, stored together with what was said and what it changed."""
        turn, offered = sealed(turn)
        body = turn.model_dump(mode="json", exclude_none=True)
        row = {"said": said, "status": turn.status, "turn": body, "at": now()}
        with self._engine.begin() as connection:
            lasting(connection)
            known = connection.execute(_CHOICES, {"own": conversation_id}).scalar_one_or_none()
            held: dict[str, Any] = {"updated_at": now()}
            if offered or known is None:
                held |= {"choices": _latest({**(known or {}), **offered}), "offered": list(offered)}
            _put(connection, StoredConversation, {"id": conversation_id}, held)
            connection.execute(insert(StoredTurn), {"conversation_id": conversation_id, **row})
            if progress is not None:
                _put(connection, StoredState, {"conversation_id": conversation_id}, vars(progress))
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


def _put(connection: Connection, table: type[Table], whose: dict[str, str], told: dict[str, Any]) -> None:
    """Keep a row, mostly one that is there."""
    ((key, own),) = whose.items()
    if not connection.execute(update(table).where(getattr(table, key) == own).values(told)).rowcount:
        connection.execute(insert(table), {**whose, **told})


def _latest(choices: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return dict(list(choices.items())[-KEPT_CHOICES:])
