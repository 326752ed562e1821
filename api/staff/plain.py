"""A guide as a few plain lines, to paste into a message or to read out on the telephone."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.cards import Card, Line
from assistant.guide_card import HEADINGS
from assistant.knowledge.model import Department
from assistant.render.html import HOTLINE, hotline, titled

OPEN = "待核"
_MOST = {"where": 4, "time": 2, "fee": 1, "proxy": 2}  # lines


def plain_answer(card: Card, address: str) -> str:
    """What to bring, where, how long, for how much, whom to call; every open fact said to be one."""
    return "\n".join(_lines(card, address))


def plain_department(department: Department, names: list[str]) -> str:
    """Whom to call, and what they answer for."""
    shown = "、".join(names[:12]) + ("等" if len(names) > 12 else "")
    return f"{department.name}\n电话：{department.hotline}" + (f"\n管这些证：{shown}" if names else "")


def _lines(card: Card, address: str) -> Iterator[str]:
    sections = {section.heading: section.lines for section in card.sections}
    number = hotline(card)
    yield f"【{card.title}】怎么注销"
    things = [_thing(line) for line in sections.get(HEADINGS["materials"], ()) if titled(line)[0] or "（" in line.text]
    if things:
        yield "要带：" + "；".join(f"{n}. {thing}" for n, thing in enumerate(things, 1))
    for aspect, most in _MOST.items():
        # Whom to ask first is told once, below.
        if told := [_said(line) for line in sections.get(HEADINGS[aspect], ()) if line.phone != number][:most]:
            yield f"{HEADINGS[aspect]}：" + " ".join(told)
    yield f"电话：{number}" + ("" if number == HOTLINE else f"，打不通就打 {HOTLINE}")
    if any(line.tag == OPEN for lines in sections.values() for line in lines):
        yield f"标（{OPEN}）的还没跟部门核实，去之前先打 {number} 问一声。"
    yield f"完整说明：{address}"


def _thing(line: Line) -> str:
    name, _ = titled(line)
    return (name or line.text) + (f"（{OPEN}）" if line.tag == OPEN else "")


def _said(line: Line) -> str:
    return line.text + (f"（{line.tag}）" if line.tag in (OPEN, "演示数据") else "")
