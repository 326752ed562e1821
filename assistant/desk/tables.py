"""The tables of the desk: drafts, and publications, which are also the journal that a dead process leaves behind."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Table

MOMENT = DateTime(timezone=True)


class StoredDraft(Table):
    """A file of the knowledge as somebody would like to have it."""

    __tablename__ = "desk_drafts"
    __table_args__ = (Index("ix_desk_drafts_state_saved_at", "state", "saved_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    path: Mapped[str] = mapped_column(String(120), index=True)  # within the knowledge
    open_path: Mapped[str | None] = mapped_column(String(120), unique=True)  # the path as long as the draft is open
    bundle: Mapped[str | None] = mapped_column(
        String(32), index=True
    )  # drafts that are published together or not at all
    text: Mapped[str] = mapped_column(Text)
    base: Mapped[str | None] = mapped_column(Text)  # the file it began from; None for a new file
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    hands: Mapped[list[str]] = mapped_column(JSON)  # who wrote at it, the first to the last
    reason: Mapped[str] = mapped_column(String(500))
    reviewer: Mapped[str | None] = mapped_column(String(40))
    refusal: Mapped[str | None] = mapped_column(String(500))  # why it was refused, or could not be published
    publish_at: Mapped[dt.datetime | None] = mapped_column(MOMENT, index=True)
    until: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    publication: Mapped[int | None]
    made_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    saved_at: Mapped[dt.datetime] = mapped_column(MOMENT)


class StoredPublication(Table):
    """One change of the knowledge on disk: what was there, what is there now, who wanted it, which commit it is."""

    __tablename__ = "desk_publications"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    files: Mapped[dict[str, Any]] = mapped_column(JSON)  # path → [text before, text after]; null for no file
    drafts: Mapped[list[int]] = mapped_column(JSON)
    authors: Mapped[list[str]] = mapped_column(JSON)
    reviewer: Mapped[str] = mapped_column(String(40))  # whose word put it out
    reason: Mapped[str] = mapped_column(String(500))
    fault: Mapped[str | None] = mapped_column(String(500))  # why it was taken back before anybody saw it
    commit_id: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))  # of the whole knowledge, as the service names what it serves
    undoes: Mapped[int | None]  # the publication that it takes back, or after which it puts everything again
    until: Mapped[dt.datetime | None] = mapped_column(MOMENT, index=True)  # when it takes itself back
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
