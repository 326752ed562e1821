"""The inbox: messages that people left and facts that they say are wrong, as whoever works through them sees them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.db import StoredMessage, aware, now
from assistant.errors import NotFound
from assistant.staff.audit import Audit
from assistant.wrong_facts import FAULTS, StoredWrongFact

Kind = type[StoredMessage] | type[StoredWrongFact]
SHOWN = 200  # of what is done; what waits is shown in full
_NUMBERS = re.compile(r"(?<!\d)\d{6,}[\dXx]")  # telephone, identity, card; no year, no amount


@dataclass(frozen=True)
class Message:
    """A message (留言) that somebody left."""

    id: int
    text: str
    phone: str | None
    checklist: str | None  # the token of the list that goes with it
    at: dt.datetime
    done_at: dt.datetime | None
    done_by: str = ""

    @property
    def excerpt(self) -> str:
        """Its first words; numbers by which a person could be found are covered."""
        said = covered(self.text)
        return said if len(said) <= 60 else f"{said[:58]}……"

    @property
    def phone_covered(self) -> str:
        """The telephone as it may stand in a list."""
        return covered(self.phone or "")


@dataclass(frozen=True)
class Report:
    """A report (纠错) that a fact is wrong."""

    id: int
    guide: str
    name: str
    place: str
    fact: str
    shown: str
    fault: str  # in words
    words: str
    times: int
    at: dt.datetime
    done_at: dt.datetime | None
    done_by: str = ""


class Inbox:
    """Both queues in the database; who did what stands in the log."""

    def __init__(self, engine: Engine, audit: Audit) -> None:
        self._engine = engine
        self._audit = audit

    def waiting(self) -> tuple[int, int]:
        """How many messages and how many reports nobody has dealt with."""
        with Session(self._engine) as session:
            return _count(session, StoredMessage.done_at), _count(session, StoredWrongFact.done_at)

    def messages(self, *, done: bool = False) -> list[Message]:
        """The messages that wait, oldest first; or those that are done, newest first."""
        query = select(StoredMessage).where(_half(StoredMessage.done_at, done=done))
        query = query.order_by(StoredMessage.id.desc()).limit(SHOWN) if done else query.order_by(StoredMessage.id)
        with Session(self._engine) as session:
            return [_message(one) for one in session.scalars(query)]

    def reports(self, *, done: bool = False) -> list[Report]:
        """The reports that wait, oldest first; or those that are checked, newest first."""
        query = select(StoredWrongFact).where(_half(StoredWrongFact.done_at, done=done))
        query = query.order_by(StoredWrongFact.id.desc()).limit(SHOWN) if done else query.order_by(StoredWrongFact.id)
        with Session(self._engine) as session:
            return [_report(one) for one in session.scalars(query)]

    def message(self, number: int) -> Message:
        """One message, with who dealt with it; NotFound where there is none."""
        with Session(self._engine) as session:
            stored = session.get(StoredMessage, number)
            if stored is None:
                raise NotFound(f"没有 {number} 号留言，可能到期删了。")
            return _message(stored, self._by("message_done", number) if stored.done_at else "")

    def report(self, number: int) -> Report:
        """One report, with who checked it; NotFound where there is none."""
        with Session(self._engine) as session:
            stored = session.get(StoredWrongFact, number)
            if stored is None:
                raise NotFound(f"没有 {number} 号纠错，可能到期删了。")
            return _report(stored, self._by("report_done", number) if stored.done_at else "")

    def matching(self, words: str, limit: int = 4) -> list[Message]:
        """The messages with this number, this end of a telephone or these words, those that wait first."""
        conditions = [StoredMessage.text.contains(words, autoescape=True)]
        if words.isascii() and words.isdigit():
            conditions = [StoredMessage.phone.endswith(words)] if len(words) >= 4 else []
            conditions += [StoredMessage.id == int(words)] if len(words) < 10 else []
        query = (
            select(StoredMessage).where(or_(*conditions)).order_by(StoredMessage.done_at.is_not(None), StoredMessage.id)
        )
        with Session(self._engine) as session:
            return [_message(one) for one in session.scalars(query.limit(limit))]

    def settle_message(self, number: int, who: str, *, done: bool) -> None:
        """Dealt with, or to be dealt with again; whoever comes second changes nothing."""
        if self._settle(StoredMessage, number, "没有这条留言，可能到期删了。", done=done):
            self._audit.note(who, "message_done" if done else "message_again", str(number))

    def settle_report(self, number: int, who: str, *, done: bool) -> None:
        """Checked, or to be checked again; whoever comes second changes nothing."""
        if self._settle(StoredWrongFact, number, "没有这条纠错，可能到期删了。", done=done):
            self._audit.note(who, "report_done" if done else "report_again", str(number))

    def _settle(self, kind: Kind, number: int, missing: str, *, done: bool) -> bool:
        """Whether this made the difference."""
        before = kind.done_at.is_(None) if done else kind.done_at.is_not(None)
        change = update(kind).where(kind.id == number, before).values(done_at=now() if done else None)
        with Session(self._engine) as session, session.begin():
            made = session.execute(change.returning(kind.id)).first() is not None
            if not made and session.get(kind, number) is None:
                raise NotFound(missing)
        return made

    def _by(self, what: str, number: int) -> str:
        deed = self._audit.last(what, str(number))
        return deed.who if deed else ""


def covered(text: str) -> str:
    """The text with the middle of every long number covered."""
    return _NUMBERS.sub(lambda found: f"{found[0][:3] if len(found[0]) > 10 else ''}****{found[0][-4:]}", text)


def _count(session: Session, done_at: InstrumentedAttribute[dt.datetime | None]) -> int:
    return session.scalar(select(func.count()).where(done_at.is_(None))) or 0


def _half(done_at: InstrumentedAttribute[dt.datetime | None], *, done: bool) -> ColumnElement[bool]:
    return done_at.is_not(None) if done else done_at.is_(None)


def _message(stored: StoredMessage, by: str = "") -> Message:
    done = aware(stored.done_at) if stored.done_at else None
    return Message(stored.id, stored.text, stored.phone, stored.checklist, aware(stored.at), done, by)


def _report(stored: StoredWrongFact, by: str = "") -> Report:
    return Report(
        stored.id,
        stored.guide,
        stored.name,
        stored.place,
        stored.fact,
        stored.shown,
        FAULTS.get(stored.fault, stored.fault),
        stored.words,
        stored.times,
        aware(stored.at),
        aware(stored.done_at) if stored.done_at else None,
        by,
    )
