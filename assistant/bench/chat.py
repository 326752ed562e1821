"""The whole way of a message under load: real conversations with checked replies, how long, how many, where the time goes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from assistant import phrases
from assistant.errors import DaobanError
from assistant.settings import ROOT
from assistant.supervisor import free_port

STARTS_WITHIN = 180.0
WARM_UP = 2  # conversations before anything is measured
GOALS = "一句接一句 p50 ≤ 60 毫秒、p95 ≤ 150 毫秒，其中我们自己 ≤ 20 毫秒；并发每秒 ≥ 20 句"
_TIMING = re.compile(r"(\w+);dur=([\d.]+)")

# What is said, the statuses that will do, and words that must be on the cards.
Said = tuple[str, tuple[str, ...], tuple[str, ...]]
ASKS, TELLS = ("needs_facts",), ("answered",)
CONVERSATIONS: tuple[tuple[Said, ...], ...] = (
    (
        ("理发店不干了，个体的，在示例县", ASKS, ()),
        ("就一个卫生许可证", ASKS, ()),
        ("卫生许可证要带啥", TELLS, ("卫生",)),
        ("没有别的证了", ASKS, ()),
        ("执照也销了吧", ASKS, ()),
        ("窗口替我跑", TELLS, ("清单",)),
        ("谢谢啊", TELLS, ()),
    ),
    (
        ("烟草专卖零售许可证怎么注销", TELLS, ("烟草",)),
        ("要几天", TELLS, ("烟草",)),
        ("去哪办", TELLS, ("烟草",)),
        ("取水许可证咋退", TELLS, ("取水",)),
    ),
    (
        ("公司，在示例区，有排污许可证，别的没有，执照先留着，我自己去办", TELLS, ("清单", "排污")),
        ("不对，是在示例县", TELLS, ("示例县",)),
        ("转人工", ("handed_over",), ("12345",)),
    ),
    (
        ("你好", TELLS, ()),
        ("兽药经营许可证注销要带什么", TELLS, ("兽药",)),
        ("今天天气咋样", ("out_of_scope", "unknown", "answered"), ()),
        ("食品经营许可证收费吗", TELLS, ("食品",)),
    ),
)


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


@dataclass(frozen=True)
class Stack:
    """What a service of our own is to be: how many processes of each, and on which database."""

    rasa: int = 1
    web: int = 1
    database: str = ""  # a new SQLite file

    def settings(self, data: str, rasa_port: int) -> dict[str, str]:
        """Its settings, as environment variables."""
        return {
            "DAOBAN_DEMO": "1",
            "DAOBAN_DATA": data,
            "DAOBAN_RASA_PORT": str(rasa_port),
            "DAOBAN_RASA_PROCESSES": str(self.rasa),
            "DAOBAN_PROCESSES": str(self.web),
            "DAOBAN_DATABASE": self.database,
            "DAOBAN_LIMITS": "0",
        }


def run(base: str | None, seconds: int, conversations: int, as_json: bool, stack: Stack | None = None) -> str:
    """Measure a running service, or one of our own on free ports with an empty data folder, and report."""
    with contextlib.nullcontext((base, 0)) if base else _own_stack(stack or Stack()) as (address, supervisor):
        assert address is not None
        _talk_for(address, 1, rounds=WARM_UP)
        measured = [
            _measure("一句接一句", address, supervisor, seconds, 1),
            _measure(f"{conversations} 个人同时说", address, supervisor, seconds, conversations),
        ]
        memory = _memory(supervisor)
    if as_json:
        body = {"goals": GOALS, "measured": [asdict(one) for one in measured], "memory_mb": memory}
        return json.dumps(body, ensure_ascii=False, indent=1)
    return _as_text(measured, memory)


def _measure(name: str, address: str, supervisor: int, seconds: int, at_once: int) -> Measured:
    before, began = _processor_time(supervisor), time.monotonic()
    heard = _talk_for(address, at_once, seconds=seconds)
    lasted, after = time.monotonic() - began, _processor_time(supervisor)
    took = _percentiles([one.took for one in heard])
    ours = _percentiles([one.ours for one in heard])
    return Measured(
        name,
        len(heard),
        round(len(heard) / lasted, 1),
        *took,
        rasa_p50=_percentiles([one.in_rasa for one in heard])[0],
        ours_p50=ours[0],
        ours_p95=ours[1],
        cpu={who: round((after[who] - before.get(who, 0.0)) / len(heard), 1) for who in after},
        faults=[one.fault for one in heard if one.fault],
    )


def _talk_for(address: str, at_once: int, *, seconds: float = 0.0, rounds: int = 0) -> list[Heard]:
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
    for text, statuses, has in said:
        began = time.perf_counter()
        reply = client.post("/api/chat", json={"conversation_id": conversation, "text": text})
        took = (time.perf_counter() - began) * 1000
        timing = {name: float(value) for name, value in _TIMING.findall(reply.headers.get("Server-Timing", ""))}
        yield Heard(took, timing.get("rasa", 0.0), timing.get("ours", 0.0), _fault(reply, text, statuses, has))


def _fault(reply: httpx.Response, text: str, statuses: tuple[str, ...], has: tuple[str, ...]) -> str | None:
    """What is wrong with an answer; a 200 alone proves nothing."""
    if reply.status_code != 200:
        return f"{text}：HTTP {reply.status_code}"
    body: dict[str, Any] = reply.json()
    shown = json.dumps(body["replies"], ensure_ascii=False)
    if phrases.DIALOGUE_AWAY in shown:
        return f"{text}：没经过 Rasa"
    if body["status"] not in statuses:
        return f"{text}：{body['status']}"
    lacks = [word for word in has if word not in shown]
    return f"{text}：没说到{'、'.join(lacks)}" if lacks else None


def _percentiles(values: list[float]) -> tuple[float, float, float]:
    if len(values) < 2:
        return (values[0], values[0], values[0]) if values else (0.0, 0.0, 0.0)
    cuts = quantiles(values, n=100, method="inclusive")
    return round(cuts[49], 1), round(cuts[94], 1), round(cuts[98], 1)


@contextlib.contextmanager
def _own_stack(stack: Stack) -> Iterator[tuple[str, int]]:
    """A service of our own: its address, and the process id of its supervisor."""
    port, rasa_port = free_port(), free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("DAOBAN_")}
    with tempfile.TemporaryDirectory(prefix="daoban-bench-") as folder:
        settings = stack.settings(f"{folder}/data", rasa_port)
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "assistant.cli", "up", "--port", str(port)],
                cwd=ROOT,
                env={**inherited, **settings, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, process, Path(folder, "log"))
            yield address, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < STARTS_WITHIN and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/readyz", trust_env=False, timeout=10).status_code == 200:
                return
        time.sleep(0.3)
    raise DaobanError(f"测速用的服务没有起来：\n{log.read_text('utf-8', 'replace')[-2000:]}")


# ---- what /proc knows of the processes (nothing where the service is not ours) -----------------------------------
def _processes(supervisor: int) -> dict[str, int]:
    """The processes of our own stack, by name."""
    if not supervisor:
        return {}
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    found = {"看护": supervisor}
    for child, line in lines.items():
        name = "Rasa" if b"start.py" in line else "网页"
        again = sum(known.startswith(name) for known in found)
        found[f"{name} {again + 1}" if again else name] = child
    return found


def _processor_time(supervisor: int) -> dict[str, float]:
    """Milliseconds of processor each process has used."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used(process: int) -> float:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / ticks

    return {who: used(process) for who, process in _processes(supervisor).items() if who != "看护"}


def _memory(supervisor: int) -> dict[str, dict[str, float]]:
    """PSS (its fair share of what is shared) and RSS of each process, in MB."""

    def held(process: int) -> dict[str, float]:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        kilobytes = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith(("Pss:", "Rss:"))}
        return {name.upper(): round(int(value) / 1024, 1) for name, value in kilobytes.items()}

    return {who: held(process) for who, process in _processes(supervisor).items()}


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
