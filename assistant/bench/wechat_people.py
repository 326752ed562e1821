"""The people of the load test, in a process of their own: they write as through WeChat, which sends a message up to three times.

`python -m assistant.bench.wechat_people HOST PORT TOKEN USERS PER_SECOND SECONDS` prints what happened as JSON. A message is
sent when its time has come, whether or not the one before is answered; how long an answer took counts from that time.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

from assistant import phrases
from assistant.bench.talks import CONVERSATIONS, Said
from assistant.wechat import words

DELIVERIES = 3  # at most; as many messages come once as twice and three times
# Seconds until the next delivery: while the first is worked at, or after.
AT_ONCE, AS_WECHAT_DOES = (0.0, 0.5), (5.0, 5.2)
GIVES_UP = 5.0  # seconds; WeChat waits no longer
ASKS_AGAIN = 3.0  # seconds until somebody asks for a late answer, as the reply tells them to
LOOKS = 5  # times
NO_ANSWER = "没有答复"
NOTHING_YET = "success"  # what WeChat takes for an answer that is no message
_CONTENT = re.compile(r"<(?:Content|Title|Description|Url)><!\[CDATA\[(.*?)]]></", re.DOTALL)
_CHECKLIST = re.compile(r"/c/[2-9a-z]{12}\b")
_NOTICE = re.compile(re.escape(words.WAIT).replace(re.escape("{number}"), r"(\d+)"))
_STILL = re.compile(re.escape(words.STILL_LOOKING).replace(re.escape("{number}"), r"(\d+)"))


@dataclass
class Message:
    """One message: who wrote what, and how each of its deliveries was answered."""

    openid: str
    text: str
    seconds: list[float] = field(default_factory=list)  # of each delivery, the first from when it was due
    replies: list[str] = field(default_factory=list)  # empty: no reply, or not in time
    late: bool = False  # answered only when asked for
    fault: str | None = None


class WeChat:
    """What stands between the people and us: signs, delivers, waits five seconds."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._host, self._port, self._token = host, port, token
        self._number = 0

    def message(self, openid: str, text: str) -> bytes:
        """A message with a number of its own."""
        self._number += 1
        return (
            f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{text}]]></Content><MsgId>{10**15 + self._number}</MsgId></xml>"
        ).encode()

    async def deliver(self, body: bytes) -> str:
        """One delivery on a connection of its own, so that any process may get it; the reply, empty where none came."""
        try:
            async with asyncio.timeout(GIVES_UP):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                try:
                    head = f"POST /wechat?{self._signed()} HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\n"
                    writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
                    answer = (await reader.read()).decode("utf-8", "replace")
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return ""
        status, _, rest = answer.partition("\r\n")
        reply = rest.partition("\r\n\r\n")[2]
        return reply if " 200 " in status and reply != NOTHING_YET else ""

    def _signed(self) -> str:
        timestamp, nonce = str(int(time.time())), f"{random.getrandbits(64):x}"
        signature = hashlib.sha1("".join(sorted((self._token, timestamp, nonce))).encode()).hexdigest()
        return urlencode({"signature": signature, "timestamp": timestamp, "nonce": nonce})


async def everybody(wechat: WeChat, users: int, per_second: float, seconds: float) -> list[Message]:
    """So many people at a time, one message after the other, so many in a second; who has said all makes room for another."""
    chance = random.Random(1)
    persons = [_person(number, 0) for number in range(users)]
    begins = time.monotonic()
    said = []
    for number in range(int(per_second * seconds)):
        place = number % users
        line = next(persons[place], None)
        if line is None:
            persons[place] = _person(place, number)
            line = next(persons[place])
        due = begins + number / per_second
        await asyncio.sleep(max(due - time.monotonic(), 0))
        said.append(
            asyncio.create_task(_said(wechat, *line, due, chance.randint(1, DELIVERIES), chance.random() < 0.5))
        )
    return list(await asyncio.gather(*said))


def _person(place: int, number: int) -> Iterator[tuple[str, Said]]:
    """Somebody's name and lines."""
    conversation = CONVERSATIONS[(place + number) % len(CONVERSATIONS)]
    return ((f"o-bench-{place}-{number}", line) for line in conversation)


async def _said(wechat: WeChat, openid: str, line: Said, due: float, deliveries: int, at_once: bool) -> Message:
    """One message, delivered so often; a late answer is asked for."""
    text, _, has = line
    message = Message(openid, text)
    body = wechat.message(openid, text)

    async def once(begin: float) -> tuple[float, str]:
        await asyncio.sleep(max(begin - time.monotonic(), 0))
        reply = await wechat.deliver(body)
        return time.monotonic() - begin, reply

    starts = [due]
    for _ in range(deliveries - 1):
        starts.append(starts[-1] + random.uniform(*(AT_ONCE if at_once else AS_WECHAT_DOES)))
    for took, reply in await asyncio.gather(*map(once, starts)):
        message.seconds.append(round(took, 4))
        message.replies.append(reply)
    answer = shown(next(filter(None, message.replies), ""))
    if notice := _NOTICE.search(answer):
        message.late = True
        answer = await _looked(wechat, openid, notice[1])
    message.fault = fault(answer, has)
    return message


async def _looked(wechat: WeChat, openid: str, number: str) -> str:
    """The late answer that a number asks for."""
    for _ in range(LOOKS):
        await asyncio.sleep(ASKS_AGAIN)
        answer = shown(await wechat.deliver(wechat.message(openid, number)))
        if answer and not _STILL.search(answer):
            return answer
    return ""


def shown(reply: str) -> str:
    """The words of a reply in XML."""
    return "\n".join(_CONTENT.findall(reply))


def fault(answer: str, has: tuple[str, ...]) -> str | None:
    """What is wrong with an answer; that something came proves nothing."""
    if not answer:
        return NO_ANSWER
    if phrases.DIALOGUE_AWAY in answer:
        return "没经过 Rasa"
    if phrases.OUR_FAULT in answer:
        return "我们的毛病"
    if _CHECKLIST.search(answer):  # a card with its address; the words are behind it
        return None
    lacks = [word for word in has if word not in answer]
    return f"没说到{'、'.join(lacks)}" if lacks else None


def main(host: str, port: str, token: str, users: str, per_second: str, seconds: str) -> None:
    """Let them all talk, and tell what happened and how much processor that took."""
    began = time.monotonic()
    messages = asyncio.run(everybody(WeChat(host, int(port), token), int(users), float(per_second), float(seconds)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = (used.ru_utime + used.ru_stime) / (time.monotonic() - began)
    print(json.dumps({"messages": [asdict(one) for one in messages], "cpu": cpu}, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
