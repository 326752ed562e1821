"""Fact checks (部门核对): by a link without an account a department says of each of its facts whether it is right.

A key of 256 random bits, of which only the digest is kept, stands for a signature; it leads to the facts of one
department, for a while. What is answered changes nothing until an editor takes it over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.annex.privacy import LeftOut, office_of, scrubbed
from assistant.db import aware, now
from assistant.desk.fact_tables import StoredFactAnswer, StoredFactLink
from assistant.desk.facts import Fact
from assistant.desk.keeping import keeping
from assistant.errors import NotFound, Refused
from assistant.keys import digest_of, new_key
from assistant.text import cleaned

GOOD_FOR = dt.timedelta(days=30)
LONGEST = 300
GONE = "这个链接不对或者过期了，请向政务服务窗口再要一个。"
_KEY = re.compile(r"[\w-]{43}")


class Verdict(StrEnum):
    """What a department says of a fact."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The same in Chinese."""
        return {"right": "对", "wrong": "不对，应该是", "unknown": "不清楚"}[self]


TAKEN, REFUSED = "taken", "refused"


@dataclass(frozen=True)
class Link:
    """Whose facts a key leads to, and until when."""

    digest: str
    department: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class Answer:
    """What a department says of one fact."""

    id: int
    department: str
    fact: str  # its key
    name: str
    label: str
    shown: str
    verdict: Verdict
    words: str
    office: str
    at: dt.datetime
    outcome: str = ""


class FactChecks:
    """The links and the answers in the database."""

    def __init__(
        self, engine: Engine, good_for: dt.timedelta = GOOD_FOR, clock: Callable[[], dt.datetime] = now
    ) -> None:
        self._engine, self._good_for, self._clock = engine, good_for, clock

    def make(self, department: str, by: str) -> str:
        """A key for the facts of a department; earlier ones go on working, as they may be on a letter in the post."""
        key, at = new_key(), self._clock()
        row = StoredFactLink(
            digest=digest_of(key), department=department, made_by=by, made_at=at, expires_at=at + self._good_for
        )
        with keeping(self._engine) as session:
            session.add(row)
        return key

    def open(self, key: str) -> Link:
        """Where a key leads; NotFound where it is wrong, too old or taken back."""
        with Session(self._engine) as session:
            row = session.get(StoredFactLink, digest_of(key)) if _KEY.fullmatch(key) else None
            if row is None or aware(row.expires_at) <= self._clock():
                raise NotFound(GONE)
            return Link(row.digest, row.department, aware(row.expires_at))

    def take_back(self, department: str) -> None:
        """No key of a department leads anywhere any more; what was answered stays."""
        with keeping(self._engine) as session:
            for row in session.scalars(select(StoredFactLink).filter_by(department=department)):
                row.expires_at = min(aware(row.expires_at), self._clock())

    def answer(self, key: str, fact: Fact, verdict: Verdict, words: str, office: str) -> None:
        """What is said of a fact, in the place of what was said before; Refused with a kind sentence where it will not do."""
        link = self.open(key)
        by, said = _office(office), _words(fact, verdict, words)
        try:
            self._keep(link, fact, verdict, said, by)
        except IntegrityError:  # the button pressed twice: the row is there now
            self._keep(link, fact, verdict, said, by)

    def _keep(self, link: Link, fact: Fact, verdict: Verdict, said: str, by: str) -> None:
        with keeping(self._engine) as session:
            same = select(StoredFactAnswer).filter_by(link=link.digest, fact=fact.key)
            row = session.scalars(same).first()
            if row is None:
                row = StoredFactAnswer(link=link.digest, department=link.department, fact=fact.key)
                row.settled_by = row.outcome = ""
                session.add(row)
            if row.settled_at is not None:
                raise Refused(f"“{fact.label}”编辑已经看过了，要改请打电话给我们。")
            row.name, row.label, row.shown = fact.name, fact.label, fact.shown
            row.verdict, row.words, row.office, row.at = verdict, said, by, self._clock()

    def said(self, key: str) -> dict[str, Answer]:
        """What was answered by a key, by fact."""
        query = select(StoredFactAnswer).filter_by(link=self.open(key).digest).order_by(StoredFactAnswer.id)
        with Session(self._engine) as session:
            return {row.fact: _answer(row) for row in session.scalars(query)}

    def waiting(self, department: str | None = None) -> list[Answer]:
        """What no editor has looked at, oldest first."""
        query = select(StoredFactAnswer).where(StoredFactAnswer.settled_at.is_(None)).order_by(StoredFactAnswer.id)
        if department:
            query = query.where(StoredFactAnswer.department == department)
        with Session(self._engine) as session:
            return [_answer(row) for row in session.scalars(query)]

    def find(self, numbers: Sequence[int]) -> list[Answer]:
        """These answers, as long as they wait."""
        query = select(StoredFactAnswer).where(StoredFactAnswer.id.in_(numbers), StoredFactAnswer.settled_at.is_(None))
        with Session(self._engine) as session:
            return [_answer(row) for row in session.scalars(query.order_by(StoredFactAnswer.id))]

    def settle(self, numbers: Sequence[int], who: str, outcome: str) -> None:
        """Looked at; whoever comes second changes nothing."""
        with keeping(self._engine) as session:
            query = select(StoredFactAnswer).where(StoredFactAnswer.id.in_(numbers))
            for row in session.scalars(query.where(StoredFactAnswer.settled_at.is_(None))):
                row.settled_at, row.settled_by, row.outcome = self._clock(), who, outcome


def _office(office: str) -> str:
    """The name of an office; a person is none."""
    found = office_of(cleaned(office)[:60], [], LeftOut())
    if found is None:
        raise Refused("请写是哪个科室核的（比如“审批科”），不写人名。")
    return found


def _words(fact: Fact, verdict: Verdict, words: str) -> str:
    """What it should be, without what tells of a person."""
    said = cleaned(words)
    if len(said) > LONGEST:
        raise Refused(f"“{fact.label}”写得太长了，最多 {LONGEST} 个字。")
    kept = scrubbed(said, LeftOut())
    kept += "。" if kept and said.endswith("。") else ""
    if said and not kept:
        raise Refused(f"“{fact.label}”写的像是个人的姓名、手机号，请写科室和座机。")
    if verdict is Verdict.WRONG and not kept:
        raise Refused(f"“{fact.label}”选了“不对”，请写上应该是什么。")
    return kept


def _answer(row: StoredFactAnswer) -> Answer:
    return Answer(
        row.id,
        row.department,
        row.fact,
        row.name,
        row.label,
        row.shown,
        Verdict(row.verdict),
        row.words,
        row.office,
        aware(row.at),
        row.outcome,
    )
