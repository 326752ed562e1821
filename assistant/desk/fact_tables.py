"""The tables of questions without answer and of facts that departments check, and of how far the knowledge was when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Table

MOMENT = DateTime(timezone=True)


class StoredSettled(Table):
    """What an editor did with a question without answer; its words without what tells of a person."""

    __tablename__ = "desk_settled"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # the digest of the words
    text: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(120))  # the guide or the redirect
    reason: Mapped[str] = mapped_column(String(300))
    draft: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(40))
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)


class StoredFactLink(Table):
    """A link by which a department checks its facts; of its key only the digest."""

    __tablename__ = "desk_fact_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    department: Mapped[str] = mapped_column(String(60), index=True)
    made_by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    expires_at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)


class StoredFactAnswer(Table):
    """What a department says of one fact; it changes nothing until an editor takes it over."""

    __tablename__ = "desk_fact_answers"
    __table_args__ = (UniqueConstraint("link", "fact"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    link: Mapped[str] = mapped_column(ForeignKey("desk_fact_links.digest"))
    department: Mapped[str] = mapped_column(String(60), index=True)
    fact: Mapped[str] = mapped_column(String(200))  # its place: file, section, number
    name: Mapped[str] = mapped_column(Text)  # of the guide or the window
    label: Mapped[str] = mapped_column(Text)
    shown: Mapped[str] = mapped_column(Text)  # as it stood when it was asked about
    verdict: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text)
    office: Mapped[str] = mapped_column(String(60))
    at: Mapped[dt.datetime] = mapped_column(MOMENT)
    settled_at: Mapped[dt.datetime | None] = mapped_column(MOMENT, index=True)
    settled_by: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(12))  # taken, refused; empty while it waits


class StoredFactRound(Table):
    """A department that is due to be asked, since when, and about what; until somebody sent the letter."""

    __tablename__ = "desk_fact_rounds"
    __table_args__ = (UniqueConstraint("department", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    department: Mapped[str] = mapped_column(String(60))
    day: Mapped[dt.date]
    facts: Mapped[list[str]] = mapped_column(JSON)  # their keys
    sent_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    sent_by: Mapped[str] = mapped_column(String(40))


class StoredCoverage(Table):
    """How much was known at a commit of the knowledge: a commit never changes, so it is counted once."""

    __tablename__ = "desk_coverage"

    commit_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
    confirmed: Mapped[int]
    sourced: Mapped[int]
    open: Mapped[int]
