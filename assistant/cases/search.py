"""Finding cases by any field: their own words stand in one column, a person's are looked for where they are kept."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.cases import tables as t
from assistant.cases.model import GREEN_LANES
from assistant.cases.states import LABELS, State
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
    case.words = "\n".join(dict.fromkeys(word.lower() for word in words if word))


def spelled(name: str) -> str:
    """A name in pinyin and in its initials."""
    from pypinyin import lazy_pinyin  # slow to load, and only a change needs it

    return f"{''.join(lazy_pinyin(compact(name)))} {initials(name)}"


def matching(words: str) -> Select[t.StoredCase]:
    """The cases in which every word occurs in some field, newest first."""
    query = select(t.StoredCase).order_by(t.StoredCase.id.desc())
    for word in words.lower().split():
        query = query.where(_anywhere(word))
    return query


def _anywhere(word: str) -> ColumnElement[bool]:
    """Whether a word occurs in some field of a case."""
    case, contact, enterprise = t.StoredCase, t.StoredContact, t.StoredEnterprise
    names = select(enterprise.id).where(
        _in(word, enterprise.name, enterprise.code, enterprise.kind)
        | enterprise.spelled.contains(word, autoescape=True)
    )
    people = select(contact.case_id).where(_in(word, contact.name, contact.phone, contact.address))
    parcels = select(t.StoredEntry.case_id).where(_in(word, t.StoredEntry.parcel))
    matters = select(t.StoredMatter.case_id).where(_in(word, t.StoredMatter.words), t.StoredMatter.case_id.is_not(None))
    return or_(
        case.words.contains(word, autoescape=True),
        case.enterprise_id.in_(names),
        *(case.id.in_(some) for some in (people, parcels, matters)),
    )


def _in(word: str, *columns: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in columns))
