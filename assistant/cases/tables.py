"""The tables of cases; everything a person could be known by is in `case_contacts`, `case_enterprises` and free words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Table

MOMENT = DateTime(timezone=True)


class StoredEnterprise(Table):
    """An enterprise that had a case; found again by its code."""

    __tablename__ = "case_enterprises"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str | None] = mapped_column(String(200), index=True)
    code: Mapped[str | None] = mapped_column(String(18), unique=True)
    kind: Mapped[str | None] = mapped_column(String(60))
    spelled: Mapped[str | None] = mapped_column(Text)  # pinyin and initials of the name


class StoredDay(Table):
    """How many cases a day has had, from which their numbers come."""

    __tablename__ = "case_days"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class StoredCase(Table):
    """One case."""

    __tablename__ = "case_files"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    version: Mapped[int] = mapped_column(Integer)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("case_enterprises.id"), index=True)
    region: Mapped[str | None] = mapped_column(String(60), index=True)
    taken_in: Mapped[str | None] = mapped_column(String(60))
    green_lane: Mapped[str | None] = mapped_column(String(20))
    checklist: Mapped[str | None] = mapped_column(String(32), index=True)
    opened_at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
    opened_by: Mapped[str] = mapped_column(String(60))  # the name as it is shown, which others may have, too
    opened_account: Mapped[str] = mapped_column(String(60), server_default="")
    closed_at: Mapped[dt.datetime | None] = mapped_column(MOMENT, index=True)
    erased_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    # By which it is found, in small letters (search.py): what is of the case, and what is of its people and gone with them.
    words: Mapped[str] = mapped_column(Text)
    people: Mapped[str] = mapped_column(Text, server_default="")


class StoredContact(Table):
    """The contact of a case, by consent."""

    __tablename__ = "case_contacts"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    address: Mapped[str | None] = mapped_column(String(200))
    consented_at: Mapped[dt.datetime] = mapped_column(MOMENT)


class StoredEntry(Table):
    """One entry of a case."""

    __tablename__ = "case_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), index=True)
    item: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    way: Mapped[str] = mapped_column(String(10))
    tier: Mapped[str | None] = mapped_column(String(20))
    department: Mapped[str | None] = mapped_column(String(100), index=True)
    limit_days: Mapped[int | None] = mapped_column(Integer)
    limit_unit: Mapped[str | None] = mapped_column(String(10))
    limit_whose: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20), index=True)
    since: Mapped[dt.datetime] = mapped_column(MOMENT)
    back_to: Mapped[str | None] = mapped_column(String(20))
    submitted_on: Mapped[dt.date | None] = mapped_column(Date, index=True)
    clock_from: Mapped[dt.date | None] = mapped_column(Date)
    pauses: Mapped[list[list[str | None]]] = mapped_column(JSON)  # [first day, last day or null]
    decided: Mapped[str | None] = mapped_column(String(20))
    decided_on: Mapped[dt.date | None] = mapped_column(Date, index=True)
    carrier: Mapped[str | None] = mapped_column(String(40))
    parcel: Mapped[str | None] = mapped_column(String(40), index=True)


class StoredMaterial(Table):
    """One material of a case."""

    __tablename__ = "case_materials"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), index=True)
    key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    entries: Mapped[list[int]] = mapped_column(JSON)
    form: Mapped[str | None] = mapped_column(String(20))
    copies: Mapped[int | None] = mapped_column(Integer)
    each: Mapped[bool] = mapped_column(Boolean)
    exempt: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    received_form: Mapped[str | None] = mapped_column(String(20))
    received_count: Mapped[int] = mapped_column(Integer)
    shared_from: Mapped[str | None] = mapped_column(String(20))


class StoredScan(Table):
    """A scan of a material; the file lies outside the web root under a name nobody can guess."""

    __tablename__ = "case_scans"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("case_materials.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Integer)
    at: Mapped[dt.datetime] = mapped_column(MOMENT)


class StoredNotice(Table):
    """One 一次性告知."""

    __tablename__ = "case_notices"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), index=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    entries: Mapped[list[int]] = mapped_column(JSON)
    blocks: Mapped[list[int]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
    by: Mapped[str] = mapped_column(String(60))
    late: Mapped[bool] = mapped_column(Boolean)
    resolved_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)


class StoredMatter(Table):
    """疑难问题, 办不成事, 12345: open until it has a result."""

    __tablename__ = "case_matters"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(MOMENT)
    by: Mapped[str] = mapped_column(String(60))
    result: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[dt.datetime | None] = mapped_column(MOMENT, index=True)
    closed_by: Mapped[str | None] = mapped_column(String(60))


class StoredRating(Table):
    """好差评 of one case."""

    __tablename__ = "case_ratings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), unique=True)
    level: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
    follow_up_by: Mapped[dt.date | None] = mapped_column(Date)
    followed_up_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    followed_up_by: Mapped[str | None] = mapped_column(String(60))
    result: Mapped[str | None] = mapped_column(Text)


class StoredEvent(Table):
    """Something that happened; nothing ever changes or removes a row."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
    account: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    what: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undoes: Mapped[int | None] = mapped_column(Integer, unique=True)


class StoredLink(Table):
    """A link by which a department without an account enters its result; only its digest is kept."""

    __tablename__ = "case_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), index=True)
    department: Mapped[str] = mapped_column(String(100))
    made_by: Mapped[str] = mapped_column(String(60))
    expires_at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
