"""Every message has its reply in time, and an answer that is late or long comes all the same."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine

from assistant import phrases
from assistant.db import now
from assistant.render.wechat_messages import Message, News, Text
from assistant.wechat import words
from assistant.wechat.deliveries import LEASE, Deliveries, Delivery
from assistant.wechat.in_time import InTime
from assistant.wechat.inbound import Heard, Kind
from assistant.wechat.kept import Kept
from assistant.wechat.tables import StoredDelivery
from tests.wechat.builders import NOON, OURS, SOMEBODY

SAID = Heard(SOMEBODY, OURS, "key", Kind.SAID, "食品证咋退")
ONE, TWO, CAN_WAIT = Text("一"), Text("二"), Text("可以等的", more=True)
PHONE = "13800138000"
AT_ONCE, AT_LEISURE = 0.05, 20.0  # seconds


class Sent:
    """An outbox that remembers."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def put(self, openid: str, *bodies: dict[str, Any]) -> None:
        """Remember the messages to somebody."""
        assert openid == SOMEBODY
        self.bodies += bodies

    @property
    def texts(self) -> list[str]:
        """What they say."""
        return [body["text"]["content"] for body in self.bodies]


class Answer:
    """An answer that is counted, and that comes when it may."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages
        self.asked = 0
        self.may_come = asyncio.Event()

    async def at_once(self) -> Sequence[Message]:
        """Without delay."""
        self.asked += 1
        return self.messages

    async def late(self) -> Sequence[Message]:
        """When it may."""
        self.asked += 1
        await self.may_come.wait()
        return self.messages


def in_time(engine: Engine, outbox: Sent | None = None, *, patience: float = AT_LEISURE) -> InTime:
    """Replies over a database."""
    return InTime(Deliveries(engine), Kept(engine), outbox, patience=patience, limit=AT_LEISURE)


async def replied(to: InTime, answer: Callable[[], Awaitable[Sequence[Message]]], heard: Heard = SAID) -> str:
    """The reply, its text alone where it has one."""
    reply = await to.reply(heard, answer, lambda: 7)
    if not reply:
        return ""
    told = {one.tag: one.text or "" for one in ElementTree.fromstring(reply).iter()}
    assert (told["ToUserName"], told["FromUserName"]) == (SOMEBODY, OURS)
    return told.get("Content") or told["Description"]


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test."""
    asyncio.run(asyncio.wait_for(work, AT_LEISURE))


# --- one message, one reply


def test_answer_that_is_there_is_the_reply(engine: Engine) -> None:
    """A second delivery gets it as well, and asks nobody."""

    async def test() -> None:
        answer = Answer(ONE)
        assert [await replied(in_time(engine), answer.at_once) for _ in range(3)] == ["一"] * 3
        assert answer.asked == 1

    run(test())


def test_three_deliveries_at_once_ask_once_and_get_the_same(engine: Engine) -> None:
    """While the first is still being answered, in two processes that share the database."""

    async def test() -> None:
        answer, here, there = Answer(ONE), in_time(engine), in_time(engine)
        deliveries = [asyncio.create_task(replied(one, answer.late)) for one in (here, there, here)]
        await asyncio.sleep(0)
        assert not any(one.done() for one in deliveries)
        answer.may_come.set()
        assert await asyncio.gather(*deliveries) == ["一"] * 3
        assert answer.asked == 1

    run(test())


def test_nothing_to_say_is_an_empty_reply(engine: Engine) -> None:
    """And stays one."""

    async def test() -> None:
        answer = Answer()
        assert [await replied(in_time(engine), answer.at_once) for _ in range(2)] == ["", ""]
        assert answer.asked == 1

    run(test())


def test_delivery_after_a_crash_is_answered(engine: Engine) -> None:
    """The process that took the first one is gone; nobody else has answered."""

    async def test() -> None:
        Deliveries(engine, lambda: now() - LEASE).take(SAID.key, SOMEBODY)
        assert await replied(in_time(engine), Answer(ONE).at_once) == "一"

    run(test())


def test_answer_of_a_process_that_was_too_slow_to_keep_its_message_is_dropped(engine: Engine) -> None:
    """Another delivery has answered meanwhile: nobody gets two answers."""

    async def test() -> None:
        outbox = Sent()

        async def overtaken() -> Sequence[Message]:
            with engine.begin() as connection:
                connection.execute(StoredDelivery.__table__.update().values(until=NOON))  # type: ignore[attr-defined]
            assert await replied(in_time(engine), Answer(TWO).at_once) == "二"
            return [ONE, ONE]

        assert await replied(in_time(engine, outbox), overtaken) == ""
        assert outbox.bodies == []
        assert await replied(in_time(engine), Answer(ONE).at_once) == "二"

    run(test())


# --- late


def test_late_answer_of_a_verified_account_is_sent(engine: Engine) -> None:
    """`success` now, also to the second delivery; the answer when it is there."""

    async def test() -> None:
        outbox, answer = Sent(), Answer(ONE, TWO)
        replies = in_time(engine, outbox, patience=AT_ONCE)
        assert [await replied(replies, answer.late) for _ in range(2)] == ["", ""]
        assert outbox.bodies == []
        answer.may_come.set()
        await replies.close()
        assert outbox.texts == ["一", "二"]
        assert answer.asked == 1
        assert not Deliveries(engine).awaits(SOMEBODY)

    run(test())


def test_late_answer_of_another_account_waits_to_be_asked_for(engine: Engine) -> None:
    """The reply says by which number; the answer is kept as a whole."""

    async def test() -> None:
        answer = Answer(ONE, TWO)
        replies = in_time(engine, patience=AT_ONCE)
        wait = words.WAIT.format(number=7)
        assert [await replied(replies, answer.late) for _ in range(2)] == [wait, wait]
        assert Deliveries(engine).awaits(SOMEBODY)
        assert Kept(engine).take(SOMEBODY, begun=False) == []
        answer.may_come.set()
        await replies.close()
        assert Kept(engine).take(SOMEBODY, begun=False) == [ONE, TWO]
        assert not Deliveries(engine).awaits(SOMEBODY)

    run(test())


@pytest.mark.parametrize("ours", [True, False])
def test_late_answer_waits_for_its_reply(engine: Engine, ours: bool) -> None:
    """Nobody reads an answer before what announces it is written down; where that fails it is another's to give."""

    async def test() -> None:
        told: list[str] = []
        outbox, answer, may_be_kept = Sent(), Answer(ONE), threading.Event()

        class Slow(Deliveries):
            def answer(self, delivery: Delivery, reply: str, *, late: bool = False) -> bool:
                may_be_kept.wait(AT_LEISURE)
                told.extend(outbox.texts)
                return ours

        replies = InTime(Slow(engine), Kept(engine), outbox, patience=AT_ONCE, limit=AT_LEISURE)
        reply = asyncio.create_task(replied(replies, answer.late))
        await asyncio.sleep(2 * AT_ONCE)
        answer.may_come.set()
        await asyncio.sleep(2 * AT_ONCE)  # time enough for what must not happen
        may_be_kept.set()
        assert await reply == ""
        await replies.close()
        assert (told, outbox.texts) == ([], ["一"] if ours else [])

    run(test())


def test_reply_comes_in_time_whatever_the_database_does() -> None:
    """An empty one, so that WeChat does not say that we are out of order."""

    async def test() -> None:
        stuck = threading.Event()

        class Stuck(Deliveries):
            def take(self, key: str, openid: str) -> Delivery:
                stuck.wait(AT_LEISURE)
                return Delivery(key, False, "")

        replies = InTime(Stuck(None), Kept(None), None, limit=AT_ONCE)  # type: ignore[arg-type]
        assert await replied(replies, Answer(ONE).at_once) == ""
        stuck.set()
        await replies.close()

    run(test())


def test_answer_whose_reply_came_too_late_is_not_lost(engine: Engine) -> None:
    """WeChat has had an empty reply and does not ask again: the answer goes another way."""

    async def test() -> None:
        stuck, outbox = threading.Event(), Sent()

        class Stuck(Deliveries):
            def answer(self, delivery: Delivery, reply: str, *, late: bool = False) -> bool:
                stuck.wait(AT_LEISURE)
                return super().answer(delivery, reply, late=late)

        for sending in (outbox, None):
            stuck.clear()
            replies = InTime(Stuck(engine), Kept(engine), sending, patience=AT_LEISURE, limit=AT_ONCE)
            heard = Heard(SOMEBODY, OURS, f"key {sending is None}", Kind.SAID)
            assert await replied(replies, Answer(ONE, TWO).at_once, heard) == ""
            stuck.set()
            await replies.close()
        assert outbox.texts == ["一", "二"]
        assert Kept(engine).take(SOMEBODY, begun=False) == [ONE, TWO]

    run(test())


# --- more than one message


def test_rest_of_an_answer_waits_to_be_asked_for(engine: Engine) -> None:
    """The reply says that there is more."""

    async def test() -> None:
        assert await replied(in_time(engine), Answer(ONE, TWO, CAN_WAIT).at_once) == f"一\n\n{words.MORE}"
        assert Kept(engine).take(SOMEBODY, begun=True) == [TWO, CAN_WAIT]

    run(test())


def test_verified_account_sends_the_rest_but_what_can_wait(engine: Engine) -> None:
    """What is sent last says that there is more."""

    async def test() -> None:
        outbox = Sent()
        assert await replied(in_time(engine, outbox), Answer(ONE, TWO, CAN_WAIT).at_once) == "一"
        assert outbox.texts == [f"二\n\n{words.MORE}"]
        assert Kept(engine).take(SOMEBODY, begun=True) == [CAN_WAIT]

    run(test())


@pytest.mark.parametrize(("kind", "most"), [(Kind.SAID, 5), (Kind.TAPPED, 3), (Kind.SCANNED, 3), (Kind.FOLLOWED, 3)])
@pytest.mark.parametrize("late", [False, True])
def test_no_more_is_sent_than_wechat_takes(engine: Engine, kind: Kind, most: int, late: bool) -> None:
    """Five after a message, three after a tap, a scan or a follow; the rest can be asked for, nothing is lost."""

    async def test() -> None:
        outbox, texts = Sent(), [Text(f"第{number}段") for number in range(8)]
        answer = Answer(*texts)
        replies = in_time(engine, outbox, patience=AT_ONCE if late else AT_LEISURE)
        first = await replied(replies, answer.late if late else answer.at_once, Heard(SOMEBODY, OURS, "key", kind))
        answer.may_come.set()
        await replies.close()
        assert len(outbox.bodies) == most
        seen = [first] * (not late) + [text.removesuffix(f"\n\n{words.MORE}") for text in outbox.texts]
        kept = [one.content for one in Kept(engine).take(SOMEBODY, begun=True) if isinstance(one, Text)]
        assert seen + kept == [one.content for one in texts]
        assert outbox.texts[-1].endswith(words.MORE)

    run(test())


def test_card_says_as_well_that_there_is_more(engine: Engine) -> None:
    """In its description."""

    async def test() -> None:
        card = News("清单", "两样", "https://d.example/c/x")
        assert await replied(in_time(engine), Answer(card, ONE).at_once) == f"两样\n{words.MORE}"

    run(test())


# --- what goes wrong


def test_answer_that_fails_is_an_apology(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """The log says where, not what was said."""

    async def test() -> None:
        async def fails() -> Sequence[Message]:
            raise ValueError(PHONE)

        assert await replied(in_time(engine), fails) == phrases.OUR_FAULT

    with caplog.at_level(logging.DEBUG):
        run(test())
    assert "ValueError" in caplog.text
    assert "in fails" in caplog.text
    assert PHONE not in caplog.text


def test_message_that_cannot_be_written_down_has_an_apology(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """And nothing is done that a second delivery would do again; the log knows nobody."""

    async def test() -> None:
        with engine.begin() as connection:
            StoredDelivery.__table__.drop(connection)  # type: ignore[attr-defined]
        answer = Answer(ONE)
        assert await replied(in_time(engine), answer.at_once) == phrases.OUR_FAULT
        assert answer.asked == 0

    run(test())
    assert SOMEBODY not in caplog.text


# --- what is kept


def test_kept_answers_are_given_as_they_are_asked_for(engine: Engine) -> None:
    """继续 goes on with what was begun, 查看 gives what was not seen; each gives the other where it has none."""
    kept = Kept(engine)
    kept.put(SOMEBODY, [ONE], begun=True)
    kept.put(SOMEBODY, [TWO], begun=False)
    assert kept.take(SOMEBODY, begun=False) == [TWO]
    assert kept.take(SOMEBODY, begun=False) == [ONE]
    kept.put(SOMEBODY, [TWO], begun=False)
    assert kept.take(SOMEBODY, begun=True) == [TWO]
    assert kept.take(SOMEBODY, begun=True) == []


def test_rest_of_an_answer_gives_way_to_the_next(engine: Engine) -> None:
    """But an answer that nobody has seen does not."""
    kept = Kept(engine)
    kept.put(SOMEBODY, [CAN_WAIT], begun=True)
    kept.put(SOMEBODY, [News("清单", "两样", "https://d.example/c/x")], begun=False)
    kept.put(SOMEBODY, [ONE, TWO], begun=True)
    assert kept.take(SOMEBODY, begun=True) == [ONE, TWO]
    assert kept.take(SOMEBODY, begun=True) == [News("清单", "两样", "https://d.example/c/x")]
    assert kept.take(SOMEBODY, begun=True) == []
