"""How soon a service answers after its start, first over an empty data folder and then over the same one; memory and disk."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from assistant.bench import measuring
from assistant.bench.chat import WARM_UP, talk_for
from assistant.bench.stack import STARTS_WITHIN, Stack, at_work, remember_vectors, started
from assistant.errors import DaobanError
from assistant.serving import FIRST_QUESTION
from assistant.settings import ROOT

ANSWERS_WITHIN, GUIDES_WITHIN = 15.0, 25.0  # seconds
HOLDS = {1: 1100.0, 2: 1900.0}  # megabytes by the number of Rasa processes, with one of the web
LOOKS_EVERY = 0.1
# what lies on the disk: in words, where, and what of it is told apart
PARTS = (("网页的环境", ".venv"), ("Rasa 的环境", ".venv-rasa"), ("对话模型", "nlu/models"))
SOURCES = ("api", "assistant", "deploy", "docs", "encoder", "knowledge", "nlu/data", "setup", "requirements")


@dataclass(frozen=True)
class Started:
    """One start: seconds until a guide was found for a question, and until Rasa led the dialogue; what was held then."""

    rasa: int
    empty: bool  # the data folder
    answers: float
    guides: float
    worked: dict[str, float]  # seconds of processor until then by process: what a busy machine does not change
    own: dict[str, float]  # megabytes by process that only it has, and cannot give back
    files: dict[str, float]  # megabytes of programs and libraries by kind of process, which those of a kind share

    @property
    def held(self) -> float:
        """Memory of all processes together; unlike PSS no less for what other programs of the machine share with them."""
        return round(sum(self.own.values()) + sum(self.files.values()), 1)

    @property
    def over(self) -> list[str]:
        """What is more than it should be, and by how much."""
        bars = (
            ("第一次查到答案", self.answers, ANSWERS_WITHIN, "秒"),
            ("引导对话能用", self.guides, GUIDES_WITHIN, "秒"),
            ("内存", self.held, HOLDS.get(self.rasa, float("inf")), "MB"),
        )
        return [f"{what} {got:g} {unit}，多 {got - bar:.1f}" for what, got, bar, unit in bars if got > bar]


def run(rasa: Sequence[int], as_json: bool) -> str:
    """Start, stop and start again for each number of Rasa processes, and report."""
    load = os.getloadavg()[0]
    starts: list[Started] = []
    kept = 0.0
    for processes in rasa:
        with tempfile.TemporaryDirectory(prefix="daoban-bench-") as name:
            starts += [_start(Stack(rasa=processes), Path(name), empty=empty) for empty in (True, False)]
            kept = _megabytes(Path(name, "data"))
    disk = {what: _megabytes(ROOT / where) for what, where in PARTS}
    disk |= {"程序和知识库": sum(_megabytes(ROOT / where) for where in SOURCES), "刚启动的数据目录": kept}
    if as_json:
        told = [{**asdict(one), "held": one.held, "over": one.over} for one in starts]
        return json.dumps({"load": load, "starts": told, "disk_mb": disk}, ensure_ascii=False, indent=1)
    return as_text(load, starts, disk)


def as_text(load: float, starts: Sequence[Started], disk: dict[str, float]) -> str:
    """The tables, and what is over its bar."""
    lines = [
        f"目标：{ANSWERS_WITHIN:g} 秒查到答案，{GUIDES_WITHIN:g} 秒能引导对话；"
        + "，".join(f"{number} 个 Rasa 内存 {bar:g} MB 以内" for number, bar in HOLDS.items())
        + f"。开始量时机器的负载 {load:.1f}。",
        "",
        "| Rasa | 数据目录 | 第一次查到答案（秒） | 引导对话能用（秒） | 到那时用了处理器（秒） | 内存（MB） | 各自的 | 程序和库 |",
        "| ---: | --- | ---: | ---: | --- | ---: | --- | --- |",
    ]
    for one in starts:
        worked, own = _listed(one.worked, "g"), _listed(one.own, ".0f")
        kind = "新的" if one.empty else "用过的"
        lines.append(
            f"| {one.rasa} | {kind} | {one.answers} | {one.guides} | {worked} | {one.held:.0f} | {own} | {_listed(one.files, '.0f')} |"
        )
    lines += ["", "| 盘上 | MB |", "| --- | ---: |", *(f"| {what} | {size:.0f} |" for what, size in disk.items()), ""]
    over = [
        f"{one.rasa} 个 Rasa、{'新的' if one.empty else '用过的'}数据目录：{'；'.join(one.over)}"
        for one in starts
        if one.over
    ]
    return "\n".join([*lines, *(over or ["都在目标以内。"])])


def _listed(figures: dict[str, float], form: str) -> str:
    return "，".join(f"{who} {figure:{form}}" for who, figure in figures.items())


def _start(stack: Stack, folder: Path, *, empty: bool) -> Started:
    if empty:
        remember_vectors(folder / "data")  # as the set-up leaves them
    began = time.monotonic()
    with started(stack, folder) as (address, process), httpx.Client(base_url=address, trust_env=False) as client:

        def found() -> bool:
            said = {"conversation_id": str(uuid.uuid4()), "text": FIRST_QUESTION}
            reply = client.post("/api/chat", json=said, timeout=20)
            return reply.status_code == 200 and reply.json()["status"] == "answered"

        answers = _until(found, process, began)
        guides = _until(lambda: client.get("/readyz", timeout=20).status_code == 200, process, began)
        worked = {who: round(used / 1000, 1) for who, used in measuring.processor_time(process.pid).items()}
        _until(lambda: at_work(folder), process, began)  # or the memory of the further Rasa would not be seen
        talk_for(address, 1, rounds=WARM_UP)
        own, files = _memory(process.pid)
    return Started(stack.rasa, empty, answers, guides, worked, own, files)


def _memory(supervisor: int) -> tuple[dict[str, float], dict[str, float]]:
    """What each process has for itself, and what those of a kind have mapped, in megabytes."""
    own, files = dict[str, float](), dict[str, float]()
    for who, process in measuring.processes(supervisor).items():
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        held = {name: int(rest.split()[0]) / 1024 for name, _, rest in (one.partition(":") for one in lines[1:])}
        own[who], kind = round(held["Anonymous"], 1), who.split()[0]
        files[kind] = max(files.get(kind, 0.0), round(held["Rss"] - held["Anonymous"], 1))
    return own, files


def _until(happens: Callable[[], bool], process: subprocess.Popen[bytes], began: float) -> float:
    """The seconds from the start until something happens."""
    while (passed := time.monotonic() - began) < STARTS_WITHIN and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if happens():
                return round(time.monotonic() - began, 1)
        time.sleep(LOOKS_EVERY)
    raise DaobanError(f"量启动用的服务 {passed:.0f} 秒里没有起来。")


def _megabytes(folder: Path) -> float:
    """What a folder takes on the disk."""
    found = [Path(root, name).lstat() for root, _, names in os.walk(folder) for name in names]
    return round(sum(one.st_blocks * 512 for one in found) / 1e6, 1)
