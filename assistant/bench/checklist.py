"""`daoban bench checklist`: how long one checklist takes, from the facts to the JSON, for few licences and for all.

The profiles are drawn with a fixed seed over the knowledge that is served: every kind of enterprise, everything else
told, licences at random. Nothing is warmed but the process itself; nothing is kept from one checklist to the next.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles

from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import SITUATIONS, Profile
from assistant.knowledge.whole import Knowledge

SEED, WARM_UP = 8, 20
GOAL_LICENCES, GOAL_MS = 20, 10.0
HEAD = "| 许可证 | 一张清单几件事 | 材料几样 | p50（毫秒） | p95 | 最慢 | 处理器 p95 | 写成 JSON（KB） |"


@dataclass(frozen=True)
class Row:
    """The figures for so many licences; milliseconds by the clock, and of the processor."""

    licences: int
    entries: float  # on average
    materials: float
    p50_ms: float
    p95_ms: float
    max_ms: float
    cpu_p95_ms: float
    json_kb: float


def run(knowledge: Knowledge, sizes: Sequence[int], rounds: int, today: dt.date, *, as_json: bool) -> str:
    """Measure every size; a Markdown table with the goal under it, or JSON."""
    rows = [measured(knowledge, min(size, len(knowledge.items)), rounds, today) for size in sizes]
    if as_json:
        return json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
    return "\n".join([HEAD, f"|{' ---: |' * HEAD.count(' |')}", *map(_line, rows), "", verdict(rows)])


def measured(knowledge: Knowledge, licences: int, rounds: int, today: dt.date) -> Row:
    """Checklists of so many licences, one after the other."""
    clock: list[float] = []
    processor: list[float] = []
    entries = materials = size = 0
    for number, profile in enumerate(profiles(knowledge, licences, WARM_UP + rounds)):
        began, worked = time.perf_counter(), time.process_time()
        checklist = make_checklist(knowledge, profile, today)
        body = checklist.model_dump_json(by_alias=True)
        if number >= WARM_UP:
            clock.append((time.perf_counter() - began) * 1000)
            processor.append((time.process_time() - worked) * 1000)
            entries += len(checklist.entries)
            materials += len(checklist.materials)
            size += len(body.encode())
    return Row(
        licences,
        entries / rounds,
        materials / rounds,
        _percentile(clock, 50),
        _percentile(clock, 95),
        max(clock),
        _percentile(processor, 95),
        size / rounds / 1000,
    )


def profiles(knowledge: Knowledge, licences: int, count: int) -> Iterator[Profile]:
    """Enterprises that close for good and have told everything, each with so many licences; always the same ones."""
    chance = random.Random(SEED)
    kinds, places = sorted(knowledge.enterprise_types), sorted(knowledge.regions)
    for _ in range(count):
        yield Profile.model_validate(
            {
                "enterprise_type": chance.choice(kinds),
                "place": chance.choice(places),
                "licences": tuple(chance.sample(sorted(knowledge.items), licences)),
                "no_other_licences": True,
                "whole_or_licence_only": "whole",
                "proxy": chance.choice(("proxy", "self")),
                **{key: chance.random() < 0.5 for key in SITUATIONS},
            }
        )


def verdict(rows: Sequence[Row]) -> str:
    """Whether the goal is met, where its size was measured."""
    goal = f"目标：{GOAL_LICENCES} 张证 p95 ≤ {GOAL_MS:g} 毫秒"
    row = next((row for row in rows if row.licences == GOAL_LICENCES), None)
    if row is None:
        return f"{goal}；这次没量 {GOAL_LICENCES} 张的。"
    return f"{goal}，{'达到' if row.p95_ms <= GOAL_MS else '没达到'}（{row.p95_ms:.1f}）。"


def _percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _line(row: Row) -> str:
    figures = (row.entries, row.materials, row.p50_ms, row.p95_ms, row.max_ms, row.cpu_p95_ms, row.json_kb)
    return f"| {row.licences} | {' | '.join(f'{figure:.1f}' for figure in figures)} |"
