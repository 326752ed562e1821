"""The whole way of a message under load: real conversations with checked replies, how long, how many, where the time goes."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

import httpx

from assistant.bench import measuring
from assistant.bench.stack import Stack, own_stack
from assistant.bench.talks import CONVERSATIONS, Said, fault

WARM_UP = 2  # conversations before anything is measured
GOALS = "一句接一句 p50 ≤ 60 毫秒、p95 ≤ 150 毫秒，其中我们自己 ≤ 20 毫秒；并发每秒 ≥ 20 句"
_TIMING = re.compile(r"(\w+);dur=([\d.]+)")


@dataclass
class Heard:
    """One message and its answer: how long it took, how much of that in Rasa, what was wrong with it."""

    took: float
    in_rasa: float
    ours: float
    fault: str | None


@dataclass
class Measured:
    """One way of measuring."""

    name: str
    messages: int
    per_second: float
    p50: float
    p95: float
    p99: float
    rasa_p50: float
    ours_p50: float
    ours_p95: float
    cpu: dict[str, float]  # milliseconds of processor a message, by process
    faults: list[str] = field(default_factory=list)


def run(base: str | None, seconds: int, conversations: int, as_json: bool, stack: Stack | None = None) -> str:
    """Measure a running service, or one of our own on free ports with an empty data folder, and report."""
    with contextlib.nullcontext((base, 0)) if base else own_stack(stack or Stack()) as (address, supervisor):
        assert address is not None
        talk_for(address, 1, rounds=WARM_UP)
        measured = [
            _measure("一句接一句", address, supervisor, seconds, 1),
            _measure(f"{conversations} 个人同时说", address, supervisor, seconds, conversations),
        ]
        memory = measuring.memory(supervisor)
    if as_json:
        body = {"goals": GOALS, "measured": [asdict(one) for one in measured], "memory_mb": memory}
        return json.dumps(body, ensure_ascii=False, indent=1)
    return _as_text(measured, memory)


def _measure(name: str, address: str, supervisor: int, seconds: int, at_once: int) -> Measured:
    before, began = measuring.processor_time(supervisor), time.monotonic()
    heard = talk_for(address, at_once, seconds=seconds)
    lasted, after = time.monotonic() - began, measuring.processor_time(supervisor)
    took = measuring.percentiles([one.took for one in heard])
    ours = measuring.percentiles([one.ours for one in heard])
    return Measured(
        name,
        len(heard),
        round(len(heard) / lasted, 1),
        *took,
        rasa_p50=measuring.percentiles([one.in_rasa for one in heard])[0],
        ours_p50=ours[0],
        ours_p95=ours[1],
        cpu=measuring.each(before, after, len(heard)),
        faults=[one.fault for one in heard if one.fault],
    )


def talk_for(address: str, at_once: int, *, seconds: float = 0.0, rounds: int = 0) -> list[Heard]:
    """Hold conversations, so many at once, for so many seconds or rounds."""
    end = time.monotonic() + seconds
    heard: list[Heard] = []
    adding = threading.Lock()

    def talk(number: int) -> None:
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            turn = 0
            while turn < rounds if rounds else time.monotonic() < end:
                mine = list(_conversation(client, CONVERSATIONS[(number + turn) % len(CONVERSATIONS)]))
                turn += 1
                with adding:
                    heard.extend(mine)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(talk, range(at_once)))
    return heard


def _conversation(client: httpx.Client, said: tuple[Said, ...]) -> Iterator[Heard]:
    conversation = str(uuid.uuid4())
    for one in said:
        began = time.perf_counter()
        reply = client.post("/api/chat", json={"conversation_id": conversation, "text": one[0]})
        took = (time.perf_counter() - began) * 1000
        timing = {name: float(value) for name, value in _TIMING.findall(reply.headers.get("Server-Timing", ""))}
        yield Heard(
            took, timing.get("rasa", 0.0), timing.get("ours", 0.0), fault(one, reply.status_code, reply.content)
        )


def _as_text(measured: list[Measured], memory: dict[str, dict[str, float]]) -> str:
    lines = [GOALS, ""]
    for one in measured:
        wrong = f"{len(one.faults)} 句答得不对：{'；'.join(sorted(set(one.faults))[:5])}" if one.faults else "句句答对"
        lines += [
            f"{one.name}：{one.messages} 句，{wrong}，每秒 {one.per_second} 句",
            f"  p50 {one.p50}  p95 {one.p95}  p99 {one.p99} 毫秒；其中等 Rasa {one.rasa_p50}，"
            f"我们自己 {one.ours_p50}（p95 {one.ours_p95}）",
        ]
        lines += [f"  每句占处理器 {who} {used} 毫秒" for who, used in one.cpu.items()]
    lines += [f"内存 {who}：PSS {held['PSS']} MB，RSS {held['RSS']} MB" for who, held in memory.items()]
    return "\n".join(lines)
