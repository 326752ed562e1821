"""Ticks (打勾): what is done on a checklist, the same on every device that has its address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Date, Engine, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.db import Table


class StoredTick(Table):
    """One thing that is done, and since when."""

    __tablename__ = "ticks"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)  # e-<guide id> or m-<material id>
    since: Mapped[dt.date] = mapped_column(Date)


class Ticks:
    """The ticks in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, token: str) -> dict[str, dt.date]:
        """What is done on a checklist, and since when."""
        with Session(self._engine) as session:
            rows = session.scalars(select(StoredTick).where(StoredTick.token == token))
            return {row.key: row.since for row in rows}

    def put(self, token: str, key: str, day: dt.date) -> None:
        """Tick something; what is ticked already stays as it is."""
        try:
            with Session(self._engine) as session, session.begin():
                if session.get(StoredTick, (token, key)) is None:
                    session.add(StoredTick(token=token, key=key, since=day))
        except IntegrityError:  # another device ticked it at the same moment
            return

    def take(self, token: str, key: str) -> None:
        """Take a tick away."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredTick).where(StoredTick.token == token, StoredTick.key == key))

    def carry(self, old: str, new: str, keys: Iterable[str]) -> None:
        """The ticks of one checklist on another, those of these keys."""
        wanted = set(keys)
        for key, since in self.of(old).items():
            if key in wanted:
                self.put(new, key, since)

    def forget(self, *tokens: str) -> None:
        """Erase the ticks of these checklists."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredTick).where(StoredTick.token.in_(tokens)))
