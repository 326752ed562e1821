"""Those who write to the account: which conversation is theirs, and what is erased with them.

The openid stays in the tables of WeChat; everything else knows a person by a random conversation id.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Engine, delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.wechat import allowance
from assistant.wechat.deliveries import ANSWERED
from assistant.wechat.inbound import Heard, Kind
from assistant.wechat.outbox import NOTICE, SERVICE, UNSETTLED
from assistant.wechat.tables import StoredDelivery, StoredKept, StoredNumber, StoredOutgoing, StoredPerson

AT_ONCE = 500  # people; as many as a database takes in one statement
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
        with Session(self._engine) as session, session.begin():
            whose = select(StoredPerson).where(StoredPerson.conversation_id.in_(conversation_ids))
            people = session.scalars(whose.with_for_update()).all()
            for person in people:
                asked = person.subscriptions.get("cases")
                person.subscriptions = {"cases": asked} if asked else {}
            self._erase_traces(session, [one.openid for one in people], conversation_ids)

    def purge(self, days: int) -> int:
        """Erase those who were not here for so many days and wait for no notice; gives how many."""
        before = self._clock() - dt.timedelta(days=days)
        notice = StoredOutgoing.kind == NOTICE, StoredOutgoing.state.in_(UNSETTLED)
        on_its_way = exists().where(StoredOutgoing.openid == StoredPerson.openid, *notice)
        with Session(self._engine) as session:
            silent = session.scalars(select(StoredPerson).where(StoredPerson.seen_at < before, ~on_its_way)).all()
            gone = [one for one in silent if not (one.subscribed and one.subscriptions.get("cases"))]
        for start in range(0, len(gone), AT_ONCE):
            self._purge(gone[start : start + AT_ONCE], before)
        with Session(self._engine) as session, session.begin():
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

    def _purge(self, gone: Sequence[StoredPerson], before: dt.datetime) -> None:
        openids = [one.openid for one in gone]
        with Session(self._engine) as session, session.begin():
            self._erase_traces(session, openids, [one.conversation_id for one in gone])
            session.execute(delete(StoredOutgoing).where(StoredOutgoing.openid.in_(openids)))
            still_gone = StoredPerson.openid.in_(openids), StoredPerson.seen_at < before
            session.execute(delete(StoredPerson).where(*still_gone))

    @staticmethod
    def _erase_traces(session: Session, openids: Collection[str], conversation_ids: Collection[str]) -> None:
        """Erase what was said and answered, but not notices of a case."""
        session.execute(delete(StoredKept).where(StoredKept.openid.in_(openids)))
        answers = StoredOutgoing.openid.in_(openids), StoredOutgoing.kind == SERVICE
        session.execute(delete(StoredOutgoing).where(*answers))
        # What is just being answered stays: its answer may be that all is erased.
        senders = (*openids, *conversation_ids)  # the webhook's deliveries bear the conversation
        answered = StoredDelivery.openid.in_(senders), StoredDelivery.state == ANSWERED
        session.execute(delete(StoredDelivery).where(*answered))
        session.execute(delete(StoredNumber).where(StoredNumber.conversation_id.in_(conversation_ids)))
