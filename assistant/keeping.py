"""What is kept of people, and for how long: conversations erased on request and after their time, in Rasa's tracker too."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Engine, column, delete, func, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from assistant.db import now
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.messages import Messages
from assistant.rasa import sender_of
from assistant.turnlog import TurnLog

log = logging.getLogger("daoban.keeping")
# The table of Rasa's SQL tracker store.
EVENTS = table("events", column("sender_id"), column("timestamp"))
AT_ONCE = 500
STRANGERS_STAY = dt.timedelta(hours=1)  # a conversation may be in Rasa's tracker a moment before it is in our log


class Keeping:
    """Everything in which a conversation leaves a trace."""

    def __init__(
        self,
        turns: TurnLog,
        messages: Messages,
        handover: Handover,
        checklists: IssuedChecklists,
        tracker: Engine,
        days: int,
        *,
        also: Sequence[Callable[..., None]] = (),
    ) -> None:
        """`also` are what else forgets conversations by their ids: the channels they came by."""
        self._turns = turns
        self._messages = messages
        self._handover = handover
        self._checklists = checklists
        self._tracker = tracker
        self._days = days
        self._also = also

    def erase(self, conversation_id: str, *, with_checklists: bool = False) -> None:
        """Erase a conversation at the wish of its person: turns, what was told, messages, codes, Rasa's copy."""
        if with_checklists:
            self._checklists.withdraw(*self._turns.checklists(conversation_id))
        self._messages.forget(conversation_id)
        self._forget([conversation_id])

    def purge(self) -> int:
        """Erase what has had its time, and whatever Rasa remembers that we do not; gives how many conversations went."""
        silent = self._turns.silent_since(now() - dt.timedelta(days=self._days))
        for some in _portions(silent):
            self._forget(some)
        self._messages.purge()
        self._handover.forget()
        try:
            self._forget_strangers()
        except (SQLAlchemyError, sqlite3.Error) as error:  # the latter while a connection is prepared
            log.warning("Rasa's tracker could not be looked through, tomorrow again: %s", error)
        return len(silent)

    def _forget(self, conversations: list[str]) -> None:
        self._handover.forget(*conversations)
        self._turns.forget(*conversations)
        for forget in self._also:
            forget(*conversations)
        self.forget_in_tracker(conversations)

    def forget_in_tracker(self, conversations: list[str]) -> None:
        """Erase Rasa's copy of conversations."""
        try:
            self._empty_tracker([sender_of(one) for one in conversations])
        except (SQLAlchemyError, sqlite3.Error) as error:  # the latter while a connection is prepared
            log.warning(
                "Rasa's tracker could not be emptied; the next purge does it, as we do not know them: %s", error
            )

    def _empty_tracker(self, senders: list[str]) -> None:
        with self._tracker.begin() as connection:
            connection.execute(delete(EVENTS).where(EVENTS.c.sender_id.in_(senders)))

    def _forget_strangers(self) -> None:
        """Empty Rasa's tracker of conversations that are not ours (any more)."""
        if not inspect(self._tracker).has_table(EVENTS.name):  # Rasa has not started here yet
            return
        before = (now() - STRANGERS_STAY).timestamp()
        quiet = select(EVENTS.c.sender_id).group_by(EVENTS.c.sender_id).having(func.max(EVENTS.c.timestamp) < before)
        with self._tracker.connect() as connection:
            senders = {str(sender) for sender in connection.scalars(quiet)}
        ours = {sender_of(one) for one in self._turns.ids()} if senders else set()
        for some in _portions(sorted(senders - ours)):
            self._empty_tracker(some)


def _portions(ids: list[str]) -> Iterator[list[str]]:
    """As many at a time as a database takes in one statement."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
