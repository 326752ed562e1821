"""Facts that ask to be checked (该核了): nobody ever confirmed them, it is half a year ago, or their guide is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.desk.fact_tables import StoredFactAnswer, StoredFactLink
from assistant.desk.facts import QUESTION, Fact, of_department
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from assistant.render.paper import TOO_OLD

NEVER, OLD, DUE, ASKED = "还没核过", "上次核过了半年", "复核期限到了", "编辑想问"


@dataclass(frozen=True)
class Asking:
    """A fact that asks, and why."""

    fact: Fact
    why: str


@dataclass(frozen=True)
class Office:
    """A department with the facts that ask."""

    id: str
    name: str
    asking: tuple[Asking, ...]
    facts: int  # all it answers for
    link_until: dt.datetime | None = None  # a link that still leads somewhere
    waiting: int = 0  # answers that no editor has looked at

    @property
    def to_write_to(self) -> bool:
        """Whether a letter is due: something asks, and nobody there was asked yet."""
        return bool(self.asking) and self.link_until is None

    @property
    def by_guide(self) -> dict[str, list[Asking]]:
        """What asks, by the name of the guide or the window."""
        found: dict[str, list[Asking]] = {}
        for one in self.asking:
            found.setdefault(one.fact.name, []).append(one)
        return found


def asking(knowledge: Knowledge, department: str, today: dt.date) -> tuple[Asking, ...]:
    """The facts of a department that ask to be checked."""
    return tuple(
        Asking(fact, why)
        for fact in of_department(knowledge, department)
        if (why := reason(fact, knowledge.guides.get(fact.about), today))
    )


def reason(fact: Fact, guide: m.Guide | None, today: dt.date) -> str:
    """Why a fact asks; empty where it does not. What a law says is not asked of a department before its guide is due."""
    if fact.place[0] == QUESTION:
        return ASKED
    if fact.state is m.State.OPEN:
        return NEVER
    if fact.state is m.State.CONFIRMED and (fact.checked_on is None or today - fact.checked_on > TOO_OLD):
        return OLD
    return DUE if guide and guide.review_by and guide.review_by < today else ""


def offices(knowledge: Knowledge, engine: Engine, today: dt.date) -> tuple[Office, ...]:
    """Every department that answers for something; those to write to first, then who has most to check."""
    links, waiting = _links(engine), _waiting(engine)

    def found() -> Iterator[Office]:
        for one in knowledge.departments.values():
            if facts := of_department(knowledge, one.id):
                asked = asking(knowledge, one.id, today)
                yield Office(one.id, one.name, asked, len(facts), links.get(one.id), waiting.get(one.id, 0))

    return tuple(sorted(found(), key=lambda one: (not one.to_write_to, -len(one.asking), one.name)))


def _links(engine: Engine) -> dict[str, dt.datetime]:
    """Until when the last link of each department leads somewhere."""
    query = select(StoredFactLink.department, func.max(StoredFactLink.expires_at)).group_by(StoredFactLink.department)
    with Session(engine) as session:
        return {department: aware(until) for department, until in session.execute(query) if aware(until) > now()}


def _waiting(engine: Engine) -> dict[str, int]:
    query = select(StoredFactAnswer.department, func.count()).where(StoredFactAnswer.settled_at.is_(None))
    with Session(engine) as session:
        rows = session.execute(query.group_by(StoredFactAnswer.department)).all()
        return {department: count for department, count in rows}  # noqa: C416  a row is no pair for mypy
