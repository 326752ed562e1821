"""Hard cases (疑难) for the leading group's office, 办不成事 and 12345: open until they have a result."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.changing import for_the_window
from assistant.cases.happenings import happened
from assistant.cases.model import MATTERS, Actor, Matter, MatterKind
from assistant.cases.reading import matter_of, stored_case
from assistant.cases.search import index
from assistant.errors import NotFound, Refused
from assistant.text import cleaned

LONGEST = 1000


def escalate(session: Session, kind: MatterKind, words: str, by: Actor, number: str | None, at: dt.datetime) -> Matter:
    """A new matter, of a case or of none."""
    for_the_window(by)
    said = _said(words, "请写清楚是什么事。")
    if kind not in MATTERS:
        raise Refused("请选是疑难问题、办不成事还是 12345 转来的。")
    case = stored_case(session, number, locked=True) if number else None
    row = t.StoredMatter(case_id=case.id if case else None, kind=kind, words=said, at=at, by=by.name)
    session.add(row)
    session.flush()
    if case:
        case.version += 1
        index(session, case)
    happened(session, case, by, "escalated", f"上报第 {row.id} 号：{MATTERS[kind]}", at)
    return matter_of(row, case.number if case else None)


def settle(session: Session, matter: int, result: str, by: Actor, at: dt.datetime) -> Matter:
    """Close a matter with its result."""
    for_the_window(by)
    said = _said(result, "了结要写结果：怎么解决的，答复了没有。")
    row = session.get(t.StoredMatter, matter, with_for_update=True)
    if row is None:
        raise NotFound(f"没有第 {matter} 号上报。")
    if row.closed_at is not None:
        raise Refused(f"第 {matter} 号已经由 {row.closed_by} 了结了。")
    row.result, row.closed_at, row.closed_by = said, at, by.name
    case = session.get(t.StoredCase, row.case_id, with_for_update=True) if row.case_id else None
    if case:
        case.version += 1
    happened(session, case, by, "settled", f"了结第 {row.id} 号：{MATTERS[cast(MatterKind, row.kind)]}", at)
    return matter_of(row, case.number if case else None)


def matters(session: Session, *, waiting: bool) -> tuple[Matter, ...]:
    """The matters that wait, or all, oldest first."""
    query = select(t.StoredMatter, t.StoredCase.number).outerjoin(t.StoredCase).order_by(t.StoredMatter.id)
    rows = session.execute(query.where(t.StoredMatter.closed_at.is_(None)) if waiting else query)
    return tuple(matter_of(row, number) for row, number in rows)


def _said(words: str, otherwise: str) -> str:
    said = cleaned(words)
    if not said or len(said) > LONGEST:
        raise Refused(otherwise if not said else f"写得太长了，最多 {LONGEST} 个字。")
    return said
