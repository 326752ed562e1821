"""The people of `daoban bench load` and `leak`, in a process of their own: they ask by HTTP and look at every answer.

`python -m assistant.bench.load_people talk HOST PORT USERS PER_SECOND SECONDS` says messages when their time has come, whether or
not the ones before are answered; how long an answer took counts from that time. `… hurry HOST PORT AT_ONCE MESSAGES` says the
next message as soon as the last is answered, `… look-up HOST PORT AT_ONCE SECONDS` asks `/api/search` so. What happened is
printed as JSON. Each conversation comes from an address of its own, as a proxy in front would say.
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
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from assistant.bench.talks import CONVERSATIONS, Said, fault
from assistant.knowledge.load import load
from assistant.settings import from_environment

CONNECTIONS = 32  # kept open, used in turn, so that each web process has its share
GIVES_UP = 10.0  # seconds
IDLE = 2.0  # seconds; the service closes a connection that nobody used for five
ADDRESSES = 1 << 24
SEARCHES = 400  # different ones, then again from the first
AMONG_FIRST = 3  # hits, among which the licence that was named must be


@dataclass
class Happened:
    """What came of all requests; times in milliseconds."""

    took: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0  # share of one processor that asking took


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter, float]  # a connection, and when it was used last


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


async def talked(door: Door, users: int, per_second: float, seconds: float) -> Happened:
    """So many people at a time, one message after the other, so many in a second; who has said all makes room for another."""
    happened, begins = Happened(), time.monotonic()
    persons = [_person() for _ in range(users)]
    saying = []
    for number in range(int(per_second * seconds)):
        place = number % users
        line = next(persons[place], None)
        if line is None:
            persons[place] = _person()
            line = next(persons[place])
        due = begins + number / per_second
        await asyncio.sleep(max(due - time.monotonic(), 0))
        saying.append(asyncio.create_task(_said(door, happened, due, *line)))
    await asyncio.gather(*saying)
    return happened


async def hurried(door: Door, at_once: int, messages: int) -> Happened:
    """So many messages, the next one as soon as the last is answered."""
    happened, left = Happened(), iter(range(messages))

    async def person() -> None:
        for line in iter(_next_line(), None):
            if next(left, None) is None:
                return
            await _said(door, happened, time.monotonic(), *line)

    await asyncio.gather(*(person() for _ in range(at_once)))
    return happened


async def looked_up(door: Door, names: Sequence[str], at_once: int, seconds: float) -> Happened:
    """Look up licences by these names, the next one as soon as the last is answered."""
    happened, ends, number = Happened(), time.monotonic() + seconds, itertools.count()

    async def person() -> None:
        while time.monotonic() < ends:
            one = next(number)
            name = names[one % len(names)]
            path = f"/api/search?q={quote(name)}{quote('怎么退')}"
            await _timed(happened, time.monotonic(), door.ask("GET", path, one), partial(_found, name))

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


def _found(name: str, code: int, body: bytes) -> str | None:
    """What is wrong with what was found."""
    if code != 200:
        return f"找{name}：HTTP {code}"
    hits = [hit["name"] for hit in json.loads(body)["hits"][:AMONG_FIRST]]
    return None if name in hits else f"找{name}：没找到"


def _names() -> list[str]:
    """Licences that have a guide, by the names that stand in the knowledge."""
    knowledge = load(from_environment().knowledge, demo=True)
    return [one.name for one in knowledge.items.values() if one.id in knowledge.guides][:SEARCHES]


_TURN = itertools.count()


def _person() -> Iterator[tuple[str, Said]]:
    """Somebody's conversation and lines."""
    conversation = str(uuid.uuid4())
    return ((conversation, line) for line in CONVERSATIONS[next(_TURN) % len(CONVERSATIONS)])


def _next_line() -> Callable[[], tuple[str, Said]]:
    """The lines of one person after the other."""
    now = _person()

    def following() -> tuple[str, Said]:
        nonlocal now
        line = next(now, None)
        while line is None:
            now = _person()
            line = next(now, None)
        return line

    return following


def main(how: str, host: str, port: str, first: str, *more: str) -> None:
    """Ask, and tell what happened and how much processor that took."""
    door = Door(host, int(port))
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    if how == "talk":
        happened = asyncio.run(talked(door, int(first), float(more[0]), float(more[1])))
    elif how == "hurry":
        happened = asyncio.run(hurried(door, int(first), int(more[0])))
    else:
        happened = asyncio.run(looked_up(door, _names(), int(first), float(more[0])))
    after = resource.getrusage(resource.RUSAGE_SELF)
    happened.seconds = time.monotonic() - began
    happened.cpu = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / happened.seconds
    print(json.dumps(vars(happened), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
