"""Exactly once (去重): WeChat delivers a message up to three times; one delivery works, the others get the same reply.

The row of a message is in the database, so that it does not matter which process takes a delivery or which one was restarted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.db import aware, now
from assistant.wechat.tables import StoredDelivery as Row

WORKING, LATE, ANSWERED = "working", "late", "answered"
LEASE = dt.timedelta(seconds=6)  # the reply is decided by then, or its process has died
LATE_LEASE = dt.timedelta(seconds=60)  # a late answer has come by then
KEPT = dt.timedelta(days=1)


@dataclass(frozen=True)
class Delivery:
    """One delivery of a message: `ours` to work at, or, with its `reply`, answered before."""

    key: str
    ours: bool
    reply: str | None = None
    until: dt.datetime | None = None  # ours until then


class Deliveries:
    """The messages that came in lately."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = now, lease: dt.timedelta = LEASE) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease

    def take(self, key: str, openid: str) -> Delivery:
        """This delivery: ours where no other works at the message, or the one that did has died."""
        at = self._clock()
        until = at + self._lease
        row = {"key": key, "openid": openid, "state": WORKING, "reply": None, "until": until, "at": at}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(Row).values(row))
        except IntegrityError:  # not the first delivery
            return self._again(key, until)
        return Delivery(key, True, until=until)

    def answer(self, delivery: Delivery, reply: str, *, late: bool = False) -> bool:
        """Keep the reply, once and for all; False where another delivery took the message over meanwhile."""
        mine = (Row.key == delivery.key, Row.state == WORKING, Row.until == delivery.until)
        values = {"state": LATE, "until": self._clock() + LATE_LEASE} if late else {"state": ANSWERED}
        with self._engine.begin() as connection:
            return connection.execute(update(Row).where(*mine).values(reply=reply, **values)).rowcount == 1

    def done(self, key: str) -> None:
        """The late answer to a message is there."""
        with self._engine.begin() as connection:
            connection.execute(update(Row).where(Row.key == key, Row.state == LATE).values(state=ANSWERED))

    def awaits(self, openid: str) -> bool:
        """Whether an answer to somebody is still being worked at, late."""
        late = exists().where(Row.openid == openid, Row.state == LATE, Row.until > self._clock())
        with self._engine.connect() as connection:
            return bool(connection.scalar(select(late)))

    def known(self, key: str) -> bool:
        """Whether a message came before."""
        with self._engine.connect() as connection:
            return bool(connection.scalar(select(exists().where(Row.key == key))))

    def broken_off(self) -> list[str]:
        """Who waits for a late answer that never comes, as the process that worked at it died; each is given once."""
        died = Row.state == LATE, Row.until <= self._clock()
        with self._engine.begin() as connection:
            found = connection.execute(select(Row.key, Row.openid).where(*died)).all()
            over = update(Row).values(state=ANSWERED)
            return [
                one.openid for one in found if connection.execute(over.where(Row.key == one.key, *died)).rowcount == 1
            ]

    def forget(self) -> None:
        """Erase what WeChat will not deliver again."""
        with self._engine.begin() as connection:
            connection.execute(delete(Row).where(Row.at < self._clock() - KEPT))

    def _again(self, key: str, until: dt.datetime) -> Delivery:
        with self._engine.begin() as connection:
            found = connection.execute(select(Row.state, Row.reply, Row.until).where(Row.key == key)).one_or_none()
            if found is None or found.state != WORKING:
                return Delivery(key, False, reply=(found.reply or "") if found else "")
            if aware(found.until) > self._clock():
                return Delivery(key, False)
            died = update(Row).where(Row.key == key, Row.state == WORKING, Row.until == found.until)
            ours = connection.execute(died.values(until=until)).rowcount == 1
        return Delivery(key, ours, until=until if ours else None)
