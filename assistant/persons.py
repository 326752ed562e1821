"""One person (本人): all that is kept of them, given out or erased at their wish (个人信息保护法 第四十五条、第四十七条).

Whoever asks is known by a telephone that they left, the openid of WeChat, the number of a conversation or of a case. What the
law or the city wants kept for a time (the file of a case, ten years from its closing) stays until then, without the telephone.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.cases.changing import day_of
from assistant.cases.keeping import KEPT_YEARS
from assistant.cases.keeping import Keeping as CaseKeeping
from assistant.cases.model import Actor, Case
from assistant.cases.states import Role
from assistant.cases.store import Cases
from assistant.cases.tables import StoredCase, StoredContact
from assistant.db import StoredChecklist, StoredConversation, StoredMessage, StoredState, StoredTurn, aware
from assistant.keeping import Keeping
from assistant.turnlog import TurnLog
from assistant.wechat.tables import StoredOutgoing, StoredPerson

BY = Actor("命令行", Role.HEAD)
_BESIDES_DIGITS = re.compile(r"[\s\-－—]")


@dataclass(frozen=True)
class Person:
    """Where somebody left something: conversations, WeChat, cases."""

    conversations: tuple[str, ...]
    openids: tuple[str, ...]
    cases: tuple[str, ...]

    @property
    def unknown(self) -> bool:
        """Whether nothing is kept of them."""
        return not (self.conversations or self.openids or self.cases)


@dataclass(frozen=True)
class Stays:
    """The file of a case that is kept on, without the contact: until when; None while the case is not closed."""

    case: str
    until: dt.date | None


class Persons:
    """What the database holds of persons."""

    def __init__(self, engine: Engine, cases: Cases, keeping: Keeping, case_keeping: CaseKeeping) -> None:
        self._engine = engine
        self._cases = cases
        self._keeping = keeping
        self._case_keeping = case_keeping
        self._turns = TurnLog(engine)

    def known_by(self, name: str) -> Person:
        """Whose telephone, openid, conversation or case this is."""
        name = name.strip()
        phone = _BESIDES_DIGITS.sub("", name)
        of_wechat = (StoredPerson.openid == name) | (StoredPerson.conversation_id == name)
        cases = select(StoredCase.number).join(StoredContact, StoredContact.case_id == StoredCase.id, isouter=True)
        with Session(self._engine) as session:
            people = session.scalars(select(StoredPerson).where(of_wechat)).all()
            conversations = [
                *(one.conversation_id for one in people),
                *session.scalars(select(StoredConversation.id).where(StoredConversation.id == name)),
                *session.scalars(select(StoredMessage.conversation_id).where(StoredMessage.phone == phone)),
                *session.scalars(select(StoredMessage.conversation_id).where(StoredMessage.conversation_id == name)),
            ]
            whose = (StoredContact.phone == phone) | (StoredCase.number == name)
            numbers = session.scalars(cases.where(whose, StoredCase.erased_at.is_(None)).order_by(StoredCase.id)).all()
        return Person(tuple(dict.fromkeys(conversations)), tuple(one.openid for one in people), tuple(numbers))

    def exported(self, person: Person) -> dict[str, Any]:
        """All of it in words that the person can read, as JSON has it."""
        lists = [token for one in person.conversations for token in self._turns.checklists(one)]
        with Session(self._engine) as session:

            def rows(table: Any, where: ColumnElement[bool]) -> list[Any]:
                return list(session.scalars(select(table).where(where)))

            def theirs(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
                return column.in_(person.conversations)

            return {
                "对话": [
                    {"编号": row.conversation_id, "时间": _at(row.at), "说的": row.said, "答的": row.turn}
                    for row in rows(StoredTurn, theirs(StoredTurn.conversation_id))
                ],
                "说过的情况": [row.slots for row in rows(StoredState, theirs(StoredState.conversation_id))],
                "留言": [
                    {"时间": _at(row.at), "留言": row.text, "电话": row.phone}
                    for row in rows(StoredMessage, theirs(StoredMessage.conversation_id))
                ],
                "清单": [row.body for row in rows(StoredChecklist, StoredChecklist.token.in_(lists))],
                "公众号": [
                    {"openid": row.openid, "最近一次": _at(row.seen_at), "订阅": row.subscriptions}
                    for row in rows(StoredPerson, StoredPerson.openid.in_(person.openids))
                ],
                "办件": [
                    file
                    for case in map(self._cases.find, person.cases)
                    for file in self._case_keeping.exported(case.enterprise.id)["档案"]
                    if file["办理"]["number"] == case.number
                ],
            }

    def erase(self, person: Person) -> tuple[Stays, ...]:
        """Erase all of it, checklists and Rasa's copy too; gives the files that have to stay for their time."""
        for conversation in person.conversations:
            self._keeping.erase(conversation, with_checklists=True)
        with Session(self._engine) as session, session.begin():
            for table in (StoredOutgoing, StoredPerson):
                session.execute(delete(table).where(table.openid.in_(person.openids)))
        over = self._case_keeping.due()
        stay = []
        for case in map(self._cases.find, person.cases):
            if case.number in over:
                self._case_keeping.erase(case.number, by=BY)
                continue
            if self._cases.contact(case.number) is not None:
                self._cases.change_contact(case.number, case.version, None, by=BY)
            stay.append(Stays(case.number, _until(case)))
        return tuple(stay)


def _until(case: Case) -> dt.date | None:
    """The last day on which the file is kept."""
    if case.closed_at is None:
        return None
    closed = day_of(case.closed_at)
    last = closed.year + KEPT_YEARS
    return closed.replace(year=last, day=28) if (closed.month, closed.day) == (2, 29) else closed.replace(year=last)


def _at(moment: dt.datetime) -> str:
    return aware(moment).astimezone().isoformat(timespec="seconds")
