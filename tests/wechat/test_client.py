"""One call of WeChat's API, and what becomes of it when WeChat is away, busy, or says no."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from assistant.wechat import client as client_module
from assistant.wechat.client import CUSTOMER_SERVICE
from assistant.wechat.faults import Away, Busy, Rejected
from tests import databases
from tests.wechat.fake_api import FakeWeChat, Fault, Moment
from tests.wechat.our_side import SOMEBODY, a_client, done, text


@pytest.fixture
def engine(tmp_path: Any) -> Engine:
    """One database is enough here."""
    return databases.begun(tmp_path / "client.db")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT", httpx.Timeout(0.3))


def said(fake: FakeWeChat, engine: Engine, content: str = "您好", openid: str = SOMEBODY, **facts: Any) -> None:
    """One text by customer service."""

    async def call() -> None:
        async with a_client(fake, engine, **facts) as client:
            await client.call(CUSTOMER_SERVICE, {"touser": openid, **text(content)})

    done(call())


def test_what_is_said_arrives_as_it_is(fake: FakeWeChat, engine: Engine) -> None:
    """Chinese goes out as Chinese: WeChat shows escapes as they stand."""
    fake.does(SOMEBODY)
    said(fake, engine, "“食品经营许可证”退好了 🎉")
    assert fake.texts(SOMEBODY) == ["“食品经营许可证”退好了 🎉"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_refused_token_is_renewed_and_the_call_made_once_more(fake: FakeWeChat, engine: Engine, code: int) -> None:
    """The person gets the message once."""
    fake.does(SOMEBODY)
    fake.fails(CUSTOMER_SERVICE, Fault(code=code))
    said(fake, engine)
    assert fake.texts(SOMEBODY) == ["您好"]
    assert fake.calls[CUSTOMER_SERVICE] == 2


def test_token_that_ended_is_renewed(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """A clock that is behind uses a token whose time is over; WeChat says 42001, and it goes on."""
    fake.does(SOMEBODY)
    said(fake, engine)
    moment.at += 7205
    said(fake, engine, "在吗", ahead=-7000)
    assert fake.texts(SOMEBODY) == ["您好", "在吗"]
    assert fake.refused[42001] == 1


def test_call_is_not_made_a_third_time(fake: FakeWeChat, engine: Engine) -> None:
    """Where the renewed token is refused as well, something else is wrong; later may be better."""
    fake.does(SOMEBODY)
    fake.fails(CUSTOMER_SERVICE, *[Fault(code=40001)] * 9)
    with pytest.raises(Busy, match="40001"):
        said(fake, engine)
    assert fake.calls[CUSTOMER_SERVICE] == 2


@pytest.mark.parametrize(("code", "wait", "everyone"), [(-1, 2, False), (45009, 1800, True), (45011, 60, True)])
def test_busy_says_how_long_to_wait(fake: FakeWeChat, engine: Engine, code: int, wait: float, everyone: bool) -> None:
    """A busy system is asked again soon, a limit later, and for nobody else in between."""
    fake.fails(CUSTOMER_SERVICE, Fault(code=code))
    with pytest.raises(Busy) as told:
        said(fake, engine)
    assert (told.value.wait, told.value.everyone) == (wait, everyone)


@pytest.mark.parametrize("code", [40003, 43004, 45015, 45002, 48001, 99999])
def test_no_is_no(fake: FakeWeChat, engine: Engine, code: int) -> None:
    """Anything else is not worth another try; the code is told, and the number by which WeChat's support finds it."""
    fake.fails(CUSTOMER_SERVICE, Fault(code=code))
    with pytest.raises(Rejected, match=str(code)) as told:
        said(fake, engine)
    assert told.value.code == code
    assert told.value.trace == f"rid: 65a0-{code}"
    assert fake.calls[CUSTOMER_SERVICE] == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(sleep=1.0),
        Fault(sleep=1.0, done=True),
        Fault(status=500),
        Fault(status=502, garbage="<html>Bad Gateway</html>"),
        Fault(garbage="ok"),
        Fault(garbage="[]"),
        Fault(garbage=""),
        Fault(hang_up=True),
    ],
)
def test_lost_answer_may_have_been_a_yes(fake: FakeWeChat, engine: Engine, fault: Fault) -> None:
    """Whoever asked is told that it may have been done."""
    fake.fails(CUSTOMER_SERVICE, fault)
    with pytest.raises(Away) as told:
        said(fake, engine)
    assert told.value.maybe_done


def test_page_of_somebody_else_did_nothing(fake: FakeWeChat, engine: Engine) -> None:
    """A 404 is no WeChat at all."""
    fake.fails(CUSTOMER_SERVICE, Fault(status=404, garbage="<html>not found</html>"))
    with pytest.raises(Away) as told:
        said(fake, engine)
    assert not told.value.maybe_done


def test_nobody_there_did_nothing(fake: FakeWeChat, engine: Engine) -> None:
    """What never left is not told to be perhaps done."""
    with pytest.raises(Away, match="连不上微信") as told:
        said(fake, engine, api="http://127.0.0.1:9")
    assert not told.value.maybe_done


def test_answer_that_drips_in_is_not_waited_for(
    fake: FakeWeChat, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call has one patience, whatever arrives within it."""
    monkeypatch.setattr(client_module, "TIMEOUT", httpx.Timeout(30.0))
    monkeypatch.setattr(client_module, "PATIENCE", 0.2)
    fake.fails("stable_token", Fault(sleep=1.0))
    with pytest.raises(Away, match="TimeoutError"):
        said(fake, engine)
