"""Who is answered now: how often a conversation, a checklist, an address may ask (limits), and through which channel (off).

A hall of 200 people comes from one address, and two cores answer about 25 messages a second (docs/benchmarks.md). So one
conversation has what one person can use; one address has what such a hall uses at its busiest, which is more than half of
what the machine can do and not all of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import json
import logging
import math
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from fastapi import Request
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.counting import PATIENCE, Asked, Over, Together
from assistant import phrases
from assistant.cards import Status, Turn, words
from assistant.channels import Channel, Switches
from assistant.settings import Settings

log = logging.getLogger("daoban.limits")

TALK, SESSION = "daoban_talk", "daoban_staff"  # the cookies of a conversation, of somebody signed in
AGAIN_AFTER = 10.0  # seconds until a storage that was away is tried again
SWEEP = 60.0  # seconds


@dataclass(frozen=True)
class Kind:
    """What may be done how often: by one conversation, checklist or session, and from one address."""

    name: str
    one: tuple[RateLimitItem, ...]
    address: tuple[RateLimitItem, ...]
    sentence: str


def _kind(name: str, one: str, address: str, sentence: str) -> Kind:
    return Kind(name, tuple(parse_many(one)) if one else (), tuple(parse_many(address)), sentence)


# One person reads an answer for 15 seconds: 4 messages a minute, and taps them faster now and then. 200 people: 800.
CHAT = _kind(
    "chat", "30/minute; 120/10 minutes", "900/minute", "您说得太快了，我跟不上。歇{wait}再接着说，前面说的都还在。"
)
SEARCH = _kind("search", "60/minute", "1200/minute", "找得太快了，请歇{wait}再找。")
# A list is made once and changed a few times: 200 people within five minutes, twice each.
LIST = _kind("list", "30/10 minutes", "100/minute", "清单开得太快了，请歇{wait}再开。开好的照样能看。")
# 0.04 seconds of a core for a PDF, 0.15 for a Word file: 100 a minute are an eighth of two cores.
PAPER = _kind("paper", "30/10 minutes", "100/minute", "下载得太快了，请歇{wait}再下载。清单的网页照样能看。")
UPLOAD = _kind("upload", "60/10 minutes", "300/10 minutes", "传得太快了，请歇{wait}再传。")
READY = _kind("ready", "", "120/minute", "问得太快了，请歇{wait}再问。")
CROWDED = "这会儿从您这个网络来的人太多了，请歇{wait}再试。急的话打 12345。"

KINDS = {
    ("POST", "/api/chat"): CHAT,
    ("POST", "/say"): CHAT,
    ("POST", "/"): CHAT,
    ("GET", "/api/search"): SEARCH,
    ("GET", "/guides"): SEARCH,
    ("POST", "/api/checklists"): LIST,
    ("POST", "/form"): LIST,
    ("POST", "/c/{token}/renew"): LIST,
    ("POST", "/c/{token}/way"): LIST,
    ("GET", "/c/{token}.pdf"): PAPER,
    ("GET", "/c/{token}.docx"): PAPER,
    ("GET", "/c/{token}.txt"): PAPER,
    ("GET", "/c/{token}.ics"): PAPER,
    ("GET", "/c/{token}/forms/{form}.docx"): PAPER,
    ("POST", "/c/{token}/forms"): PAPER,
    ("POST", "/staff/cases/{number}/scans"): UPLOAD,
    ("POST", "/editors/annexes"): UPLOAD,
    ("GET", "/readyz"): READY,
}
# What stands still while the channel of the web is off; what was given out already can still be read.
ASKING = frozenset(
    {*(place for place, kind in KINDS.items() if kind in (CHAT, LIST)), ("GET", "/"), ("GET", "/form")}
    | {("GET", "/api/search")}
)


class Held(Exception):
    """Somebody is not answered now: the HTTP status, in how many seconds to come back, and the same as a turn."""

    def __init__(self, status: int, sentence: str, wait: int, turn: Turn) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.wait, self.turn = status, sentence, wait, turn
        self.conversation = ""


def _held(status: int, told: Status, wait: int, *sentences: str) -> Held:
    return Held(status, "".join(sentences), wait, Turn(status=told, cards=(words(*sentences),)))


class Limits:
    """Counts in the memory of this process, or for all processes in Redis; while that is away, here."""

    def __init__(self, storage: str = "") -> None:
        self._here = MemoryStorage()
        self._counting_here = FixedWindowRateLimiter(self._here)
        self._together = Together(storage) if storage else None
        self._away_until = 0.0

    async def hit(self, kind: Kind, one: str, address: str) -> Held | None:
        """Count it for both; how long to wait where one of them had enough."""
        asked = [(item, _whose_count(kind, "address", address)) for item in kind.address if address]
        crowd = len(asked)
        asked += [(item, _whose_count(kind, "one", one)) for item in kind.one if one]
        over = await self._over(asked) if asked else None
        if over is None:
            return None
        which, wait = over
        sentence = CROWDED if which < crowd else kind.sentence
        return _held(429, "failed", wait, sentence.format(wait=_spoken(wait)))

    async def _over(self, asked: Asked) -> Over | None:
        """Which of them had enough already, and the seconds until it may be tried again."""
        if self._together and time.monotonic() >= self._away_until:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await self._together.count(asked)
            except self._together.away as error:
                self._away_until = time.monotonic() + AGAIN_AFTER
                log.error("limits are counted in each process for now: %s", type(error).__name__)
        for number, (item, whose) in enumerate(asked):
            if not await self._counting_here.hit(item, whose):
                stats = await self._counting_here.get_window_stats(item, whose)
                return number, max(1, math.ceil(stats.reset_time - time.time()))
        return None

    async def sweep(self) -> None:
        """Forget what has had its time, now and then: left to itself, the memory looks at all it knows after every count."""
        self._here.timer = asyncio.current_task()
        while True:
            await asyncio.sleep(SWEEP)
            for number, key in enumerate([*self._here.expirations]):
                await self._here.get(key)  # which lets go of it where its time is over
                if number % 500 == 0:
                    await asyncio.sleep(0)


def _whose_count(kind: Kind, *who: str) -> str:
    """The name of a count, from which nobody can be read."""
    words = "\x1f".join((kind.name, *who))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _spoken(seconds: int) -> str:
    return f" {seconds} 秒" if seconds < 90 else f" {math.ceil(seconds / 60)} 分钟"


class Gate:
    """Whether somebody is answered; without limits, and with every channel on, everybody is."""

    def __init__(self, switches: Switches, limits: Limits | None = None) -> None:
        self.switches, self.limits = switches, limits

    async def held(self, channel: Channel, person: str) -> Held | None:
        """Why a person is not answered who says something through a channel; None where they are."""
        return self.off(channel) or (await self.limits.hit(CHAT, f"{channel}:{person}", "") if self.limits else None)

    def off(self, channel: Channel) -> Held | None:
        """What is said where a channel is off."""
        if not self.switches.is_off(channel):
            return None
        return _held(503, "handed_over", 300, phrases.CHANNEL_OFF, phrases.HUMAN, phrases.HUMAN_NEXT)

    async def let_in(self, request: Request) -> None:
        """Held, where a request by web is not answered now."""
        place = request.method, str(getattr(request.scope.get("route"), "path", ""))
        held = self.off(Channel.WEB) if place in ASKING else None
        kind = KINDS.get(place)
        if kind is None and held is None:
            return
        one = await _whose(request)
        if held is None and kind is not None and self.limits:
            held = await self.limits.hit(kind, one, _network(request.client.host if request.client else ""))
        if held:
            held.conversation = one
            raise held


def gate_of(settings: Settings) -> Gate:
    """The gate that the settings want; SettingsError where they cannot work."""
    return Gate(Switches(settings.data), Limits(settings.limits_storage) if settings.limits else None)


async def let_in(request: Request) -> None:
    """The dependency of every route: Held, where it is not answered now."""
    await cast(Gate, request.app.state.gate).let_in(request)


async def held(request: Request, channel: Channel, person: str) -> Held | None:
    """Why a person is not answered who says something through a channel; None where they are."""
    gate: Gate | None = getattr(request.app.state, "gate", None)
    return await gate.held(channel, person) if gate else None


async def _whose(request: Request) -> str:
    """The checklist, the conversation or the session that a request is part of; empty where it is part of none."""
    if token := request.path_params.get("token"):
        return str(token)
    if request.url.path != "/api/chat":
        return request.cookies.get(SESSION) or request.cookies.get(TALK) or ""
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):  # which the route will say
        return ""
    return str(body.get("conversation_id") or "") if isinstance(body, dict) else ""


@lru_cache(maxsize=4096)
def _network(host: str) -> str:
    """The address as it is counted: in IPv6 everybody has 2⁶⁴ of them."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network(f"{host}/64", strict=False)) if address.version == 6 else host
