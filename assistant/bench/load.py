"""One machine as a city would have it, under load for minutes: PostgreSQL, Redis, web processes, Rasa; every answer looked at."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.bench import measuring
from assistant.bench.chat import WARM_UP, talk_for
from assistant.bench.load_people import Happened
from assistant.bench.postgresql import own_postgresql
from assistant.bench.redis_server import own_redis
from assistant.bench.stack import Stack, own_stack
from assistant.errors import DaobanError
from assistant.settings import ROOT

GOALS = "句句不同：对话每秒 ≥ 25 句，p95 ≤ 500 毫秒、p99 ≤ 1.5 秒，一句不错；查指南每秒 ≥ 300 次；内存不涨"
SEED = 0  # of what is said; `leak` has others
LOOKERS = 16  # at once
SETTLED = 0.2  # of a run, after which memory should grow no more
LOOK_EVERY = 5.0  # seconds between two looks at the memory


@dataclass(frozen=True)
class Load:
    """How many people at a time, how many messages in a second, for how long; how long they look up after that."""

    users: int = 200
    per_second: float = 25.0
    seconds: int = 600
    looking: int = 60


@dataclass(frozen=True)
class Found:
    """What came of a run; times in milliseconds, shares of one processor in per cent, memory (PSS) in MB."""

    messages: int
    different: float  # per cent of their texts
    per_second: float
    p50: float
    p95: float
    p99: float
    longest: float
    faults: Mapping[str, int]
    generator: float
    machine: float  # of all its processors
    cpu: Mapping[str, float]  # milliseconds a message, by process
    memory: Mapping[str, tuple[float, float]]  # once it had settled, and at the end


Memory = list[dict[str, float]]


def run(load: Load, rasa: int, web: int, as_json: bool) -> str:
    """Start everything, let the people talk, then look up, and report."""
    with standing(rasa, web) as (address, supervisor):
        found = {
            "talk": measured(address, supervisor, "talk", load.users, load.per_second, load.seconds),
            **{how: measured(address, supervisor, how, LOOKERS, load.looking) for how in ("look-up", "look-up-again")},
        }
    if as_json:
        return json.dumps({how: asdict(one) for how, one in found.items()}, ensure_ascii=False, indent=1)
    titles = {
        "talk": f"对话：{load.users} 人同时说",
        "look-up": f"查指南：{LOOKERS} 处同时查，句句没问过",
        "look-up-again": f"查指南：{LOOKERS} 处同时查，都是问过的",
    }
    return "\n\n".join([GOALS, *(f"{titles[how]}\n\n{as_table(one)}" for how, one in found.items())])


@contextlib.contextmanager
def standing(rasa: int, web: int) -> Iterator[tuple[str, int]]:
    """The service with its own database and Redis, warm: its address, and the process id of its supervisor."""
    with contextlib.ExitStack() as parts:
        database, redis = parts.enter_context(own_postgresql()), parts.enter_context(own_redis())
        address, supervisor = parts.enter_context(own_stack(Stack(rasa, web, database, redis)))
        talk_for(address, 1, rounds=WARM_UP)
        yield address, supervisor


def measured(address: str, supervisor: int, how: str, *numbers: float) -> Found:
    """What comes of people who do something."""
    before, busy = measuring.processor_time(supervisor), measuring.busy()
    with watched(supervisor) as memory:
        happened = asking(address, how, SEED, *numbers)
    after, used = measuring.processor_time(supervisor), measuring.share(busy, measuring.busy())
    return counted(happened, memory, used, measuring.each(before, after, len(happened.took)))


def counted(happened: Happened, memory: Memory, machine: float = 0.0, cpu: Mapping[str, float] | None = None) -> Found:
    """What came of these requests, while the memory of the processes was so."""
    p50, p95, p99 = measuring.percentiles(happened.took)
    return Found(
        messages=len(happened.took),
        different=round(100 * happened.said / len(happened.took), 1),
        per_second=round(len(happened.took) / happened.seconds, 1),
        p50=p50,
        p95=p95,
        p99=p99,
        longest=max(happened.took),
        faults=dict(happened.faults),
        generator=round(happened.cpu * 100, 1),
        machine=round(machine * 100, 1),
        cpu=cpu or {},
        memory=growth(memory),
    )


def growth(memory: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float]]:
    """Of each process that lived to the end: its memory once it had settled, and at the end."""
    if not memory:
        return {}
    settled = memory[int(len(memory) * SETTLED)]
    return {who: (settled[who], held) for who, held in memory[-1].items() if who in settled}


def as_table(found: Found) -> str:
    """The result as a table in Markdown."""
    rows: list[tuple[str, object]] = [
        ("一共 / 每秒", f"{found.messages} / {found.per_second}"),
        ("说法各不相同的", f"{found.different}%"),
        ("不对的", sum(found.faults.values())),
        ("p50 / p95 / p99 / 最长", f"{found.p50} / {found.p95} / {found.p99} / {found.longest} 毫秒"),
        ("问话的程序自己占", f"一个核的 {found.generator}%"),
        ("整台机器忙", f"{found.machine}%"),
        *((f"每次占处理器：{who}", f"{used} 毫秒") for who, used in found.cpu.items()),
        *((f"内存：{who}", f"{first} → {last} MB") for who, (first, last) in found.memory.items()),
    ]
    wrong = [f"- {times} 次 {fault}" for fault, times in sorted(found.faults.items())]
    return "\n".join([measuring.table(rows), *(["", *wrong] if wrong else [])])


def asking(address: str, how: str, seed: int, *numbers: float) -> Happened:
    """What people of the generator met, who say what follows from a seed; they are a process of their own."""
    parts = urlsplit(address)
    command = [sys.executable, "-m", "assistant.bench.load_people", how, str(parts.hostname), str(parts.port)]
    done = subprocess.run(
        [*command, str(seed), *map(str, numbers)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DaobanError(f"问话的程序没有跑完：\n{done.stderr[-2000:]}")
    body: dict[str, Any] = json.loads(done.stdout)
    return Happened(**body)


@contextlib.contextmanager
def watched(supervisor: int) -> Iterator[Memory]:
    """The memory of each process, looked at all the while."""
    looks: Memory = []
    over = threading.Event()

    def look() -> None:
        while True:
            with contextlib.suppress(OSError):  # a process ended while we looked
                looks.append({who: held["PSS"] for who, held in measuring.memory(supervisor).items()})
            if over.wait(LOOK_EVERY):
                return

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield looks
    finally:
        time.sleep(0)
        over.set()
        watching.join()
