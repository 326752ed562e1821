"""Drafts as they lie in the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db import aware
from assistant.desk.draft import Draft, DraftState
from assistant.desk.tables import StoredDraft
from assistant.errors import NotFound


def row_of(session: Session, number: int, *, locked: bool = False) -> StoredDraft:
    """The row of a draft; NotFound where there is none."""
    row = session.get(StoredDraft, number, with_for_update=locked or None)
    if row is None:
        raise NotFound("没有这份草稿。")
    return row


def bundled(session: Session, bundle: str | None) -> list[Draft]:
    """The open drafts that are published together."""
    if bundle is None:
        return []
    query = select(StoredDraft).where(StoredDraft.bundle == bundle, StoredDraft.open_path.is_not(None))
    return [draft_of(row) for row in session.scalars(query.order_by(StoredDraft.id))]


def draft_of(row: StoredDraft) -> Draft:
    """A row as it stands."""
    values = {field.name: getattr(row, field.name) for field in fields(Draft)}
    moments = {name: aware(value) for name, value in values.items() if isinstance(value, dt.datetime)}
    return Draft(**{**values, **moments, "state": DraftState(row.state), "hands": tuple(row.hands)})
