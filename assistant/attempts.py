"""Attempts (次数): how often one address may try something, counted in the database that all web processes share."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import DateTime, Engine, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.db import Table, now
from assistant.errors import Refused


class StoredAttempt(Table):
    """One attempt; whose it was can be told again, not read."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    what: Mapped[str] = mapped_column(String(20), index=True)
    who: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)


ADDRESS = "address:"  # begins the name of whoever is known by a network address alone


@dataclass(frozen=True)
class Limit:
    """So many attempts within so much time, and what is said to one too many."""

    what: str
    at_most: int
    within: dt.timedelta
    sentence: str
    address: int = 0  # at most from one address, where a hall of people comes from one; 0 for no more than anybody

    def of(self, who: str) -> int:
        """How many attempts somebody has."""
        return (who.startswith(ADDRESS) and self.address) or self.at_most


# From one address: in a hall many mistype, and of 31⁸ codes a machine that tries a hundred finds none in years.
CODES = Limit(
    "code", 100, dt.timedelta(minutes=15), "填错的次数多了，请过一刻钟再试。清单上印的网址、二维码照样能打开。"
)
# Of one conversation; in a hall of 200 people every third one may find a fault within the hour.
REPORTS = Limit(
    "wrong-fact", 10, dt.timedelta(hours=1), "这一小时里报得多了，请过一会儿再报。急的话打 12345 说。", address=60
)


class TooMany(Refused):
    """One attempt too many; `wait` is in how many seconds the next one may come."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.sentence)
        self.wait = int(limit.within.total_seconds())


class Attempts:
    """The attempts in the database; none of them outlives the time it counts for."""

    def __init__(self, engine: Engine, *, counting: bool = True) -> None:
        self._engine = engine
        self._counting = counting

    def count(self, limit: Limit, *whose: str) -> tuple[int, ...]:
        """Count an attempt of everyone named, with its numbers; TooMany, uncounted, where one of them had enough."""
        if not self._counting:
            return ()
        people = [_digest(limit, who) for who in whose]
        since = now() - limit.within
        with Session(self._engine, expire_on_commit=False) as session:
            # Written before it is counted: of several at once none sees too few.
            mine = [StoredAttempt(what=limit.what, who=who, at=now()) for who in people]
            with session.begin():
                session.execute(delete(StoredAttempt).where(StoredAttempt.what == limit.what, StoredAttempt.at < since))
                session.add_all(mine)
            counted = select(func.count()).where(StoredAttempt.what == limit.what)
            with session.begin():
                often = [session.scalar(counted.where(StoredAttempt.who == who)) or 0 for who in people]
        numbers = tuple(one.id for one in mine)
        if any(times > limit.of(who) for times, who in zip(often, whose, strict=True)):
            self.take_back(numbers)
            raise TooMany(limit)
        return numbers

    def take_back(self, numbers: Iterable[int]) -> None:
        """Attempts that were right are not counted."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredAttempt).where(StoredAttempt.id.in_(tuple(numbers))))


def _digest(limit: Limit, who: str) -> str:
    return hashlib.blake2b(f"{limit.what}:{who}".encode(), digest_size=16).hexdigest()
