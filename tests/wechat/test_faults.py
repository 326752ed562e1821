"""Everything that can go wrong goes wrong, and neither the log nor an error holds a secret, a token or a person."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from assistant.wechat import client as client_module
from assistant.wechat.account import Account
from assistant.wechat.client import CUSTOMER_SERVICE, MENU
from assistant.wechat.faults import Away, WeChatFault
from assistant.wechat.outbox import Outbox, tally
from tests import databases
from tests.wechat.fake_api import SECRET, FakeWeChat, Fault, Moment
from tests.wechat.our_side import SOMEBODY, a_client, an_account, clock_of, done, emptied, met, put

FAULTS = [
    Fault(sleep=0.5),
    Fault(status=500, garbage=f"oops {SECRET}"),
    Fault(garbage=f"{{'secret': '{SECRET}'"),
    Fault(hang_up=True),
    *(Fault(code=code) for code in (-1, 40001, 40003, 40013, 42001, 43004, 45009, 45011, 45015, 45047, 77777)),
]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """One database is enough here."""
    return databases.begun(tmp_path / "faults.db")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT", httpx.Timeout(0.2))


@pytest.mark.parametrize("fault", [Fault(), *FAULTS])
@pytest.mark.parametrize("path", ["stable_token", CUSTOMER_SERVICE])
def test_secrets_are_in_no_log_and_in_no_error(
    fake: FakeWeChat, engine: Engine, caplog: pytest.LogCaptureFixture, fault: Fault, path: str
) -> None:
    """With every logger at its most talkative, and errors written out with all that led to them."""
    caplog.set_level(logging.DEBUG)
    met(fake, engine)
    put(fake, engine, SOMEBODY, "只有他能看的话")
    fake.fails(path, *[fault] * 2)
    errors: list[str] = []

    async def all_of_it() -> None:
        async with a_client(fake, engine) as client:
            await emptied(Outbox(engine, client, clock_of(fake)))
            fake.recovers()
            fake.fails(path, *[fault] * 2)
            try:
                await client.call(MENU, {"button": []})
            except WeChatFault as error:
                errors.extend(traceback.format_exception(error))

    done(all_of_it())
    told = caplog.text + "".join(errors)
    assert "httpcore" in told
    assert fault != Fault() or "HTTP Request: POST" in told
    for hidden in (SECRET, *fake.tokens, SOMEBODY, "只有他能看的话"):
        assert hidden[:40] not in told


def test_token_that_could_not_be_fetched_sent_nothing(fake: FakeWeChat, engine: Engine) -> None:
    """A time-out before the message is no reason to think that it may have arrived."""
    fake.fails("stable_token", Fault(sleep=0.5, done=True))

    async def call() -> None:
        async with a_client(fake, engine) as client:
            await client.call(MENU, {})

    with pytest.raises(Away) as told:
        done(call())
    assert not told.value.maybe_done


def test_account_does_not_show_its_secret(fake: FakeWeChat) -> None:
    """Neither written out nor in an error about it."""
    account = an_account(fake, aes_key="a" * 43, token="the-token-of-the-account")
    assert SECRET not in f"{account} {account!r}"
    assert "a" * 43 not in repr(account)
    assert "the-token-of-the-account" not in repr(account)
    assert isinstance(account, Account)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.code not in (40003, 40013, 43004, 77777)])
def test_passing_fault_loses_nothing(fake: FakeWeChat, moment: Moment, engine: Engine, fault: Fault) -> None:
    """Whatever went wrong once with one message, all messages of everybody arrive, in their order, in the end."""
    for openid in ("o-1", "o-2", "o-3"):
        met(fake, engine, openid)
        put(fake, engine, openid, "一", "二", "三")
    fake.fails(CUSTOMER_SERVICE, fault)
    fake.fails("stable_token", fault)

    async def an_hour() -> None:
        async with a_client(fake, engine) as client:
            outbox = Outbox(engine, client, clock_of(fake))
            for minute in range(60):
                await emptied(outbox)
                moment.at += 60
                if minute == 45 and tally(engine).held:  # whom WeChat would not let us write to is heard of again
                    for openid in ("o-1", "o-2", "o-3"):
                        met(fake, engine, openid)

    done(an_hour())
    for openid in ("o-1", "o-2", "o-3"):
        assert fake.texts(openid) == ["一", "二", "三"], openid
    assert tally(engine).waiting == tally(engine).held == 0
    assert tally(engine).given_up == {}


def test_answers_that_come_out_of_order_leave_the_order_of_messages(fake: FakeWeChat, engine: Engine) -> None:
    """A slow first message is not overtaken by the second, while those of others go on."""
    met(fake, engine)
    met(fake, engine, "o-quick")
    put(fake, engine, SOMEBODY, "一", "二")
    put(fake, engine, "o-quick", "甲", "乙")
    fake.fails(CUSTOMER_SERVICE, Fault(sleep=0.15, done=True))

    async def all_of_it() -> None:
        async with a_client(fake, engine) as client:
            outbox = Outbox(engine, client, clock_of(fake))
            async with asyncio.timeout(30), outbox.running():
                while tally(engine).waiting:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    done(all_of_it())
    assert fake.texts(SOMEBODY) == ["一", "二"]
    assert fake.texts("o-quick") == ["甲", "乙"]
