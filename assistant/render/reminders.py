"""What to mind today on a checklist: days that come or have passed, what can be done now, what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.checklist.model import Checklist, Entry

NEAR = dt.timedelta(days=7)
LATE = "{name}：最晚的日子 {day} 已经过了，还没打勾。没办的赶快去，先打 {hotline} 问清怎么补。"
SOON = "{name}：最晚 {day} 去办，{left}。"
NOW = "现在就能办：{names}。"
WAIT = "等到 {day}：{names}。"
DONE = "清单上的事都打勾了。窗口给的注销证明、通知书收好。"
TODAY, DAYS = "就是今天", "还有{days}天"


@dataclass(frozen=True)
class Reminder:
    """One sentence, and how much it presses."""

    kind: Literal["late", "soon", "now", "wait", "done"]
    text: str


def reminders(checklist: Checklist, done: Mapping[str, dt.date], today: dt.date) -> tuple[Reminder, ...]:
    """What presses most stands first; days are counted as the checklist counted them, from the earliest ones."""
    left = [entry for entry in checklist.entries if f"e-{entry.item.id}" not in done]
    if not left:
        return (Reminder("done", DONE),) if checklist.entries else ()
    pressing = [one for entry in left for one in _deadline(entry, today)]
    return (*sorted(pressing, key=lambda one: one.kind != "late"), *_next(left, today))


def _deadline(entry: Entry, today: dt.date) -> Iterator[Reminder]:
    last = entry.dates.deadline if entry.dates else None
    if last is None:
        return
    if last < today:
        yield Reminder("late", LATE.format(name=entry.item.name, day=_day(last), hotline=entry.hotline))
    elif last - today <= NEAR:
        left = DAYS.format(days=(last - today).days) if last > today else TODAY
        yield Reminder("soon", SOON.format(name=entry.item.name, day=_day(last), left=left))


def _next(left: list[Entry], today: dt.date) -> Iterator[Reminder]:
    """What waits for nothing that is still open, today or on the first day to come."""
    open_ = {entry.item.id for entry in left}
    free = [entry for entry in left if not any(need.id in open_ for need in entry.after)]
    starts = {entry.item.id: entry.dates.start if entry.dates else today for entry in free}
    if now := [entry.item.name for entry in free if starts[entry.item.id] <= today]:
        yield Reminder("now", NOW.format(names="、".join(now)))
    if later := [entry for entry in free if starts[entry.item.id] > today]:
        first = min(starts[entry.item.id] for entry in later)
        names = "、".join(entry.item.name for entry in later if starts[entry.item.id] == first)
        yield Reminder("wait", WAIT.format(day=_day(first), names=names))


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
