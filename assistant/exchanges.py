"""Messages on their way through Rasa, in the database: whichever process Rasa calls can act, and the sender gets the cards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CursorResult, Engine, bindparam, delete, insert, or_, select, update

from assistant.actions.state import Reaction
from assistant.cards import Turn
from assistant.db import StoredExchange, now
from assistant.turnlog import Progress

FORM = "checklist_form"
ASK = f"action_ask_{FORM}_"
LEFT_BEHIND = dt.timedelta(minutes=10)  # an exchange that old belongs to a process that died
_OWN = StoredExchange.key == bindparam("own")
_OPENING, _FINDING = insert(StoredExchange), select(StoredExchange.body).where(_OWN)
_NOTING = update(StoredExchange).where(_OWN)
_CLOSING = (
    delete(StoredExchange)
    .where(or_(_OWN, StoredExchange.at < bindparam("long_ago")))
    .returning(StoredExchange.key, StoredExchange.body)
)


@dataclass
class Exchange:
    """One message on its way through Rasa, and what our actions have answered so far."""

    key: str
    before: Progress
    turns: list[Turn] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    asked: str | None = None
    seconds: float = 0.0  # spent in our actions
    said: str = ""  # the words themselves: Rasa gets them without numbers of persons, as it keeps what it gets

    @property
    def number(self) -> int:
        """The number of this message, by which a copy of what it changed is told from an older one."""
        return self.before.number + 1

    def knows(self, slots: dict[str, Any]) -> bool:
        """Whether Rasa's slots are those of the message before this one (or of this one, once an action has run)."""
        number = (slots.get("memory") or {}).get("heard", 0)
        return bool(number == (self.number if self.slots else self.before.number))

    def acted(self, name: str, reaction: Reaction, slots: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Note what an action answered; gives the slots that Rasa is to keep."""
        self.turns.append(Turn(status=reaction.status, cards=reaction.cards, asks=reaction.asks))
        self.slots = {**slots, "memory": {**(slots.get("memory") or {}), "heard": self.number}}
        self.asked = name.removeprefix(ASK) if name.startswith(ASK) else self.asked
        self.seconds += seconds
        return self.slots

    @property
    def after(self) -> Progress:
        """Where the conversation is once this message is answered."""
        slots, asked = (self.slots, self.asked) if self.slots else (self.before.slots, self.before.asked)
        return Progress(slots, asked, self.number)


class Exchanges:
    """The exchanges that are open, one of a conversation at most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # each step is one statement

    def open(self, conversation_id: str, exchange: Exchange) -> None:
        """Let actions find an exchange."""
        row = {"key": exchange.key, "conversation_id": conversation_id, "body": _body(exchange), "at": now()}
        with self._engine.connect() as connection:
            connection.execute(_OPENING, row)

    def find(self, key: str) -> Exchange | None:
        """The exchange to which an action belongs; None where its message was answered otherwise meanwhile."""
        with self._engine.connect() as connection:
            body = connection.scalar(_FINDING, {"own": key})
        return _exchange(key, body) if body else None

    def note(self, exchange: Exchange) -> bool:
        """Keep what an action answered; False where the message was answered otherwise while it ran."""
        with self._engine.connect() as connection:
            kept: CursorResult[Any] = connection.execute(_NOTING, {"own": exchange.key, "body": _body(exchange)})
            return kept.rowcount == 1

    def close(self, exchange: Exchange) -> Exchange:
        """The exchange with all that was answered; from now on no action finds it, nor what a process that died left behind."""
        with self._engine.connect() as connection:
            closed = connection.execute(_CLOSING, {"own": exchange.key, "long_ago": now() - LEFT_BEHIND}).all()
        body = next((row.body for row in closed if row.key == exchange.key), None)
        return _exchange(exchange.key, body) if body else exchange


def _body(exchange: Exchange) -> dict[str, Any]:
    return {
        "before": vars(exchange.before),
        "said": exchange.said,
        "turns": [turn.model_dump(mode="json", exclude_none=True) for turn in exchange.turns],
        "slots": exchange.slots,
        "asked": exchange.asked,
        "seconds": exchange.seconds,
    }


def _exchange(key: str, body: dict[str, Any]) -> Exchange:
    turns = [Turn.model_validate(turn) for turn in body["turns"]]
    return Exchange(key, Progress(**body["before"]), turns, body["slots"], body["asked"], body["seconds"], body["said"])
