"""What was seen of publications: when each process served them, what was mixed or wrong meanwhile, and the table of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.errors import DaobanError

GOAL = 2.0  # seconds
GOALS = f"发布以后 {GOAL:g} 秒里所有进程都换上，一句话不丢、不错，新旧不混"


@dataclass(frozen=True)
class Look:
    """What one process served at a moment: which knowledge, whether the new words were there, which knowledge after that."""

    at: float
    process: int
    before: str
    new: bool
    after: str

    def whole(self, digest: str) -> bool:
        """Whether this knowledge was served, with its words."""
        return self.new and self.before == self.after == digest

    def mixed(self, digest: str) -> bool:
        """Whether the words were not those of the knowledge that was served before and after them."""
        return self.before == self.after and self.new != (self.after == digest)


@dataclass(frozen=True)
class Published:
    """One publication: seconds that `publish` took, seconds from its end until the first and until every process served it."""

    took: float
    first: float
    last: float
    worked: (
        float  # seconds of processor that the busiest web process had used by then: what a busy machine changes least
    )
    mixed: int  # looks at which a process served something of each knowledge, or the earlier one again

    @property
    def in_all(self) -> float:
        """Seconds from the click to the last process."""
        return self.took + self.last


FIGURES: tuple[Callable[[Published], float], ...] = (
    lambda one: one.took,
    lambda one: one.first,
    lambda one: one.last,
    lambda one: one.in_all,
    lambda one: one.worked,
)


@dataclass(frozen=True)
class Found:
    """The publications of one kind, and the people meanwhile; the longest answer in milliseconds."""

    published: Sequence[Published]
    messages: int
    faults: Mapping[str, int]
    longest: float


def judged(began: float, ended: float, digest: str, looks: Sequence[Look], worked: float = 0.0) -> Published:
    """What came of a publication that began and ended then; DaobanError where a process never served it."""
    since: dict[int, float] = {}
    for look in looks:
        if look.whole(digest):
            since.setdefault(look.process, look.at)
    late = {look.process for look in looks} - since.keys()
    if late:
        raise DaobanError(f"{len(late)} 个进程一直没有换上。")
    mixed = sum(look.mixed(digest) or (look.at > since[look.process] and not look.whole(digest)) for look in looks)
    times = [max(at - ended, 0.0) for at in since.values()]
    return Published(ended - began, min(times), max(times), worked, mixed)


def as_table(load: float, found: Mapping[str, Found]) -> str:
    """The table, what was wrong, and whether it is within the goal."""
    lines = [
        f"目标：{GOALS}。{os.cpu_count()} 个核，开始量时机器的负载 {load:.1f}。秒数是 p50 / 最长，从发布做完算起。",
        "",
        "| 改的 | 发布几次 | 发布本身 | 第一个进程换上 | 全都换上 | 从点发布到全都换上 | 网页进程占处理器 | 新旧混着 | 说了几句 | 不对的 | 最慢一句 |",
        f"| --- |{' ---: |' * 10}",
    ]
    for kind, one in found.items():
        cells = (
            kind,
            len(one.published),
            *(_seconds([each(p) for p in one.published]) for each in FIGURES),
            sum(p.mixed for p in one.published),
            one.messages,
            sum(one.faults.values()),
            f"{one.longest / 1000:.2f}",
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    wrong = [
        f"- {kind}：{times} 次 {fault}" for kind, one in found.items() for fault, times in sorted(one.faults.items())
    ]
    slowest = max(p.last for one in found.values() for p in one.published)
    within = "都在目标以内" if slowest <= GOAL else f"超了 {slowest - GOAL:.2f} 秒"
    return "\n".join([*lines, "", *wrong, f"全都换上最慢 {slowest:.2f} 秒：{within}。"])


def _seconds(values: Sequence[float]) -> str:
    """Middle and longest."""
    return f"{median(values):.2f} / {max(values):.2f}" if values else ""
