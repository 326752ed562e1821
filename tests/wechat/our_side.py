"""What tests of the outgoing side build: our account, a client of the fake API, people."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.cases.model import Case
from assistant.wechat import allowance
from assistant.wechat.account import Account
from assistant.wechat.client import Client
from assistant.wechat.outbox import Outbox
from assistant.wechat.subscriptions import Subscriptions, Template
from assistant.wechat.tables import StoredOutgoing, StoredPerson
from tests.wechat.fake_api import APP_ID, FIELDS, SECRET, TEMPLATE_ID, FakeWeChat

Result = TypeVar("Result")
SOMEBODY, ANOTHER = "o-somebody", "o-another"
TEMPLATE = Template(TEMPLATE_ID, *FIELDS)


def clock_of(fake: FakeWeChat, ahead: float = 0.0) -> Callable[[], dt.datetime]:
    """Our clock beside WeChat's, so many seconds ahead of it."""
    return lambda: dt.datetime.fromtimestamp(fake.clock() + ahead, dt.UTC)


def an_account(fake: FakeWeChat, **facts: Any) -> Account:
    """The verified account that the fake API knows."""
    told = {"app_id": APP_ID, "token": "token", "secret": SECRET, "verified": True, "api": fake.url}
    return Account(**told | facts)


@asynccontextmanager
async def a_client(fake: FakeWeChat, engine: Engine, ahead: float = 0.0, **facts: Any) -> AsyncIterator[Client]:
    """A client of the fake API."""
    client = Client(an_account(fake, **facts), engine, clock_of(fake, ahead))
    try:
        yield client
    finally:
        await client.close()


def met(
    fake: FakeWeChat, engine: Engine, openid: str = SOMEBODY, kind: allowance.Kind = "message", ahead: float = 0.0
) -> None:
    """Somebody writes, taps, follows or scans, as WeChat and we see it."""
    fake.does(openid, kind)
    at = clock_of(fake, ahead)()
    with Session(engine) as session, session.begin():
        person = session.get(StoredPerson, openid)
        if person is None:
            person = StoredPerson(openid=openid, conversation_id=f"wx-{openid}", left=0, taps_left=0, subscriptions={})
            session.add(person)
        person.seen_at, person.subscribed = at, True
        allowance.heard(person, kind, at)


def text(content: str) -> dict[str, Any]:
    """A text as custom/send takes it."""
    return {"msgtype": "text", "text": {"content": content}}


def put(fake: FakeWeChat, engine: Engine, openid: str, *contents: str) -> None:
    """Texts put into the outbox."""
    Outbox(engine, _Nobody(), clock_of(fake)).put(openid, *map(text, contents))


def following(fake: FakeWeChat, engine: Engine, notices: Subscriptions, case: Case, openid: str = SOMEBODY) -> None:
    """Somebody looks at a case and asks to be told."""
    met(fake, engine, openid)
    notices.said(openid, f"{case.number} 8000")
    answer = notices.said(openid, "通知我")
    assert answer
    assert case.number in answer.sections[0].lines[0].text


async def emptied(outbox: Outbox) -> None:
    """Send until nothing is due."""
    while begun := await outbox.begin():
        await asyncio.gather(*begun)


def sent_all(fake: FakeWeChat, engine: Engine, ahead: float = 0.0) -> None:
    """Everything that is due now is sent."""

    async def all_of_it() -> None:
        async with a_client(fake, engine, ahead) as client:
            await emptied(Outbox(engine, client, clock_of(fake, ahead)))

    asyncio.run(all_of_it())


def states(engine: Engine) -> list[str]:
    """Where the messages stand, oldest first."""
    with Session(engine) as session:
        return list(session.scalars(select(StoredOutgoing.state).order_by(StoredOutgoing.id)))


def done(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine."""
    return asyncio.run(work)


class _Nobody:
    """An API that nobody calls."""

    async def call(self, path: str, body: Any) -> dict[str, Any]:
        """Never."""
        raise AssertionError(path, body)
