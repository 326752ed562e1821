"""Finding cases by any field: what is of the case stands in one column, what is of its people in another, which is emptied
when they are erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.model import GREEN_LANES
from assistant.cases.states import LABELS, State, of_case
from assistant.sounds import sounds
from assistant.text import compact, initials

LANES: dict[str, str] = {lane: f"绿色通道 {label}" for lane, label in GREEN_LANES.items()}


def index(session: Session, case: t.StoredCase) -> None:
    """Write down the words by which a case is found as it is now."""
    e, m, n = t.StoredEntry, t.StoredMaterial, t.StoredNotice
    words = [case.number, case.number.replace("-", ""), case.region, case.taken_in, case.opened_by]
    words.append(LANES.get(case.green_lane or ""))
    entries = select(e.state, e.name, e.item, e.department, e.tier, e.carrier).where(e.case_id == case.id)
    for state, *others in session.execute(entries.order_by(e.id)):
        words += [LABELS[State(state)], *others]
    for column in (m.name, n.number):
        words += session.scalars(select(column).where(column.class_.case_id == case.id))
    case.words = _lines(words)
    case.people = "" if case.erased_at else _lines(_of_people(session, case))


def _of_people(session: Session, case: t.StoredCase) -> Iterator[str | None]:
    """The enterprise, the contact, parcels, and what somebody wrote about it."""
    k, c = t.StoredEnterprise, t.StoredContact
    of_it = select(k.name, k.code, k.kind, k.spelled).where(k.id == case.enterprise_id)
    contact = select(c.name, c.phone, c.address).where(c.case_id == case.id)
    for query in (of_it, contact):
        for row in session.execute(query):
            yield from row
    for column in (t.StoredEntry.parcel, t.StoredMatter.words):
        yield from session.scalars(select(column).where(column.class_.case_id == case.id))


def _lines(words: Iterable[str | None]) -> str:
    return "\n".join(dict.fromkeys(word.lower() for word in words if word))


def spelled(name: str) -> str:
    """A name in pinyin and in its initials."""
    return f"{''.join(sounds(compact(name)))} {initials(name)}"


def matching(words: str) -> Select[t.StoredCase]:
    """The cases in which every word occurs in some field, newest first."""
    query = select(t.StoredCase).order_by(t.StoredCase.id.desc())
    for word in words.lower().split():
        held = (column.contains(word, autoescape=True) for column in (t.StoredCase.words, t.StoredCase.people))
        query = query.where(or_(*held))
    return query


@dataclass(frozen=True)
class Glance:
    """A case in one line."""

    number: str
    enterprise: str | None
    entries: tuple[str, ...]  # names of its entries
    state: State

    @property
    def label(self) -> str:
        """Where it stands, in Chinese."""
        return LABELS[self.state]


def glances(session: Session, words: str, limit: int) -> list[Glance]:
    """The newest cases in which every word occurs, as little of them as a list shows."""
    c, e = t.StoredCase, t.StoredEntry
    found = matching(words).with_only_columns(c.id, c.number, c.enterprise_id).limit(limit).subquery()
    rows = (
        select(found.c.number, t.StoredEnterprise.name, e.name, e.state)
        .join(t.StoredEnterprise, t.StoredEnterprise.id == found.c.enterprise_id)
        .join(e, e.case_id == found.c.id)
        .order_by(found.c.id.desc(), e.id)
    )
    return [
        Glance(number, name, tuple(entry for *_, entry, _ in of_it), of_case(State(state) for *_, state in of_it))
        for (number, name), of_it in (
            (key, list(some)) for key, some in groupby(session.execute(rows), key=lambda row: (row[0], row[1]))
        )
    ]
