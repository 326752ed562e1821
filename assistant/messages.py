"""Messages for the window (留言): a queue that staff work through; nothing is promised that nobody has confirmed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant import phrases
from assistant.db import StoredMessage, aware, lasting, now
from assistant.errors import NotFound, Refused
from assistant.text import MAX_LENGTH, cleaned, says_nothing

KEPT_DAYS = 90  # from the day it was left, answered or not
WAITING_AT_MOST = 5  # of one conversation
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}")
_BESIDES = re.compile(r"^\s*\+?86(?=[\s-]*1)|[\s()（）—-]")


@dataclass(frozen=True)
class Message:
    """One message in the queue."""

    id: int
    text: str
    phone: str | None
    checklist: str | None  # the token of the conversation's checklist
    at: dt.datetime
    done_at: dt.datetime | None


class Messages:
    """The queue in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def leave(self, conversation_id: str, text: str, phone: str, *, consent: bool, checklist: str | None) -> Message:
        """Put a message into the queue (once, however often it is sent); Refused with a kind sentence where it will not do."""
        said, number = _fit(text, phone, consent)
        mine = select(StoredMessage).where(
            StoredMessage.conversation_id == conversation_id, StoredMessage.done_at.is_(None)
        )
        with Session(self._engine) as session, session.begin():
            lasting(session)
            waiting = session.scalars(mine).all()
            same = next((one for one in waiting if (one.text, one.phone) == (said, number)), None)
            if same is not None:
                return _message(same)
            if len(waiting) >= WAITING_AT_MOST:
                raise Refused(phrases.MESSAGE_MANY)
            new = StoredMessage(conversation_id=conversation_id, text=said, phone=number, checklist=checklist, at=now())
            session.add(new)
            session.flush()
            return _message(new)

    def waiting(self) -> list[Message]:
        """What nobody has dealt with yet, oldest first."""
        query = select(StoredMessage).where(StoredMessage.done_at.is_(None)).order_by(StoredMessage.id)
        with Session(self._engine) as session:
            return [_message(one) for one in session.scalars(query)]

    def done(self, number: int) -> Message:
        """Mark a message as dealt with; NotFound where there is none of that number."""
        with Session(self._engine) as session, session.begin():
            found = session.get(StoredMessage, number)
            if found is None:
                raise NotFound(f"没有 {number} 号留言")
            found.done_at = found.done_at or now()
            return _message(found)

    def forget(self, *conversation_ids: str) -> None:
        """Erase the messages of these conversations."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredMessage).where(StoredMessage.conversation_id.in_(conversation_ids)))

    def purge(self) -> None:
        """Erase what is older than people were told it would be kept."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredMessage).where(StoredMessage.at < now() - dt.timedelta(days=KEPT_DAYS)))


def _fit(text: str, phone: str, consent: bool) -> tuple[str, str | None]:
    """The words and the telephone number in one spelling; Refused where they cannot be taken."""
    said = cleaned(text)
    if says_nothing(said):
        raise Refused(phrases.MESSAGE_EMPTY)
    if len(said) > MAX_LENGTH:
        raise Refused(phrases.MESSAGE_TOO_LONG)
    number = _BESIDES.sub("", cleaned(phone))
    if number and not _PHONE.fullmatch(number):
        raise Refused(phrases.MESSAGE_PHONE)
    if number and not consent:
        raise Refused(phrases.MESSAGE_CONSENT)
    return said, number or None


def _message(stored: StoredMessage) -> Message:
    done = aware(stored.done_at) if stored.done_at else None
    return Message(stored.id, stored.text, stored.phone, stored.checklist, aware(stored.at), done)
