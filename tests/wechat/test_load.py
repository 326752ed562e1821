import asyncio
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from assistant import phrases
from assistant.bench import wechat_people as people
from assistant.bench.wechat_load import Load, as_table, counted
from assistant.bench.wechat_people import Message, WeChat, everybody, fault, shown
from assistant.db import now
from assistant.wechat import words
from assistant.wechat.account import Account
from assistant.wechat.envelope import check, fields

ACCOUNT = Account("wxbench", "abcdef0123456789")
Door = Callable[[str], str]


def a_message(who: str, text: str, *replies: str, wrong: str | None = None) -> Message:
    """A message with a delivery of 10 ms for each reply."""
    return Message(who, text, [0.01] * len(replies), list(replies), fault=wrong)


def talked(door: Door, users: int, messages: int) -> list[Message]:
    """What people say to a door of our own, which answers the text of a message."""

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("Content-Length"))
        body = fields((await reader.readexactly(length)).decode())
        query = {name: values[0] for name, values in parse_qs(head.split(" ")[1].partition("?")[2]).items()}
        check(ACCOUNT, query, now())
        reply = door(f"{body['FromUserName']} {body['MsgId']} {body['Content']}")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n{reply}".encode())
        writer.close()

    async def all_of_it() -> list[Message]:
        server = await asyncio.start_server(answered, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await everybody(WeChat("127.0.0.1", port, ACCOUNT.token), users, 1000.0, messages / 1000)

    return asyncio.run(all_of_it())


def a_reply(text: str) -> str:
    """A passive reply."""
    return f"<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for five seconds."""
    for name, value in (("AT_ONCE", (0.0, 0.01)), ("AS_WECHAT_DOES", (0.01, 0.02)), ("ASKS_AGAIN", 0.01)):
        monkeypatch.setattr(people, name, value)


def test_each_message_is_delivered_up_to_three_times() -> None:
    """Every delivery of a message is the same, signed, from the same person; some come once, some twice, some three times."""
    heard: Counter[str] = Counter()

    def door(message: str) -> str:
        heard[message] += 1
        return a_reply("好")

    messages = talked(door, 20, 60)
    assert len(messages) == len(heard) == 60
    assert set(heard.values()) == {1, 2, 3}
    assert sum(heard.values()) == sum(len(one.seconds) for one in messages)
    assert len({one.openid for one in messages}) >= 20


def test_late_answer_is_asked_for_as_told() -> None:
    """Who is told to come back with a number does, until the answer is there."""
    looked: Counter[str] = Counter()

    def door(message: str) -> str:
        who, _, text = message.split(" ")
        if text != "7":
            return a_reply(words.WAIT.format(number=7))
        looked[who] += 1
        return a_reply("清单" if looked[who] > 1 else words.STILL_LOOKING.format(number=7))

    messages = talked(door, 4, 4)
    assert all(one.late for one in messages)
    assert set(looked.values()) == {2}
    assert all(one.fault is None or "没说到" in one.fault for one in messages)


def test_no_reply_is_no_answer() -> None:
    """`success`, which WeChat takes for an answer, tells the person nothing."""
    assert {one.fault for one in talked(lambda _: "success", 3, 3)} == {people.NO_ANSWER}


def test_what_an_answer_says_is_checked() -> None:
    """Words that lack, our own fault and an answer without Rasa are faults."""
    assert fault(shown(a_reply("食品证要带")), ("食品",)) is None
    assert "没说到烟草" in (fault("食品证要带", ("烟草",)) or "")
    assert fault(phrases.OUR_FAULT, ()) is not None
    card = "<Title><![CDATA[注销清单]]></Title><Url><![CDATA[https://daoban.example/c/abcdefghjkmn]]></Url>"
    assert fault(shown(card), ("排污",)) is None
    assert fault(f"{phrases.DIALOGUE_AWAY}烟草", ("烟草",)) is not None


def test_lost_and_doubled_are_counted_where_they_were_heard() -> None:
    """A message that the dialogue never heard, or heard twice, is counted, whatever was replied."""
    messages = [
        a_message("a", "一", "x"),
        a_message("a", "二", "x", "x"),
        a_message("b", "一", "x", "y", ""),
        a_message("b", "二", "", wrong=people.NO_ANSWER),
    ]
    found = counted(Load(2, 1.0, 4), messages, {"a": ["一"], "b": ["一", "二", "一"]})
    assert (found.people, found.messages, found.deliveries) == (2, 4, 7)
    assert (found.answered_once, found.lost, found.doubled, found.told_apart) == (1, 2, 1, 1)
    table = as_table(found)
    for row in ("| 丢了 / 重了 | 2 / 1 |", "| 只答了一次 | 1 |", "| 几次送达答得不一样 | 1 |", "- 1 次 二：没有答复"):
        assert row in table


def test_good_run_has_nothing_lost() -> None:
    """Where each message was heard once and answered alike, the table says so."""
    messages = [a_message(who, "一", "x", "x") for who in "ab"]
    found = counted(Load(2, 1.0, 2), messages, {"a": ["一"], "b": ["一"]})
    assert (found.answered_once, found.lost, found.doubled, found.told_apart) == (2, 0, 0, 0)
    assert (found.p50, found.p99) == (10.0, 10.0)
