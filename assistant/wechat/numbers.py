"""The numbers under which choices were shown: they run on through a conversation, so that an old one still leads to its choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.cards import Choice
from assistant.db import aware, now
from assistant.text import compact
from assistant.wechat.number_words import named_numbers
from assistant.wechat.tables import StoredNumber

LAST = 99  # after which numbers begin again at 1
KEPT_MESSAGES = 10  # no number of these is given again
_TRIES = 20  # each is lost to somebody else's, so that there is always one who goes on


class NumberBook:
    """The numbers of all conversations, in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, conversation: str, choices: Sequence[Choice]) -> list[int]:
        """Numbers for the choices of one message: they go on where the last message ended."""
        for left in reversed(range(_TRIES)):
            try:
                return self._given(conversation, choices) if choices else []
            except IntegrityError:  # another process has just given these numbers
                if not left:
                    raise
        return []

    def means(self, conversation: str, text: str) -> str | None:
        """The payload of the choice that a message names by its number or its words; None where it names no single one."""
        lists = self._lists(conversation)
        if chosen := _chosen(lists, text):
            return chosen[0].payload if len(chosen) == 1 else None
        said = compact(text)
        worded = [row for rows in lists[:1] for row in rows if said and said == compact(row.label)]
        copied = [row for rows in lists for row in rows if said == compact(f"{row.number}{row.label}")]
        found = copied or worded
        return found[0].payload if len(found) == 1 else None

    def in_words(self, conversation: str, text: str) -> str:
        """A message with the words of the choices in place of several numbers: 1、3 as the first and the third licence."""
        chosen = _chosen(self._lists(conversation), text)
        return "、".join(row.label for row in chosen) or text

    def _given(self, conversation: str, choices: Sequence[Choice]) -> list[int]:
        lists = self._lists(conversation)
        recent = {row.number for rows in lists[:KEPT_MESSAGES] for row in rows}
        first = first_number(len(choices), lists[0][-1].number if lists else 0, recent)
        numbers = list(range(first, first + len(choices)))
        of_this = StoredNumber.conversation_id == conversation
        at = now()
        with Session(self._engine) as session, session.begin():
            if lists:
                read = aware(lists[0][0].at)
                at = max(at, read + dt.timedelta(microseconds=1))
                # What came since stays, and is in our way.
                old = StoredNumber.number.in_(numbers), StoredNumber.at <= read
                session.execute(delete(StoredNumber).where(of_this, *old))
            session.add_all(
                StoredNumber(conversation_id=conversation, number=number, payload=one.payload, label=one.label, at=at)
                for number, one in zip(numbers, choices, strict=True)
            )
        return numbers

    def _lists(self, conversation: str) -> list[list[StoredNumber]]:
        """The numbers by the message that gave them, the latest first, each list ascending."""
        query = select(StoredNumber).where(StoredNumber.conversation_id == conversation).order_by(StoredNumber.number)
        lists: dict[dt.datetime, list[StoredNumber]] = {}
        with Session(self._engine) as session:
            for row in session.scalars(query):
                lists.setdefault(row.at, []).append(row)
        return [lists[at] for at in sorted(lists, reverse=True)]


def first_number(count: int, last: int, recent: Collection[int]) -> int:
    """Where a list of so many begins: after the last one, again at 1 past 99, and never among the recent ones."""
    for first in (last + 1, 1):
        numbers = range(first, first + count)
        if numbers[-1] <= LAST and not any(number in recent for number in numbers):
            return first
    return max((last, *recent)) + 1


def _chosen(lists: Sequence[Sequence[StoredNumber]], text: str) -> tuple[StoredNumber, ...]:
    """The choices of a message that is nothing but numbers; none where one of them was never given."""
    known = {row.number: row for rows in lists for row in rows}
    latest = lists[0] if lists else ()
    found: dict[int, StoredNumber] = {}
    for named in named_numbers(text):
        in_latest = any(row.number == named.number for row in latest)
        if named.nth and not in_latest and 0 < named.number <= len(latest):
            row: StoredNumber | None = latest[named.number - 1]  # 第二个 of a list that begins at 5 is a 6
        else:
            row = known.get(named.number)
        if row is None:
            return ()
        found[row.number] = row
    return tuple(found.values())
