"""The access token that every process uses: in the database, fetched by one of them at a time.

Whoever finds it missing or near its end takes the lock for a few seconds and fetches; the others go on with the old one
while it is good, or wait. The lock ends by itself, so a fetcher that dies keeps nobody longer than that. WeChat replaces a
stable token five minutes before its end and takes both meanwhile: we ask within those minutes. A token that WeChat refused
is asked for anew in the ordinary way first, which is all it takes where somebody else replaced it; only where the same one
comes back it is replaced by force, which WeChat allows twenty times a day.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine, insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.wechat.faults import OF_THE_DATABASE, Busy
from assistant.wechat.tables import StoredToken

BEFORE_THE_END = dt.timedelta(minutes=4)  # less than the five minutes in which WeChat gives out the next one
LOCKED_FOR = dt.timedelta(seconds=20)  # two requests, each within client.PATIENCE
REST = dt.timedelta(seconds=2)  # after a fetch: a token that stays short of its end is not asked for at every call
LOOK_EVERY = 0.1  # seconds
LONGEST_WAIT = 25.0  # seconds
Found = TypeVar("Found")
Fetch = Callable[[bool], Awaitable[tuple[str, int]]]  # by force or not → the token, and for how many seconds it is good


@dataclass(frozen=True)
class _Held:
    """What the database holds."""

    token: str | None
    expires_at: dt.datetime

    def good(self, at: dt.datetime, refused: str | None) -> bool:
        """Whether the token can be used."""
        return self.token is not None and self.token != refused and self.expires_at > at


class Tokens:
    """The shared token of one account."""

    def __init__(self, engine: Engine, app_id: str, fetch: Fetch, clock: Callable[[], dt.datetime] = now) -> None:
        self._engine = engine
        self._app_id = app_id
        self._fetch = fetch
        self._clock = clock

    async def current(self) -> str:
        """The token; WeChatFault where there is none to be had."""
        return await self._token(None)

    async def renewed(self, refused: str) -> str:
        """Another token than the one that WeChat refused."""
        return await self._token(refused)

    async def _token(self, refused: str | None) -> str:
        waited_enough = time.monotonic() + LONGEST_WAIT
        while True:
            held = await self._in_database(self._look)
            good = held.good(self._clock(), refused)
            if held.token and good and held.expires_at > self._clock() + BEFORE_THE_END:
                return held.token
            holder = secrets.token_hex(8)
            if await self._in_database(lambda: self._lock(held.token, holder, rest=good)):  # noqa: B023  awaited here and now
                return await self._fetched(refused, holder)
            if held.token and good:
                return held.token
            if time.monotonic() > waited_enough:
                raise Busy("别的进程一直没有取到微信令牌")
            await asyncio.sleep(LOOK_EVERY)

    async def _fetched(self, refused: str | None, holder: str) -> str:
        """A new token, stored; the lock is let go whatever happens."""
        rest = dt.timedelta()
        try:
            token, seconds = await self._fetch(False)
            if token == refused:
                token, seconds = await self._fetch(True)
            rest = REST
            expires_at = self._clock() + dt.timedelta(seconds=seconds)
            await self._in_database(lambda: self._keep(holder, token=token, expires_at=expires_at))
            return token
        finally:
            with contextlib.suppress(Busy):  # it ends by itself
                free = {"fetched_by": None, "lock_until": self._clock() + rest}
                await asyncio.shield(self._in_database(lambda: self._keep(holder, **free)))

    async def _in_database(self, work: Callable[[], Found]) -> Found:
        """Work beside the event loop; what the database says when it fails could hold the token, so it is not passed on."""
        try:
            return await asyncio.to_thread(work)
        except OF_THE_DATABASE as error:
            raise Busy(f"数据库里的微信令牌读不到（{type(error).__name__}）") from None

    def _look(self) -> _Held:
        with Session(self._engine) as session:
            row = session.get(StoredToken, self._app_id)
            if row is None or row.expires_at is None:
                return _Held(None, dt.datetime.min.replace(tzinfo=dt.UTC))
            return _Held(row.token, aware(row.expires_at))

    def _lock(self, seen: str | None, holder: str, *, rest: bool) -> bool:
        """Take the lock, unless somebody has it, it is to `rest`, or the token is no longer the one that was seen."""
        at = self._clock()
        mine = {"fetched_by": holder, "lock_until": at + LOCKED_FOR}
        free = (
            StoredToken.lock_until <= at
            if rest
            else or_(StoredToken.fetched_by.is_(None), StoredToken.lock_until <= at)
        )
        same = StoredToken.token.is_(None) if seen is None else StoredToken.token == seen
        take = update(StoredToken).where(StoredToken.app_id == self._app_id, free, same).values(mine)
        with self._engine.begin() as connection:
            if connection.execute(take).rowcount:
                return True
        with Session(self._engine) as session:
            if session.get(StoredToken, self._app_id) is not None:
                return False
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(StoredToken).values(app_id=self._app_id, **mine))
        except IntegrityError:  # another process was first
            return False
        return True

    def _keep(self, holder: str, **values: str | dt.datetime | None) -> None:
        """Write down what the holder of the lock found; nothing where it lost the lock meanwhile."""
        mine = update(StoredToken).where(StoredToken.app_id == self._app_id, StoredToken.fetched_by == holder)
        with self._engine.begin() as connection:
            connection.execute(mine.values(**values))
