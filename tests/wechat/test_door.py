"""WeChat's door, driven by another implementation of its encryption: conversations, and what is turned away."""

import asyncio
import datetime as dt
import logging
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from assistant import phrases
from assistant.cards import Turn
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.page_links import PageLinks
from assistant.wechat import answering, words
from assistant.wechat.account import Account
from assistant.wechat.deliveries import Deliveries, Delivery
from assistant.wechat.numbers import NumberBook
from assistant.wechat.people import People
from assistant.wechat.ratings import THANKS, rating_card
from assistant.wechat.tables import StoredDelivery
from tests import databases
from tests.cases.builders import complete, moved, opened
from tests.page_app import served
from tests.wechat import builders as b
from tests.wechat.builders import KEY, LONGEST, NOON, PLAIN, SAFE, SOMEBODY, Slow, WeChat, at_the_door, wechat_app
from tests.wechat.fake_api import APP_ID, SECRET, FakeWeChat

PHONE = "13800138000"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
AT_ONCE = 0.05  # seconds


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database: what is stored how is tested in both where it matters."""
    made = databases.begun(tmp_path / "door.db")
    yield made
    made.dispose()


@pytest.fixture
def talk(file: Engine) -> Slow:
    """The dialogue."""
    return Slow(file)


@pytest.fixture
def app(file: Engine, talk: Slow) -> FastAPI:
    """The door of an account in 安全模式."""
    return wechat_app(file, talk)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test."""
    asyncio.run(asyncio.wait_for(work, 60))


async def sent(app: FastAPI, *messages: dict[str, str], other: WeChat | None = None) -> list[dict[str, str]]:
    """The replies to messages sent one after the other; an empty one where there is none."""
    other = other or WeChat()
    async with at_the_door(app) as door:
        return [read(await deliver(door, message, other), other) for message in messages]


async def deliver(door: httpx.AsyncClient, message: dict[str, str], other: WeChat) -> httpx.Response:
    """One delivery."""
    query, body = other.delivery(message)
    return await door.post("/wechat", params=query, content=body)


def read(response: httpx.Response, other: WeChat) -> dict[str, str]:
    """A reply as WeChat reads it."""
    assert response.status_code == 200, response.text
    return {} if response.text == "success" else other.opened(response.text)


def eventually(holds: Callable[[], object]) -> bool:
    """Whether something holds, soon."""
    ends = time.monotonic() + LONGEST
    while not (held := holds()) and time.monotonic() < ends:
        time.sleep(0.02)
    return bool(held)


def told(app: FastAPI, *messages: dict[str, str], other: WeChat | None = None) -> list[str]:
    """What is replied in words."""
    replies = asyncio.run(asyncio.wait_for(sent(app, *messages, other=other), 60))
    return [reply.get("Content") or reply.get("Description", "") for reply in replies]


# --- who is let in


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_door_is_closed_without_an_account(file: Engine, talk: Slow, method: str) -> None:
    """Whatever is sent."""

    async def test() -> None:
        async with at_the_door(wechat_app(file, talk, None)) as door:
            query, body = WeChat().delivery(b.words("您好"))
            assert (await door.request(method, "/wechat", params=query, content=body)).status_code == 403
        assert talk.asked == []

    run(test())


def test_address_is_verified(app: FastAPI) -> None:
    """What WeChat says is said again as it is, never as a page."""

    async def test() -> None:
        async with at_the_door(app) as door:
            signed = WeChat().signed(echostr="<b>5838479218127813673</b>")
            right = await door.get("/wechat", params=signed)
            assert (right.status_code, right.text) == (200, signed["echostr"])
            assert right.headers["content-type"].startswith("text/plain")
            for wrong in ({}, signed | {"signature": "0" * 40}, signed | {"nonce": "other"}):
                assert (await door.get("/wechat", params=wrong)).status_code == 403

    run(test())


@pytest.mark.parametrize("account", [PLAIN, SAFE], ids=["plain", "safe"])
def test_first_question_is_answered_with_its_item(engine: Engine, account: Account) -> None:
    """饭店黄了 … in every mode, in the words of the dialogue."""
    talk, other = Slow(engine), WeChat(account)
    app = wechat_app(engine, talk, account)
    (answer,) = told(app, b.words("饭店黄了，食品证咋退"), other=other)
    assert "食品经营许可证" in answer
    assert talk.asked == ["饭店黄了，食品证咋退"]


def test_compatible_mode_is_answered(app: FastAPI) -> None:
    """Both parts are there; the sealed one is read."""

    async def test() -> None:
        async with at_the_door(app) as door:
            query, body = WeChat().delivery(b.words("食品证"), compatible=True)
            reply = await door.post("/wechat", params=query, content=body)
            assert "食品经营许可证" in WeChat().opened(reply.text)["Content"]

    run(test())


# --- who is not


def refused() -> Iterator[Any]:
    """Deliveries that are not WeChat's, not ours, or not of now, and what the log says of each."""
    message, hour = b.words(f"我是张三，{PHONE}"), dt.timedelta(hours=1)

    def by(account: Account = SAFE, now: dt.datetime = NOON, key: str = KEY) -> tuple[dict[str, str], bytes]:
        return WeChat(account, now, key).delivery(message)

    query, body = by()
    another, unsigned = WeChat(SAFE, NOON).delivery(b.words("另一句"))[1], query | {"msg_signature": query["signature"]}
    yield pytest.param(({}, body), "a wrong signature", id="not signed")
    yield pytest.param((query | {"msg_signature": "0" * 40}, body), "a wrong signature", id="forged")
    yield pytest.param((unsigned, body), "a wrong signature", id="signed without its body")
    yield pytest.param((query, another), "a wrong signature", id="another body")
    yield pytest.param(by(now=NOON - hour), "signed 3600 s from now", id="replayed an hour later")
    yield pytest.param(by(now=NOON + hour), "signed 3600 s from now", id="from the future")
    yield pytest.param(by(Account("wxother", SAFE.token, KEY)), "for another account", id="another account")
    yield pytest.param(by(key=KEY[::-1]), "wrong padding|a wrong length", id="another key")
    yield pytest.param(by(PLAIN), "in the plain", id="in the plain")
    yield pytest.param((query, body[:-20]), "malformed XML", id="cut off")
    yield pytest.param((query, BOMB.encode()), "a document type", id="entity bomb")
    yield pytest.param((query, body + b" " * 70_000), "a body too long", id="too long")
    yield pytest.param((query, b"\xff\xfe\x00"), "not UTF-8", id="no text")
    yield pytest.param((query, b""), "malformed XML", id="empty")


@pytest.mark.parametrize(("delivery", "reason"), [*refused()])
def test_what_is_not_for_us_is_turned_away(
    file: Engine, talk: Slow, delivery: tuple[dict[str, str], bytes], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """403, and nothing is done; the log says why and of nobody."""

    async def test() -> None:
        async with at_the_door(wechat_app(file, talk, clock=lambda: NOON)) as door:
            query, body = delivery
            assert (await door.post("/wechat", params=query, content=body)).status_code == 403

    run(test())
    assert talk.asked == []
    assert re.search(f"refused: ({reason})", caplog.text)
    assert not any(secret in caplog.text for secret in (PHONE, SOMEBODY, KEY, SAFE.token))


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "您好",
        BOMB,
        b.xml(b.words(PHONE, MsgId=None)),
        b.xml(b.words(PHONE, FromUserName=None)),
        b.xml(b.words(PHONE, MsgType=None)),
        b.xml(b.an_event("CLICK", CreateTime=None)),
        b.xml(b.words(PHONE, MsgId="x" * 80)),
    ],
)
def test_message_of_wechat_that_says_nothing_is_taken_without_a_word(
    app: FastAPI, talk: Slow, inner: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An empty 200, so that it does not come again and its person reads of no fault."""

    async def test() -> None:
        async with at_the_door(app) as door:
            query, body = WeChat().delivery(inner)
            response = await door.post("/wechat", params=query, content=body)
            assert (response.status_code, response.text) == (200, "")

    run(test())
    assert talk.asked == []
    assert "cannot be read" in caplog.text
    assert not any(secret in caplog.text for secret in (PHONE, SOMEBODY))


@pytest.fixture(scope="module")
def any_app(tmp_path_factory: pytest.TempPathFactory) -> tuple[FastAPI, FastAPI]:
    """The door of an account in the plain, and of one that is sealed."""
    engine = databases.begun(tmp_path_factory.mktemp("door") / "door.db")
    return wechat_app(engine, Slow(engine), PLAIN), wechat_app(engine, Slow(engine), SAFE)


FIELDS = st.dictionaries(
    st.sampled_from([*b.an_event("x"), *b.words("x"), "Label", "Recognition"]),
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30),
        st.sampled_from(
            ["event", "text", "voice", "location", "SCAN", "subscribe", "c_", "p_1", "c_abcdefgh", "qrscene_"]
        ),
    ),
)
BODIES = st.one_of(
    st.binary(),
    st.text(st.sampled_from("<>/&;!['\"]xmlCDATA?-")).map(str.encode),
    FIELDS.map(lambda fields: b.xml(b.words("您好") | fields).encode()),
    FIELDS.map(lambda fields: b.xml(b.an_event("SCAN") | fields).encode()),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(body=BODIES)
def test_no_body_is_an_error(any_app: tuple[FastAPI, FastAPI], body: bytes) -> None:
    """In the plain every body is signed, as its signature does not cover it; sealed, what is inside is anything."""

    async def test() -> None:
        for app, account in zip(any_app, (PLAIN, SAFE), strict=True):
            other = WeChat(account)
            async with at_the_door(app) as door:
                inner = body.decode("utf-8", "replace")
                deliveries = [other.delivery(inner), (other.delivery("")[0], body)]
                for query, sent_ in deliveries:
                    response = await door.post("/wechat", params=query, content=sent_)
                    assert response.status_code in (200, 403)
                    if response.status_code == 200 and response.text not in ("", "success"):
                        assert other.opened(response.text)["MsgType"] in ("text", "news")

    run(test())


# --- exactly once


def test_three_deliveries_to_two_processes_run_the_dialogue_once(engine: Engine) -> None:
    """Each behind its own server; all three get the same reply while the first is still being answered."""
    talk, other, message = Slow(engine, waits=True), WeChat(), b.words("食品证")
    apps = [wechat_app(engine, talk) for _ in range(2)]
    arrived = threading.Semaphore(0)
    for app in apps:
        count_arrivals(app.state.service.wechat.deliveries, arrived)

    async def test() -> None:
        with served(apps[0]) as one, served(apps[1]) as two:
            async with httpx.AsyncClient(timeout=LONGEST, trust_env=False) as client:

                async def delivered(address: str) -> str:
                    query, body = other.delivery(message)
                    reply = await client.post(f"{address}/wechat", params=query, content=body)
                    return str(other.opened(reply.text))

                deliveries = [asyncio.create_task(delivered(address)) for address in (one, two, one)]
                for _ in deliveries:
                    assert await asyncio.to_thread(arrived.acquire, timeout=LONGEST)
                talk.go.set()
                replies = await asyncio.gather(*deliveries)
        assert len(set(replies)) == 1
        assert "食品经营许可证" in replies[0]
        assert talk.asked == ["食品证"]

    run(test())


def count_arrivals(deliveries: Deliveries, arrived: threading.Semaphore) -> None:
    """Tell when a delivery has looked whether it is ours."""
    take = deliveries.take

    def counted(key: str, openid: str) -> Delivery:
        found = take(key, openid)
        arrived.release()
        return found

    deliveries.take = counted  # type: ignore[method-assign]


def test_retry_after_a_restart_gets_the_same_reply(engine: Engine) -> None:
    """From another process, with another envelope."""
    message, before, after = b.words("食品证"), Slow(engine), Slow(engine)
    first = told(wechat_app(engine, before), message)
    assert told(wechat_app(engine, after), message, message) == first * 2
    assert (before.asked, after.asked) == (["食品证"], [])


def test_replayed_delivery_does_nothing(app: FastAPI, talk: Slow) -> None:
    """Byte for byte the same, within the minutes in which its signature is good."""

    async def test() -> None:
        query, body = WeChat().delivery(b.words("食品证"))
        async with at_the_door(app) as door:
            first, again = [await door.post("/wechat", params=query, content=body) for _ in range(2)]
        assert WeChat().opened(first.text) == WeChat().opened(again.text)
        assert talk.asked == ["食品证"]

    run(test())


def test_same_words_said_twice_are_two_messages(app: FastAPI, talk: Slow) -> None:
    """Each has its own number."""
    told(app, b.words("食品证"), b.words("食品证"))
    assert talk.asked == ["食品证"] * 2


# --- in time


def test_late_answer_is_read_by_its_number(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """正在查 … 回复“1”查看; whoever asks too early is told so."""
    monkeypatch.setattr(answering, "LOOKS_FOR", AT_ONCE)
    talk, other = Slow(engine, waits=True), WeChat()

    async def test() -> None:
        hurried, app = wechat_app(engine, talk, patience=AT_ONCE), wechat_app(engine, talk)
        (wait,) = await sent(hurried, b.words("食品证"), other=other)
        assert wait["Content"] == words.WAIT.format(number=1)
        (early,) = await sent(app, b.words("1"), other=other)
        assert early["Content"] == words.STILL_LOOKING.format(number=2)
        talk.go.set()
        await hurried.state.service.wechat.in_time.close()
        (answer,) = await sent(app, b.words("１"), other=other)
        assert "食品经营许可证" in answer["Content"]
        assert talk.asked == ["食品证"]
        told_ = [reply["Content"] for reply in await sent(app, b.words("1"), b.words("继续"), b.words("1"))]
        assert "常有人问" in told_[0]  # the rest of it
        assert told_[1].startswith("没明白：继续")  # nothing waits: a word like any other
        assert told_[2] == words.NOTHING_KEPT

    run(test())


def test_late_answer_of_a_verified_account_is_sent_by_wechat(engine: Engine, fake: FakeWeChat) -> None:
    """`success`, and a customer-service message to its person, with a token of the API."""
    talk = Slow(engine, waits=True)
    account = Account(APP_ID, SAFE.token, KEY, SECRET, verified=True, api=fake.url)
    other = WeChat(account)

    async def test() -> None:
        app = wechat_app(engine, talk, account, patience=AT_ONCE)
        async with app.state.service.wechat.running():
            fake.does(SOMEBODY, "message")
            assert await sent(app, b.words("食品证"), other=other) == [{}]
            talk.go.set()
            assert await asyncio.to_thread(eventually, lambda: fake.texts(SOMEBODY))
        assert "食品经营许可证" in fake.texts(SOMEBODY)[0]

    run(test())


def test_person_is_asked_again_where_a_process_died_over_a_late_answer(engine: Engine, fake: FakeWeChat) -> None:
    """WeChat was told `success` and delivers no more: the next process that runs says so to the person."""
    account = Account(APP_ID, SAFE.token, KEY, SECRET, verified=True, api=fake.url)

    async def test() -> None:
        app = wechat_app(engine, Slow(engine), account)
        channel = app.state.service.wechat
        await sent(app, b.words("食品证"), other=WeChat(account))
        channel.deliveries.answer(channel.deliveries.take("died", SOMEBODY), "", late=True)
        with engine.begin() as connection:
            connection.execute(update(StoredDelivery).where(StoredDelivery.key == "died").values(until=NOON))
        async with channel.running():
            fake.does(SOMEBODY, "message")
            assert await asyncio.to_thread(eventually, lambda: words.BROKEN_OFF in fake.texts(SOMEBODY))

    run(test())


# --- what is said


def test_choice_is_taken_by_its_number_and_by_its_words(app: FastAPI, talk: Slow) -> None:
    """As they were shown; the dialogue gets the choice."""
    (question, *_) = told(
        app, b.words("哪一个"), b.words("2"), b.words("饭店的"), b.words("2. 药店的", bizmsgmenuid="2")
    )
    assert "1. 饭店的" in question
    assert talk.asked == ["哪一个", "c:two", "c:one", "c:two"]


def test_several_choices_are_said_in_their_words(app: FastAPI, talk: Slow) -> None:
    """Where several may be chosen."""
    told(app, b.words("哪些证"), b.words("1、2"))
    assert talk.asked[1] == "食品经营许可证、烟草专卖零售许可证"


def test_rest_of_an_answer_comes_with_one_word(app: FastAPI) -> None:
    """继续, however it is typed."""
    first, rest = told(app, b.words("食品证"), b.words("继续。"))
    assert first.endswith(words.MORE)
    assert "常有人问" in rest


def test_voice_and_menu_are_heard_as_words(app: FastAPI, talk: Slow) -> None:
    """What is recognised, and the key of a button."""
    told(app, b.a_message("voice", Recognition="食品证"), b.an_event("CLICK", key="转人工"))
    assert talk.asked == ["食品证", "转人工"]


def test_location_tells_the_county(app: FastAPI, talk: Slow) -> None:
    """Or, where it is none of ours, is asked for in words."""
    unknown, _ = told(app, b.a_message("location", Label="别处"), b.a_message("location", Label="示例市示例县一街"))
    assert unknown == words.NO_PLACE
    assert talk.asked == [words.SHOP_IN.format(place="示例县")]


@pytest.mark.parametrize(
    ("kind", "sorry"),
    [
        ("voice", words.NO_VOICE),
        ("image", words.NO_PICTURE),
        ("video", words.NO_FILM),
        ("shortvideo", words.NO_FILM),
        ("link", words.NO_LINK),
        ("of_next_year", words.NOT_READ),
    ],
)
def test_what_we_cannot_read_is_told_kindly(app: FastAPI, talk: Slow, kind: str, sorry: str) -> None:
    """With what helps instead."""
    assert told(app, b.a_message(kind)) == [sorry]
    assert talk.asked == []


@pytest.mark.parametrize("event", ["unsubscribe", "VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "of_next_year"])
def test_event_that_nobody_expects_an_answer_to_has_none(app: FastAPI, talk: Slow, event: str) -> None:
    """`success`."""
    assert told(app, b.an_event(event)) == [""]
    assert talk.asked == []


def test_who_follows_is_welcomed(app: FastAPI) -> None:
    """And told what is kept."""
    (hello,) = told(app, b.an_event("subscribe"))
    assert phrases.HELLO in hello
    assert words.FOLLOWED.format(days=30) in hello


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("event", ["SCAN", "subscribe"])
def test_scanned_checklist_opens(app: FastAPI, talk: Slow, event: str, short: bool) -> None:
    """By its token or its short code, with its card; who follows by it is welcomed as well."""
    asyncio.run(sent(app, b.words("我要清单")))
    (token,) = talk.checklists(*talk.turns)
    key = f"{'qrscene_' if event == 'subscribe' else ''}c_{token[:8] if short else token}"
    (reply,) = asyncio.run(sent(app, b.an_event(event, key=key)))
    assert f"/c/{token}" in reply.get("Url", "") + reply.get("Content", "")


@pytest.mark.parametrize("code", ["c_abcdefgh", "c_abcdefghijkm", "c_"])
def test_checklist_that_is_gone_is_told_kindly(app: FastAPI, code: str) -> None:
    """With what to do."""
    assert told(app, b.an_event("SCAN", key=code)) == [words.NO_LIST]


def test_scanned_case_asks_for_the_last_four_digits(app: FastAPI) -> None:
    """Its number alone shows nothing, whether or not there is such a case."""
    (reply,) = told(app, b.an_event("SCAN", key="p_202603020001"))
    assert "20260302-0001" in reply
    assert "后四位" in reply
    assert "https://daoban.example/progress?number=20260302-0001" in reply


def test_scanned_code_of_somebody_else_is_told_kindly(app: FastAPI) -> None:
    """With the page for a case."""
    (reply,) = told(app, b.an_event("SCAN", key="x_1"))
    assert words.UNKNOWN_CODE in reply


def test_web_page_goes_on_with_the_conversation(app: FastAPI, file: Engine) -> None:
    """By a link that nobody else can make."""
    (reply,) = told(app, b.words("网页"))
    link = reply.rpartition("/on?link=")[2]
    conversation = PageLinks("secret").conversation(link)
    assert conversation is not None
    assert People(file).openid(conversation) == SOMEBODY


def test_rating_is_taken_down(app: FastAPI, file: Engine, talk: Slow) -> None:
    """By the number of its level; it never reaches the dialogue."""
    cases = Cases(file)
    to_the_end = State.REVIEWING, State.SUBMITTED, State.IN_DEPARTMENT, State.GRANTED
    case = moved(cases, complete(cases, opened(cases)), *to_the_end)
    told(app, b.words("食品证"))
    best, *_ = NumberBook(file).give(*talk.turns, rating_card(case.number).choices)
    assert told(app, b.words(str(best))) == [THANKS]
    assert cases.is_rated(case.number)
    assert talk.asked == ["食品证"]


def test_who_wants_to_be_forgotten_is_told_so(file: Engine, talk: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to it is the one thing that is not erased."""
    say = talk.say

    async def erases(conversation: str, **said: str | None) -> Turn:
        People(file).forget(conversation)
        return await say(conversation, **said)

    app = wechat_app(file, talk)
    told(app, b.words("食品证"))
    monkeypatch.setattr(talk, "say", erases)
    message = b.words("都删掉")
    assert told(app, message, message) == ["没明白：都删掉"] * 2
    assert talk.asked == ["食品证", "都删掉"]


def test_failing_dialogue_is_an_apology(app: FastAPI, talk: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never an error of ours that WeChat would show in its own words."""

    async def fails(*_: object, **__: object) -> Turn:
        raise RuntimeError(PHONE)

    monkeypatch.setattr(talk, "say", fails)
    assert told(app, b.words("食品证")) == [phrases.OUR_FAULT]


def test_nothing_of_a_message_is_logged(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    """Neither who sent it nor what it says."""
    with caplog.at_level(logging.DEBUG):
        told(app, b.words(f"我是张三，{PHONE}"))
    ours = "".join(record.getMessage() for record in caplog.records if record.name != "httpx")  # that is the test's own
    assert not any(secret in ours for secret in (PHONE, "张三", SOMEBODY, SAFE.token, KEY))
