"""WeChat under load: hundreds of people, each message delivered up to three times; every one answered once, and how fast."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.bench import measuring
from assistant.bench.chat import WARM_UP, talk_for
from assistant.bench.measuring import percentiles
from assistant.bench.postgresql import own_postgresql
from assistant.bench.stack import Stack, own_stack
from assistant.bench.wechat_people import NO_ANSWER, Message
from assistant.db import StoredTurn
from assistant.db import engine as engine_of
from assistant.errors import DaobanError
from assistant.settings import ROOT
from assistant.wechat.tables import StoredPerson

GOALS = "每条只答一次，一条不丢；p99 < 2 秒"


@dataclass(frozen=True)
class Load:
    """How many people at a time, how many messages in a second, for how long."""

    users: int = 200
    per_second: float = 12.0
    seconds: int = 180


@dataclass(frozen=True)
class WeChatStack(Stack):
    """A service of our own with an account that is not verified, in the plain."""

    token: str = ""

    def settings(self, data: str, rasa_port: int) -> dict[str, str]:
        """Its settings, with the account."""
        account = {"DAOBAN_WECHAT_APP_ID": "wxbench", "DAOBAN_WECHAT_TOKEN": self.token}
        return super().settings(data, rasa_port) | account


@dataclass(frozen=True)
class Found:
    """What came of a run; times in milliseconds, shares of one processor in per cent."""

    load: Load
    people: int
    messages: int
    deliveries: int
    answered_once: int
    lost: int  # nothing was answered, or the dialogue never heard it
    doubled: int  # heard more than once by the dialogue
    told_apart: int  # whose deliveries got different replies
    late: int  # answered when asked for
    faults: Mapping[str, int]
    p50: float
    p95: float
    p99: float
    longest: float
    again_p99: float  # of the second and third deliveries
    generator: float
    machine: float  # of all its processors
    cpu: Mapping[str, float]  # milliseconds a message, by process


def run(load: Load, rasa: int, web: int, database: str, as_json: bool) -> str:
    """Start a service with its own database, let the people talk, count what is in the database, and report."""
    with contextlib.ExitStack() as parts:
        address = database or parts.enter_context(own_postgresql())
        stack = WeChatStack(rasa, web, address, token=secrets.token_hex(16))
        service, supervisor = parts.enter_context(own_stack(stack))
        talk_for(service, 1, rounds=WARM_UP)
        before, busy = measuring.processor_time(supervisor), measuring.busy()
        messages, generator = _talked(service, stack.token, load)
        after, used = measuring.processor_time(supervisor), measuring.share(busy, measuring.busy())
        cpu = measuring.each(before, after, len(messages))
        found = counted(load, messages, _heard(engine_of(address)), generator, used, cpu)
    return json.dumps(asdict(found), ensure_ascii=False, indent=1) if as_json else as_table(found)


def counted(
    load: Load,
    messages: Sequence[Message],
    heard: Mapping[str, Sequence[str]],
    generator: float = 0.0,
    machine: float = 0.0,
    cpu: Mapping[str, float] | None = None,
) -> Found:
    """What came of these messages, where the dialogue heard so of each person."""
    times = [Counter(heard.get(one.openid, ()))[one.text] for one in messages]
    answered = [one.fault != NO_ANSWER for one in messages]
    first = [one.seconds[0] * 1000 for one in messages]
    again = [seconds * 1000 for one in messages for seconds in one.seconds[1:]]
    p50, p95, p99 = percentiles(first)
    return Found(
        load=load,
        people=len({one.openid for one in messages}),
        messages=len(messages),
        deliveries=sum(len(one.seconds) for one in messages),
        answered_once=sum(so_often == 1 and told for so_often, told in zip(times, answered, strict=True)),
        lost=sum(so_often == 0 or not told for so_often, told in zip(times, answered, strict=True)),
        doubled=sum(so_often > 1 for so_often in times),
        told_apart=sum(len({*filter(None, one.replies)}) > 1 for one in messages),
        late=sum(one.late for one in messages),
        faults=dict(Counter(f"{one.text}：{one.fault}" for one in messages if one.fault)),
        p50=p50,
        p95=p95,
        p99=p99,
        longest=round(max(first), 1),
        again_p99=percentiles(again)[2],
        generator=round(generator * 100, 1),
        machine=round(machine * 100, 1),
        cpu=cpu or {},
    )


def as_table(found: Found) -> str:
    """The result as a table in Markdown."""
    load = found.load
    rows = [
        ("同时说的人", f"{load.users}（前后一共 {found.people} 人）"),
        ("多久", f"{load.seconds} 秒，每秒 {load.per_second:g} 条"),
        ("消息 / 送达次数", f"{found.messages} / {found.deliveries}"),
        ("只答了一次", found.answered_once),
        ("丢了 / 重了", f"{found.lost} / {found.doubled}"),
        ("几次送达答得不一样", found.told_apart),
        ("4 秒内没答完、回头来看的", found.late),
        ("答得不对", sum(found.faults.values())),
        ("答完 p50 / p95 / p99 / 最长", f"{found.p50} / {found.p95} / {found.p99} / {found.longest} 毫秒"),
        ("重送的 p99", f"{found.again_p99} 毫秒"),
        ("说话的程序自己占", f"一个核的 {found.generator}%"),
        ("整台机器忙", f"{found.machine}%"),
        *((f"每条占处理器：{who}", f"{used} 毫秒") for who, used in found.cpu.items()),
    ]
    wrong = [f"- {times} 次 {fault}" for fault, times in sorted(found.faults.items())]
    return "\n".join([GOALS, "", measuring.table(rows), *(["", *wrong] if wrong else [])])


def _talked(service: str, token: str, load: Load) -> tuple[list[Message], float]:
    """What the people say and hear, and the processor that they take; they are a process of their own."""
    parts = urlsplit(service)
    numbers = (str(load.users), str(load.per_second), str(load.seconds))
    command = [sys.executable, "-m", "assistant.bench.wechat_people", str(parts.hostname), str(parts.port), token]
    done = subprocess.run([*command, *numbers], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DaobanError(f"说话的程序没有跑完：\n{done.stderr[-2000:]}")
    body: dict[str, Any] = json.loads(done.stdout)
    return [Message(**one) for one in body["messages"]], float(body["cpu"])


def _heard(engine: Engine) -> dict[str, list[str]]:
    """What the dialogue heard of each person, from the database."""
    heard: dict[str, list[str]] = {}
    whose = StoredPerson.conversation_id == StoredTurn.conversation_id
    with Session(engine) as session:
        for who, said in session.execute(
            select(StoredPerson.openid, StoredTurn.said).join(StoredTurn, whose).order_by(StoredTurn.id)
        ):
            heard.setdefault(who, []).append(said)
    return heard
