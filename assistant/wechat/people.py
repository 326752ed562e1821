"""Those who write to the account: which conversation is theirs, and what is erased with them.

The openid stays in the tables of WeChat; everything else knows a person by a random conversation id.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.wechat import allowance
from assistant.wechat.deliveries import WORKING
from assistant.wechat.inbound import Heard, Kind
from assistant.wechat.tables import StoredDelivery, StoredKept, StoredNumber, StoredOutgoing, StoredPerson

_OPENS: dict[Kind, allowance.Kind | None] = {
    Kind.FOLLOWED: "follow",
    Kind.TAPPED: "menu",
    Kind.CHOSE: "menu",
    Kind.SCANNED: "scan",
    Kind.LEFT: None,
    Kind.SILENT: None,
}


def after(kind: Kind) -> int:
    """How many messages may be sent to whoever did this, besides the reply."""
    opens = _OPENS.get(kind, "message")
    return 0 if opens is None else allowance.AFTER_A_MESSAGE if opens == "message" else allowance.AFTER_A_TAP


class People:
    """The people in the database."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = now) -> None:
        self._engine = engine
        self._clock = clock

    def meet(self, heard: Heard) -> str:
        """The conversation of whoever sent this, a new one for somebody new; notes that they were here."""
        try:
            return self._meet(heard)
        except IntegrityError:  # two messages of somebody new came at once
            return self._meet(heard)

    def openid(self, conversation_id: str) -> str | None:
        """Whose conversation this is; None where it is not one of WeChat, or erased."""
        with Session(self._engine) as session:
            return session.scalar(select(StoredPerson.openid).filter_by(conversation_id=conversation_id))

    def forget(self, *conversation_ids: str) -> None:
        """Erase what is kept of these conversations; who asked for notices of a case is still told."""
        with Session(self._engine) as session:
            whose = select(StoredPerson.openid).where(StoredPerson.conversation_id.in_(conversation_ids))
            openids = session.scalars(whose).all()
        self._erase_traces(openids, conversation_ids)

    def purge(self, days: int) -> int:
        """Erase those who were not here for so many days and wait for no notice; gives how many."""
        before = self._clock() - dt.timedelta(days=days)
        with Session(self._engine) as session:
            silent = session.scalars(select(StoredPerson).where(StoredPerson.seen_at < before)).all()
            gone = [one for one in silent if not (one.subscribed and one.subscriptions.get("cases"))]
        self._erase_traces([one.openid for one in gone], [one.conversation_id for one in gone])
        with Session(self._engine) as session, session.begin():
            still_gone = StoredPerson.openid.in_([one.openid for one in gone]), StoredPerson.seen_at < before
            session.execute(delete(StoredPerson).where(*still_gone))
            session.execute(delete(StoredKept).where(StoredKept.at < before))
            session.execute(delete(StoredNumber).where(StoredNumber.at < before))
        return len(gone)

    def _meet(self, heard: Heard) -> str:
        at = self._clock()
        with Session(self._engine) as session, session.begin():
            person = session.get(StoredPerson, heard.openid, with_for_update=True)
            if person is None:
                person = StoredPerson(openid=heard.openid, conversation_id=f"wx-{secrets.token_urlsafe(18)}")
                person.left = person.taps_left = 0
                person.seen_at, person.subscribed, person.subscriptions = at, True, {}
                session.add(person)
            if heard.kind is not Kind.SILENT:
                person.seen_at, person.subscribed = at, heard.kind is not Kind.LEFT
            opens = _OPENS.get(heard.kind, "message")
            if opens:
                allowance.heard(person, opens, at)
            return person.conversation_id

    def _erase_traces(self, openids: Collection[str], conversation_ids: Collection[str]) -> None:
        with Session(self._engine) as session, session.begin():
            for table in (StoredKept, StoredOutgoing):
                session.execute(delete(table).where(table.openid.in_(openids)))
            # What is just being answered stays: its answer may be that all is erased.
            senders = (*openids, *conversation_ids)  # the webhook's deliveries bear the conversation
            answered = StoredDelivery.openid.in_(senders), StoredDelivery.state != WORKING
            session.execute(delete(StoredDelivery).where(*answered))
            session.execute(delete(StoredNumber).where(StoredNumber.conversation_id.in_(conversation_ids)))
