"""Cases as they are read from their tables, many in as many queries as one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.model import (
    Actor,
    Case,
    CaseEntry,
    CaseEvent,
    Change,
    Contact,
    Enterprise,
    GreenLane,
    Limit,
    Mailing,
    Material,
    Matter,
    MatterKind,
    Notice,
    NoticeLine,
    Pause,
    Tier,
)
from assistant.cases.states import Role, State
from assistant.checklist.profile import Way
from assistant.db import aware
from assistant.errors import NotFound

AT_ONCE = 500
POSTED = frozenset({State.MAILED, State.ARCHIVED})  # where a parcel is not one that an undo took back
Row = TypeVar("Row")


def number_of(typed: str) -> str:
    """A case number in its one spelling, however it was typed."""
    digits = "".join(character for character in typed if character.isdigit())
    return f"{digits[:8]}-{digits[8:]}"


def stored_case(session: Session, number: str, *, locked: bool = False) -> t.StoredCase:
    """The row of a case; NotFound where there is none."""
    query = select(t.StoredCase).where(t.StoredCase.number == number_of(number))
    found = session.scalars(query.with_for_update() if locked else query).first()
    if found is None:
        raise NotFound(f"没有 {number} 这份档案，请看看编号有没有抄错。")
    return found


def load(session: Session, query: Select[t.StoredCase]) -> tuple[Case, ...]:
    """The cases of a query, whole, in its order."""
    rows = session.scalars(query).all()
    return tuple(
        case for start in range(0, len(rows), AT_ONCE) for case in _whole(session, rows[start : start + AT_ONCE])
    )


def _whole(session: Session, rows: Sequence[t.StoredCase]) -> list[Case]:
    ids = [row.id for row in rows]
    enterprises = {
        one.id: one
        for one in session.scalars(
            select(t.StoredEnterprise).where(t.StoredEnterprise.id.in_({row.enterprise_id for row in rows}))
        )
    }
    entries = _by_case(session, t.StoredEntry, ids)
    materials = _by_case(session, t.StoredMaterial, ids)
    notices = _by_case(session, t.StoredNotice, ids)
    matters = _by_case(session, t.StoredMatter, ids)
    scans: dict[int, list[str]] = defaultdict(list)
    of_them = select(t.StoredScan.material_id, t.StoredScan.id).join(t.StoredMaterial).order_by(t.StoredScan.at)
    for material, scan in session.execute(of_them.where(t.StoredMaterial.case_id.in_(ids))):
        scans[material].append(scan)
    return [
        Case(
            number=row.number,
            version=row.version,
            enterprise=enterprise_of(enterprises[row.enterprise_id]),
            region=row.region,
            taken_in=row.taken_in,
            opened_at=aware(row.opened_at),
            opened_by=row.opened_by,
            green_lane=cast(GreenLane | None, row.green_lane),
            checklist=row.checklist,
            entries=tuple(map(entry_of, entries[row.id])),
            materials=tuple(material_of(one, scans[one.id]) for one in materials[row.id]),
            notices=tuple(map(notice_of, notices[row.id])),
            matters=tuple(matter_of(one, row.number) for one in matters[row.id]),
            closed_at=_moment(row.closed_at),
            erased_at=_moment(row.erased_at),
        )
        for row in rows
    ]


def _by_case(session: Session, table: type[Any], ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = select(table.__table__).where(table.case_id.in_(ids)).order_by(table.id)  # not objects: these are many
    for one in session.execute(rows):
        found[one.case_id].append(one)
    return found


def enterprise_of(row: t.StoredEnterprise) -> Enterprise:
    """An enterprise from its row."""
    return Enterprise(row.id, row.name, row.code, row.kind)


def contact_of(row: t.StoredContact) -> Contact:
    """A contact from its row."""
    return Contact(row.name, row.phone, row.address, aware(row.consented_at))


def entry_of(row: t.StoredEntry) -> CaseEntry:
    """An entry from its row."""
    limited = row.limit_days is not None
    return CaseEntry(
        id=row.id,
        item=row.item,
        name=row.name,
        way=cast(Way, row.way),
        state=State(row.state),
        since=aware(row.since),
        tier=cast(Tier | None, row.tier),
        department=row.department,
        limit=Limit(cast(int, row.limit_days), cast(Any, row.limit_unit), cast(Any, row.limit_whose))
        if limited
        else None,
        back_to=State(row.back_to) if row.back_to else None,
        submitted_on=row.submitted_on,
        clock_from=row.clock_from,
        pauses=pauses_of(row.pauses),
        decided=State(row.decided) if row.decided else None,
        decided_on=row.decided_on,
        mailing=Mailing(row.carrier or "", row.parcel) if row.parcel and row.state in POSTED else None,
    )


def pauses_of(stored: Sequence[Sequence[str | None]]) -> tuple[Pause, ...]:
    """The pauses of an entry as its row has them."""
    return tuple(Pause(_day(since), _day(until) if until else None) for since, until in stored)


def material_of(row: t.StoredMaterial, scans: Iterable[str] = ()) -> Material:
    """A material from its row."""
    return Material(
        id=row.id,
        key=row.key,
        name=row.name,
        entries=tuple(row.entries),
        form=row.form,
        copies=row.copies,
        each=row.each,
        exempt=row.exempt,
        received_at=_moment(row.received_at),
        received_form=cast(Any, row.received_form),
        received_count=row.received_count,
        shared_from=row.shared_from,
        scans=tuple(scans),
    )


def notice_of(row: t.StoredNotice) -> Notice:
    """A notice from its row."""
    return Notice(
        id=row.id,
        number=row.number,
        lines=tuple(_line(one) for one in row.lines),
        entries=tuple(row.entries),
        blocks=tuple(row.blocks),
        at=aware(row.at),
        by=row.by,
        late=row.late,
        resolved_at=_moment(row.resolved_at),
        withdrawn_at=_moment(row.withdrawn_at),
    )


def _line(stored: dict[str, Any]) -> NoticeLine:
    arose = stored["arose_on"]
    return NoticeLine(**{**stored, "entries": tuple(stored["entries"]), "arose_on": _day(arose) if arose else None})


def matter_of(row: t.StoredMatter, number: str | None) -> Matter:
    """A matter from its row."""
    return Matter(
        id=row.id,
        kind=cast(MatterKind, row.kind),
        case=number,
        words=row.words,
        at=aware(row.at),
        by=row.by,
        result=row.result,
        closed_at=_moment(row.closed_at),
        closed_by=row.closed_by,
    )


def event_of(row: t.StoredEvent, number: str) -> CaseEvent:
    """An event from its row."""
    return CaseEvent(
        id=row.id,
        case=number,
        version=row.version,
        at=aware(row.at),
        by=Actor(row.name, Role(row.role), row.account),
        kind=row.kind,
        what=row.what,
        changes=tuple(Change(**one) for one in row.changes),
        undoes=row.undoes,
    )


def events_of(session: Session, row: t.StoredCase, *, after: int = 0) -> tuple[CaseEvent, ...]:
    """What happened to a case after a version, oldest first."""
    query = select(t.StoredEvent).where(t.StoredEvent.case_id == row.id, t.StoredEvent.version > after)
    return tuple(event_of(one, row.number) for one in session.scalars(query.order_by(t.StoredEvent.id)))


def _moment(stored: dt.datetime | None) -> dt.datetime | None:
    return aware(stored) if stored else None


_day: Callable[[Any], dt.date] = dt.date.fromisoformat
