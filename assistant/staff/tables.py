"""The tables of the staff: accounts, wrong tries, sessions, the log, internal contacts, notes beside guides, what was asked."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Table


class StoredAccount(Table):
    """Somebody who may sign in."""

    __tablename__ = "staff_accounts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)  # what is typed in, in one spelling
    shown: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    region: Mapped[str | None] = mapped_column(String(60))
    department: Mapped[str | None] = mapped_column(String(60))
    password: Mapped[str] = mapped_column(Text)  # argon2
    password_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    first: Mapped[bool]  # the password was given to them, not chosen by them
    active: Mapped[bool]
    made_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    last_in: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class StoredFailure(Table):
    """How often a name was tried with a wrong password; whose name it is can be told again, not read."""

    __tablename__ = "staff_failures"

    who: Mapped[str] = mapped_column(String(32), primary_key=True)
    times: Mapped[int]
    until: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)


class StoredSession(Table):
    """A browser that is signed in; the key in its cookie can be told again, not read."""

    __tablename__ = "staff_sessions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)
    locked: Mapped[bool]


class StoredDeed(Table):
    """One line of the log; each holds the digest of the one before."""

    __tablename__ = "staff_log"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)
    who: Mapped[str] = mapped_column(String(40), index=True)
    what: Mapped[str] = mapped_column(String(40), index=True)
    about: Mapped[str] = mapped_column(String(120))
    before: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


class StoredContact(Table):
    """A person to call in a department (annex 一); seen by the staff only."""

    __tablename__ = "staff_contacts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    department: Mapped[str] = mapped_column(String(60), index=True)
    region: Mapped[str | None] = mapped_column(String(60))
    office: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(40))
    mobile: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class StoredAsked(Table):
    """How often something was asked or shown on one day; no words of anybody, so it outlasts the conversations."""

    __tablename__ = "asked_days"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    what: Mapped[str] = mapped_column(String(200), primary_key=True)
    times: Mapped[int]


class StoredNote(Table):
    """What one of the staff tells the others about a guide or a department."""

    __tablename__ = "staff_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    about: Mapped[str] = mapped_column(String(120), index=True)
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
