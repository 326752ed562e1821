"""The people of `daoban bench load` and `leak`, in a process of their own: they ask by HTTP and look at every answer.

`python -m assistant.bench.load_people talk HOST PORT SEED USERS PER_SECOND SECONDS` says messages when their time has come, whether
or not the ones before are answered; how long an answer took counts from that time. `… hurry HOST PORT SEED AT_ONCE MESSAGES` says
the next message as soon as the last is answered, `… look-up HOST PORT SEED AT_ONCE SECONDS` asks `/api/search` so, each question
once, `… look-up-again …` the same few again and again. What is said follows from the seed, and hardly ever comes twice
(`invented.py`). What happened is printed as JSON. Each conversation comes from an address of its own, as a proxy in front would say.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import sys
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from assistant.bench.invented import Invention
from assistant.bench.talks import Said, fault
from assistant.knowledge.load import load
from assistant.settings import from_environment

CONNECTIONS = 32  # kept open, used in turn, so that each web process has its share
GIVES_UP = 10.0  # seconds
IDLE = 2.0  # seconds; the service closes a connection that nobody used for five
ADDRESSES = 1 << 24
ASKED_AGAIN = 400  # questions, then again from the first: fewer than the service remembers
AMONG_FIRST = 3  # hits, among which the licence that was named must be


@dataclass
class Happened:
    """What came of all requests; times in milliseconds."""

    took: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0  # share of one processor that asking took
    said: int = 0  # different texts


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter, float]  # a connection, and when it was used last


Question = tuple[str, str]  # its text, and the guide that must be among the first


class People:
    """Who talks and asks, one after the other, and all that was said so far."""

    def __init__(self, invention: Invention) -> None:
        self._invention = invention
        self.said: set[str] = set()

    def in_turn(self, users: int) -> Iterator[tuple[str, Said]]:
        """Line after line without end, of so many people in turn; who has said all makes room for another."""
        persons = [self._person() for _ in range(users)]
        for place in itertools.cycle(range(users)):
            line = next(persons[place], None)
            if line is None:
                persons[place] = self._person()
                line = next(persons[place])
            self.said.add(line[1][0])
            yield line

    def questions(self) -> Iterator[Question]:
        """Question after question without end, none twice."""
        while True:
            question = self._invention.question()
            self.said.add(question[0])
            yield question

    def _person(self) -> Iterator[tuple[str, Said]]:
        """Somebody's conversation and lines."""
        conversation = str(uuid.uuid4())
        return ((conversation, line) for line in self._invention.conversation())


class Door:
    """The service, over connections that stay open while they are used."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._free: asyncio.Queue[Line | None] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def ask(self, method: str, path: str, person: int, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of an answer; OSError or TimeoutError where none came."""
        number = person % ADDRESSES
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: {address}\r\nContent-Length: {len(body)}\r\n"
        )
        line = await self._free.get()
        try:
            async with asyncio.timeout(GIVES_UP):
                if line and time.monotonic() - line[2] > IDLE:
                    line[1].close()
                    line = None
                reader, writer = line[:2] if line else await asyncio.open_connection(self._host, self._port)
                line = None
                writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
                try:
                    told = (await reader.readuntil(b"\r\n\r\n")).lower()
                    length = int(told.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
                    reply = await reader.readexactly(length)
                except (asyncio.IncompleteReadError, ValueError) as error:
                    writer.close()
                    raise ConnectionError("an answer that is none") from error
                except BaseException:
                    writer.close()
                    raise
                line = reader, writer, time.monotonic()
                return int(told.split(b" ", 2)[1]), reply
        finally:
            self._free.put_nowait(line)


async def talked(door: Door, people: People, users: int, per_second: float, seconds: float) -> Happened:
    """So many people at a time, one message after the other, so many in a second; who has said all makes room for another."""
    happened, begins = Happened(), time.monotonic()
    saying = []
    for number, line in zip(range(int(per_second * seconds)), people.in_turn(users), strict=False):
        due = begins + number / per_second
        await asyncio.sleep(max(due - time.monotonic(), 0))
        saying.append(asyncio.create_task(_said(door, happened, due, *line)))
    await asyncio.gather(*saying)
    return happened


async def hurried(door: Door, people: People, at_once: int, messages: int) -> Happened:
    """So many messages, the next one as soon as the last is answered."""
    happened, left = Happened(), iter(range(messages))

    async def person() -> None:
        for _, line in zip(left, people.in_turn(1), strict=False):
            await _said(door, happened, time.monotonic(), *line)

    await asyncio.gather(*(person() for _ in range(at_once)))
    return happened


async def looked_up(door: Door, questions: Iterator[Question], at_once: int, seconds: float) -> Happened:
    """Look up questions, the next one as soon as the last is answered."""
    happened, ends, number = Happened(), time.monotonic() + seconds, itertools.count()

    async def person() -> None:
        while time.monotonic() < ends:
            text, name = next(questions)
            asking = door.ask("GET", f"/api/search?q={quote(text)}", next(number))
            await _timed(happened, time.monotonic(), asking, partial(_found, text, name))

    await asyncio.gather(*(person() for _ in range(at_once)))
    return happened


async def _said(door: Door, happened: Happened, due: float, conversation: str, line: Said) -> None:
    body = json.dumps({"conversation_id": conversation, "text": line[0]}).encode()
    person = hash(conversation)
    await _timed(happened, due, door.ask("POST", "/api/chat", person, body), partial(fault, line))


async def _timed(
    happened: Happened,
    due: float,
    asking: Awaitable[tuple[int, bytes]],
    looking: Callable[[int, bytes], str | None],
) -> None:
    try:
        wrong = looking(*await asking)
    except (OSError, TimeoutError) as error:
        wrong = f"没有答复：{type(error).__name__}"
    happened.took.append(round((time.monotonic() - due) * 1000, 1))
    if wrong:
        happened.faults[wrong] += 1


def _found(text: str, name: str, code: int, body: bytes) -> str | None:
    """What is wrong with what was found."""
    if code != 200:
        return f"找{text}：HTTP {code}"
    hits = [hit["name"] for hit in json.loads(body)["hits"][:AMONG_FIRST]]
    return None if name in hits else f"找{text}：没找到{name}"


def main(how: str, host: str, port: str, seed: str, first: str, *more: str) -> None:
    """Ask, and tell what happened and how much processor that took."""
    door, invention = Door(host, int(port)), Invention(load(from_environment().knowledge, demo=True), int(seed))
    people = People(invention)
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    if how == "talk":
        happened = asyncio.run(talked(door, people, int(first), float(more[0]), float(more[1])))
    elif how == "hurry":
        happened = asyncio.run(hurried(door, people, int(first), int(more[0])))
    else:
        new = people.questions()
        asked = new if how == "look-up" else itertools.cycle(list(itertools.islice(new, ASKED_AGAIN)))
        happened = asyncio.run(looked_up(door, asked, int(first), float(more[0])))
    after = resource.getrusage(resource.RUSAGE_SELF)
    happened.seconds = time.monotonic() - began
    happened.cpu = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / happened.seconds
    happened.said = len(people.said)
    print(json.dumps(vars(happened), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
