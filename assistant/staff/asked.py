"""What people asked the conversation: what it could not answer, which 待核 facts they were shown.

Conversations are erased after their time, so each day is counted once it is over: numbers by guide and section, no words of
anybody. The words of a question without an answer are there only as long as its conversation is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import StoredTurn, aware, now
from assistant.staff.tables import StoredAsked
from assistant.timezone import CHINA

AT_ONCE = 500  # rows read at a time
COUNTED, UNANSWERED, OPEN_FACT = "counted", "unanswered", "to_check"
_ONE_DAY = dt.timedelta(days=1)
_NUMBER = re.compile(r"\d{6,}[\dXx]?")  # a telephone, an identity card: nobody needs it in a meeting


@dataclass
class Asked:
    """What was asked in some days."""

    unanswered: int = 0
    open_facts: Counter[str] = field(default_factory=Counter)  # guide：section → how often something 待核 was shown
    questions: Counter[str] = field(default_factory=Counter)  # in words, without numbers of persons

    def heard(self, said: str, status: str, turn: dict[str, object]) -> None:
        """Count one message and its answer."""
        if status == "unknown" and said.strip():
            self.unanswered += 1
            self.questions[_NUMBER.sub("［号码］", said.strip())[:60]] += 1
        self.open_facts.update(_open_facts(turn))


def asked(engine: Engine, first: dt.date, last: dt.date) -> Asked:
    """What was asked in a period: the days that are counted as they were, the others as the conversations have them."""
    found = Asked()
    within = StoredAsked.day.between(first, last)
    with Session(engine) as session:
        rows = session.execute(select(StoredAsked.kind, StoredAsked.what, StoredAsked.times).where(within)).all()
        counted = _counted(session, within)
        for said, status, turn, at in _turns(session, first, last):
            one = Asked()
            one.heard(said, status, turn)
            found.questions += one.questions
            if _day(at) not in counted:
                found.unanswered += one.unanswered
                found.open_facts += one.open_facts
    for kind, what, times in rows:
        if kind == UNANSWERED:
            found.unanswered += times
        elif kind == OPEN_FACT:
            found.open_facts[what] += times
    return found


def count_days(engine: Engine) -> int:
    """Count each day that is over and not counted yet, before its conversations are erased; gives how many days."""
    yesterday = _day(now()) - _ONE_DAY
    with Session(engine) as session:
        begun = session.scalar(select(func.min(StoredTurn.at)))
        counted = _counted(session, StoredAsked.day <= yesterday)
    first = _day(begun) if begun else yesterday + _ONE_DAY
    days = [first + n * _ONE_DAY for n in range((yesterday - first).days + 1)]
    return sum(_count(engine, day) for day in days if day not in counted)


def _count(engine: Engine, day: dt.date) -> bool:
    """Whether it was this process that counted the day."""
    try:
        with Session(engine) as session, session.begin():
            session.add(StoredAsked(day=day, kind=COUNTED, what="", times=1))
            session.flush()  # of several processes one goes on from here
            found = Asked()
            for said, status, turn, _ in _turns(session, day, day):
                found.heard(said, status, turn)
            session.add(StoredAsked(day=day, kind=UNANSWERED, what="", times=found.unanswered))
            session.add_all(
                StoredAsked(day=day, kind=OPEN_FACT, what=what, times=times) for what, times in found.open_facts.items()
            )
    except IntegrityError:
        return False
    return True


def _counted(session: Session, within: ColumnElement[bool]) -> set[dt.date]:
    return set(session.scalars(select(StoredAsked.day).where(within, StoredAsked.kind == COUNTED)))


def _turns(
    session: Session, first: dt.date, last: dt.date
) -> Iterable[tuple[str, str, dict[str, object], dt.datetime]]:
    begin, end = _midnight(first), _midnight(last + _ONE_DAY)
    query = select(StoredTurn.said, StoredTurn.status, StoredTurn.turn, StoredTurn.at)
    within = query.where(StoredTurn.at >= begin, StoredTurn.at < end)
    yield from session.execute(within.execution_options(yield_per=AT_ONCE))


def _midnight(day: dt.date) -> dt.datetime:
    """When a day begins in China."""
    return dt.datetime.combine(day, dt.time.min, CHINA).astimezone(dt.UTC)


def _day(moment: dt.datetime) -> dt.date:
    return aware(moment).astimezone(CHINA).date()


def _open_facts(turn: dict[str, object]) -> set[str]:
    """Of which guide and in which section something 待核 was shown; once for each answer."""
    cards = turn.get("cards") or []
    assert isinstance(cards, list)
    return {
        f"{card['item']['name']}：{section.get('heading') or '说明'}"[:200]
        for card in cards
        if card.get("item")
        for section in card.get("sections", ())
        if any(line.get("tag") == "待核" for line in section.get("lines", ()))
    }
