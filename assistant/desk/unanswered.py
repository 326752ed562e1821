"""Questions without answer (没答上的): what people asked and we did not know, asked back on, or were told was wrong.

Read from the log of the conversations, which is erased in its time; grouped by meaning, with nothing that tells of a
person. What an editor did with a question is kept; asked again after that, it comes again, unless it is to be ignored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant import phrases
from assistant.db import StoredTurn, aware, now
from assistant.desk.fact_tables import StoredSettled
from assistant.desk.grouping import groups
from assistant.desk.keeping import keeping
from assistant.desk.masking import masked
from assistant.errors import NotFound, Refused
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.finder import Finder
from assistant.text import compact, says_nothing

DAYS = 30
MOST = 800  # different questions, those asked most often first
LONGEST = 120  # characters of a question that are looked at
AT_ONCE = 500
_NOT_THAT = re.compile(
    r"^(?:不是|不对|错了|答错|说错|弄错|搞错|听错|理解错|不是这[个样意]|没问这个|不是问这个|答非所问|驴唇不对马嘴)|"
    r"(?:说的不对|答的不对|不是我问的|不是我要的|跟我问的不一样|我问的不是)"
)
SHORT = 14  # characters: 不对 alone, or 不对，我问的是别的; longer, it is a question of its own


class Why(StrEnum):
    """Why a question stands here."""

    UNKNOWN = "unknown"
    ASKED_BACK = "asked_back"
    UNHEARD = "unheard"  # something that sounds like a licence, and we said that it is not on the list
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return {
            "unknown": "没听懂",
            "asked_back": "反问了",
            "unheard": "说清单上没有",
            "wrong": "说我们答错了",
        }[self]


class Step(StrEnum):
    """What an editor does with a question."""

    ALIAS = "alias"
    SAMPLE = "sample"
    REDIRECT = "redirect"
    GUIDE = "guide"
    IGNORE = "ignore"

    @property
    def label(self) -> str:
        """The step in Chinese."""
        return {
            "alias": "加了叫法",
            "sample": "加了问法",
            "redirect": "指到别处",
            "guide": "新写指南",
            "ignore": "不用管",
        }[self]


_BY_STATUS = {"unknown": Why.UNKNOWN, "needs_choice": Why.ASKED_BACK}


@dataclass(frozen=True)
class Question:
    """The same words, however often they were asked."""

    text: str
    times: int
    why: tuple[tuple[Why, int], ...]
    last: dt.datetime

    @property
    def key(self) -> str:
        """What names these words."""
        return key_of(self.text)


@dataclass(frozen=True)
class Group:
    """Questions that mean the same, the commonest first."""

    questions: tuple[Question, ...]

    @property
    def key(self) -> str:
        """The key of its commonest question."""
        return self.questions[0].key

    @property
    def text(self) -> str:
        """Its commonest question."""
        return self.questions[0].text

    @property
    def times(self) -> int:
        """How often something of it was asked."""
        return sum(one.times for one in self.questions)

    @property
    def last(self) -> dt.datetime:
        """When it was asked last."""
        return max(one.last for one in self.questions)

    @property
    def why(self) -> dict[Why, int]:
        """How often for which reason, the commonest first."""
        counted: Counter[Why] = Counter()
        for one in self.questions:
            counted.update(dict(one.why))
        return dict(counted.most_common())


@dataclass(frozen=True)
class Settled:
    """What was done with a question."""

    text: str
    step: Step
    about: str
    reason: str
    draft: int | None
    who: str
    at: dt.datetime

    @property
    def key(self) -> str:
        """What names the question."""
        return key_of(self.text)


class Unanswered:
    """The questions without answer in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def questions(self, since: dt.datetime | None = None) -> list[Question]:
        """Those that wait, asked most often first."""
        begin = since or now() - dt.timedelta(days=DAYS)
        settled = {key_of(one.text): one for one in self.settled()}
        asked: dict[str, Question] = {}
        for text, why, at in self._asked(begin):
            done = settled.get(key_of(text))
            if done and (done.step is Step.IGNORE or at <= done.at):
                continue
            known = asked.get(key_of(text)) or Question(text, 0, (), at)
            counted = Counter(dict(known.why))
            counted[why] += 1
            asked[known.key] = replace(
                known, times=known.times + 1, why=tuple(counted.most_common()), last=max(known.last, at)
            )
        return sorted(asked.values(), key=lambda one: (-one.times, one.text.isascii(), one.text))[:MOST]

    def groups(self, finder: Finder, encoder: Encoder | None, since: dt.datetime | None = None) -> list[Group]:
        """The same by meaning, the largest group first; what is typed in pinyin goes with what it spells."""
        questions = self.questions(since)
        found = groups([finder.written_out(one.text) for one in questions], encoder)
        whole = [Group(tuple(questions[number] for number in group)) for group in found]
        return sorted(whole, key=lambda group: (-group.times, group.text))

    def settle(
        self,
        questions: Iterable[Question],
        step: Step,
        who: str,
        *,
        about: str = "",
        reason: str = "",
        draft: int | None = None,
    ) -> None:
        """These are dealt with."""
        if step is Step.IGNORE and not reason.strip():
            raise Refused("请写一句为什么不用管，以后的人好知道。")
        with keeping(self._engine) as session:
            for one in questions:
                row = StoredSettled(key=one.key, text=one.text, step=step, about=about, draft=draft, at=now())
                row.reason, row.who = reason.strip()[:300], who
                session.merge(row)

    def settled(self, limit: int | None = None) -> list[Settled]:
        """What was done, the latest first."""
        query = select(StoredSettled).order_by(StoredSettled.at.desc(), StoredSettled.key).limit(limit)
        with Session(self._engine) as session:
            return [
                Settled(one.text, Step(one.step), one.about, one.reason, one.draft, one.who, aware(one.at))
                for one in session.scalars(query)
            ]

    def again(self, key: str) -> None:
        """Back among those that wait."""
        with keeping(self._engine) as session:
            if session.get(StoredSettled, key) is None:
                raise NotFound("这一条没有处理过，或者已经放回去了。")
            session.execute(delete(StoredSettled).where(StoredSettled.key == key))

    def _asked(self, begin: dt.datetime) -> Iterator[tuple[str, Why, dt.datetime]]:
        """Every question without answer since a moment, masked, with the reason."""
        query = (
            select(StoredTurn.conversation_id, StoredTurn.said, StoredTurn.status, StoredTurn.turn, StoredTurn.at)
            .where(StoredTurn.at >= begin)
            .order_by(StoredTurn.conversation_id, StoredTurn.id)
        )
        with Session(self._engine) as session:
            rows = session.execute(query.execution_options(yield_per=AT_ONCE))
            for _, conversation in groupby(rows, key=lambda row: row[0]):
                yield from _without_answer(
                    [(said, status, turn, aware(at)) for _, said, status, turn, at in conversation]
                )


Row = tuple[str, str, dict[str, Any], dt.datetime]


def _without_answer(conversation: list[Row]) -> Iterator[tuple[str, Why, dt.datetime]]:
    """What was typed in one conversation and not answered; what was tapped is no question."""
    offered: set[str] = set()
    answered: tuple[str, dt.datetime] | None = None
    for said, status, turn, at in conversation:
        typed = None if said in offered else _typed(said)
        if answered and len(said) <= SHORT and _NOT_THAT.search(said):
            yield answered[0], Why.WRONG, answered[1]
        elif typed and (why := _why(status, turn)):
            yield typed, why, at
        answered = (typed, at) if typed and status == "answered" else None
        offered = {choice["label"] for card in turn.get("cards") or () for choice in card.get("choices") or ()}


def _why(status: str, turn: dict[str, Any]) -> Why | None:
    """Why a turn is no answer; None where it is one."""
    if status == "out_of_scope":
        sections = (section for card in turn.get("cards") or () for section in card.get("sections") or ())
        told = {line["text"] for section in sections for line in section["lines"]}
        return Why.UNHEARD if phrases.UNHEARD in told else None
    return _BY_STATUS.get(status)


def _typed(said: str) -> str | None:
    """A question as it may be shown; None where there is nothing to read."""
    words = masked(said[:LONGEST])
    return None if says_nothing(words) or len(compact(words)) < 2 else words


def key_of(text: str) -> str:
    """What names a question, however it is punctuated."""
    return hashlib.sha256(compact(text).encode("utf-8", "surrogatepass")).hexdigest()
