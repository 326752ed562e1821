"""`daoban bench load` and `leak`: what people of the generator say to a door of ours, and how a run is judged."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import pytest

from assistant.bench import leak, load
from assistant.bench.invented import Invention, papers
from assistant.bench.load_people import Door, Happened, People, hurried, looked_up, main, talked
from assistant.knowledge import model as m
from assistant.phrases import CHECKLIST_TITLE
from tests.builders import a_guide, a_knowledge

Answering = Callable[[str, str, bytes], tuple[int, object]]
FOOD, TOBACCO, WORDS = "食品经营许可证", "烟草专卖零售许可证", (CHECKLIST_TITLE, "12345", "示例县", "真县")
KNOWLEDGE = a_knowledge(
    guides={
        "shipin": a_guide(FOOD, aliases=("食品证", "食品许可证", "零售许可证", "卖吃的")),
        "yancao": a_guide(TOBACCO, aliases=("烟草许可证", "零售许可", "专卖局的证")),
    },
    industries={"shangdian": m.Industry(id="shangdian", name="食杂店", aliases=("小卖部",), may_have=("shipin",))},
    groups={
        "zhuanmai": m.ConfusionGroup(
            id="zhuanmai",
            words=("专卖局的证",),
            question="哪一张？",
            options=tuple(m.Option(guide=one, label=one) for one in ("shipin", "yancao")),
        )
    },
)
EXPECTED = {
    text: statuses[0]
    for person in itertools.islice(iter(Invention(KNOWLEDGE).conversation, None), 200)
    for text, statuses, _ in person
}


def people() -> People:
    """People who say what is expected."""
    return People(Invention(KNOWLEDGE))


def as_expected(_address: str, _path: str, body: bytes) -> tuple[int, object]:
    """An answer that will do for a message, with all words that may have to stand on it."""
    lines = [{"text": word} for word in (FOOD, TOBACCO, *WORDS)]
    return 200, {
        "status": EXPECTED[json.loads(body)["text"]],
        "asks": None,
        "replies": [{"sections": [{"lines": lines}]}],
    }


def met(door: Answering, people: Callable[[Door], Awaitable[Happened]]) -> Happened:
    """What people meet at a door of our own, which is told address, path and body."""

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(int(told["content-length"]))
                code, reply = door(told["x-forwarded-for"], head[0].split(" ")[1], body)
                raw = json.dumps(reply).encode()
                writer.write(f"HTTP/1.1 {code} .\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw)
        except asyncio.IncompleteReadError:
            writer.close()

    async def all_of_it() -> Happened:
        server = await asyncio.start_server(answered, "127.0.0.1", 0)
        async with server:
            return await people(Door("127.0.0.1", server.sockets[0].getsockname()[1]))

    return asyncio.run(all_of_it())


def test_people_talk_and_look_at_every_answer() -> None:
    """As many messages as were wanted, each conversation from an address of its own; right answers are no faults."""
    whose: dict[str, set[str]] = {}

    def door(address: str, path: str, body: bytes) -> tuple[int, object]:
        whose.setdefault(json.loads(body)["conversation_id"], set()).add(address)
        assert path == "/api/chat"
        return as_expected(address, path, body)

    happened = met(door, lambda at: talked(at, people(), 10, 1000.0, 0.06))
    assert (len(happened.took), happened.faults) == (60, {})
    assert {len(addresses) for addresses in whose.values()} == {1}
    assert len({address for addresses in whose.values() for address in addresses}) == len(whose) >= 10


def test_wrong_answers_are_faults() -> None:
    """Another status, a refusal and no answer at all are counted, whatever the speed."""

    def door(address: str, path: str, body: bytes) -> tuple[int, object]:
        if FOOD in json.loads(body)["text"]:
            return 429, {"error": "歇一歇"}
        code, reply = as_expected(address, path, body)
        assert isinstance(reply, dict)
        return code, reply | {"status": "failed"}

    happened = met(door, lambda at: hurried(at, people(), 3, 30))
    assert len(happened.took) == sum(happened.faults.values()) == 30
    assert any("HTTP 429" in fault for fault in happened.faults)
    assert any("failed" in fault for fault in happened.faults)
    assert sum(asyncio.run(hurried(Door("127.0.0.1", 1), people(), 1, 2)).faults.values()) == 2


def test_what_happened_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever started the people reads it all back, faults by their words."""
    main("hurry", "127.0.0.1", "1", "0", "1", "2")
    happened = Happened(**json.loads(capsys.readouterr().out))
    assert len(happened.took) == sum(happened.faults.values()) == 2
    assert happened.said == 2
    assert happened.seconds > 0


@pytest.mark.parametrize("right", [True, False])
def test_look_ups_must_find_what_was_named(right: bool) -> None:
    """The licence that was named is among the first hits, or it is a fault."""

    def door(_address: str, path: str, _body: bytes) -> tuple[int, object]:
        name = FOOD if "食品" in unquote(path) else TOBACCO
        return 200, {"hits": [{"name": name if right else "修脚证"}]}

    happened = met(door, lambda at: looked_up(at, people().questions(), 4, 0.05))
    assert len(happened.took) > 0
    assert sum(happened.faults.values()) == (0 if right else len(happened.took))


def test_what_is_said_follows_from_the_seed() -> None:
    """The same seed says the same, another one something else; no question comes twice."""
    one, same, other = (Invention(KNOWLEDGE, seed) for seed in (1, 1, 2))
    assert [one.conversation() for _ in range(20)] == [same.conversation() for _ in range(20)]
    asked = [one.question() for _ in range(300)]
    assert asked == [same.question() for _ in range(300)]
    assert asked != [other.question() for _ in range(300)]
    assert len(dict(asked)) == 300


def test_what_must_be_answered_follows_from_what_was_put_in() -> None:
    """A question names the guide that must be found by one of its names; what was told of first stands on the list."""
    called = {paper.said: paper.name for paper in papers(KNOWLEDGE)}
    invention = Invention(KNOWLEDGE)
    for text, name in (invention.question() for _ in range(50)):
        assert name in {of for said, of in called.items() if said in text}
    lists = [
        (words[1], text)
        for person in (invention.conversation() for _ in range(50))
        for text, _, words in person
        if len(words) > 1 and "有" in text
    ]
    assert all(name in {of for said, of in called.items() if said in text} for name, text in lists)
    assert lists


def test_only_names_of_one_licence_are_said() -> None:
    """What two licences are called, whatever the ending, or what a confusion group asks about, could mean either."""
    assert {paper.said for paper in papers(KNOWLEDGE)} == {FOOD, "食品许可证", TOBACCO, "烟草许可证"}


def test_load_is_told_with_faults_and_memory() -> None:
    """The table has rate, times, what was wrong, the generator's share, and the memory once settled and at the end."""
    happened = Happened([10.0] * 99 + [900.0], Counter({"你好：unknown": 2}), seconds=4.0, cpu=0.031, said=97)
    memory = [{"网页": 500.0 + look, "Rasa": 800.0} for look in range(10)]
    found = load.counted(happened, [*memory, {"网页": 510.0, "Rasa 2": 3.0}], 0.5, {"网页": 20.0})
    assert found.memory == {"网页": (502.0, 510.0)}  # of a process that came later nothing can be said
    table = load.as_table(found)
    for row in (
        "| 一共 / 每秒 | 100 / 25.0 |",
        "| 说法各不相同的 | 97.0% |",
        "| 不对的 | 2 |",
        "| 问话的程序自己占 | 一个核的 3.1% |",
        "| 内存：网页 | 502.0 → 510.0 MB |",
        "- 2 次 你好：unknown",
    ):
        assert row in table


@pytest.mark.parametrize(("each", "told"), [(0.0, "平的"), (2.0, "在涨")])
def test_leak_is_what_grows_in_the_second_half(each: float, told: str) -> None:
    """What a process takes while it warms up is none; what it takes for every thousand messages after that is."""
    looks = [leak.Look(n * 1000, {"网页": 500.0 + min(n, 4) * 30 + n * each}) for n in range(1, 21)]
    found = leak.Found(looks, {}, 25.0)
    assert found.slopes["网页"] == pytest.approx(each)
    assert told in leak.as_text(found)
