"""The channel: the parts of WeChat put together, and what is sent for as long as the service runs."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from assistant.cases.store import Cases
from assistant.db import now
from assistant.wechat.account import Account
from assistant.wechat.client import Client
from assistant.wechat.deliveries import Deliveries
from assistant.wechat.in_time import LIMIT, PATIENCE, InTime
from assistant.wechat.kept import Kept
from assistant.wechat.numbers import NumberBook
from assistant.wechat.outbox import Outbox
from assistant.wechat.people import People
from assistant.wechat.subscriptions import Subscriptions, Template

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class Channel:
    """Everything that a message from WeChat meets."""

    account: Account
    clock: Clock
    people: People
    deliveries: Deliveries
    kept: Kept
    numbers: NumberBook
    subscriptions: Subscriptions
    in_time: InTime
    client: Client | None
    outbox: Outbox | None

    def purge(self, days: int) -> None:
        """Erase who was not here for so many days, and what WeChat will not deliver again."""
        self.people.purge(days)
        self.deliveries.forget()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send what waits for as long as the block lasts; late answers are seen through when it ends."""
        if self.outbox is None or self.client is None:
            yield
            await self.in_time.close()
            return
        async with self.outbox.running():
            tasks = [
                asyncio.create_task(work)
                for work in (self.subscriptions.run(), self.in_time.tell_broken_off(self.outbox))
            ]
            yield
            await self.in_time.close()
            for task in tasks:
                task.cancel()
        await self.client.close()


def channel_of(
    account: Account | None,
    engine: Engine,
    cases: Callable[[], Cases],
    *,
    template: Template | None = None,
    page: str = "",
    clock: Clock = now,
    patience: float = PATIENCE,
    limit: float = LIMIT,
) -> Channel | None:
    """The channel of an account; None where none is connected."""
    if account is None:
        return None
    client = Client(account, engine, clock) if account.may_write else None
    outbox = Outbox(engine, client, clock) if client else None
    deliveries, kept = Deliveries(engine, clock), Kept(engine, clock)
    return Channel(
        account=account,
        clock=clock,
        people=People(engine, clock),
        deliveries=deliveries,
        kept=kept,
        numbers=NumberBook(engine),
        subscriptions=Subscriptions(engine, cases, template if client else None, page, clock),
        in_time=InTime(deliveries, kept, outbox, clock, patience=patience, limit=limit),
        client=client,
        outbox=outbox,
    )
