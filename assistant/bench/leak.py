"""Whether memory grows with the messages: tens of thousands of them, and the memory of each process along the way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from assistant.bench import measuring
from assistant.bench.load import asking, standing

AT_ONCE = 8
PARTS = 20  # looks along the way
FLAT = 0.5  # MB per 1,000 messages over the second half, below which it is called flat


@dataclass(frozen=True)
class Look:
    """The memory (PSS, MB) of each process after so many messages."""

    messages: int
    memory: dict[str, float]


@dataclass(frozen=True)
class Found:
    """What was seen along the way."""

    looks: Sequence[Look]
    faults: dict[str, int]
    per_second: float

    @property
    def slopes(self) -> dict[str, float]:
        """MB per 1,000 messages over the second half, by least squares."""
        half = self.looks[len(self.looks) // 2 :]
        return {
            who: round(_slope([(one.messages, one.memory[who]) for one in half]) * 1000, 3) for who in half[-1].memory
        }


def run(messages: int, rasa: int, web: int, as_json: bool) -> str:
    """Say so many messages to a service of our own, and report."""
    looks: list[Look] = []
    faults: Counter[str] = Counter()
    seconds = 0.0
    with standing(rasa, web) as (address, supervisor):
        for part in range(PARTS):
            happened = asking(address, "hurry", part + 1, AT_ONCE, messages // PARTS)  # each part says something else
            faults.update(happened.faults)
            seconds += happened.seconds
            held = {who: each["PSS"] for who, each in measuring.memory(supervisor).items()}
            looks.append(Look((part + 1) * (messages // PARTS), held))
    found = Found(looks, dict(faults), round(looks[-1].messages / seconds, 1))
    if as_json:
        return json.dumps(asdict(found) | {"slopes": found.slopes}, ensure_ascii=False, indent=1)
    return as_text(found)


def as_text(found: Found) -> str:
    """The memory along the way, and whether it grows."""
    who = list(found.looks[-1].memory)
    lines = [f"| 说过几句 | {' | '.join(who)} |", f"| ---: |{' ---: |' * len(who)}"]
    lines += [
        f"| {one.messages} | {' | '.join(str(one.memory.get(name, '')) for name in who)} |" for one in found.looks
    ]
    verdict = [
        f"{name}：后一半每千句 {slope:+g} MB，{'平的' if slope <= FLAT else '在涨'}"
        for name, slope in found.slopes.items()
    ]
    wrong = [f"- {times} 次 {fault}" for fault, times in sorted(found.faults.items())]
    return "\n".join(
        [*lines, "", *verdict, f"每秒 {found.per_second} 句，答得不对 {sum(found.faults.values())} 句", *wrong]
    )


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the straight line nearest to the points."""
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    spread = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / spread if spread else 0.0
