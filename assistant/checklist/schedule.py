"""Schedule (排期): tasks that wait for each other, each in its slot; pure arithmetic, without a word of the law.

Two kinds of time are told apart. A *period* of law (公示20日, 提前30日告知) runs in full: it moves the earliest date.
A *limit* is the most an office may take: it moves only the latest date, and where none is known there is no latest date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.checklist import date_words as words
from assistant.checklist.calendar import Unit, WorkCalendar


@dataclass(frozen=True)
class Span:
    """So many days by this name."""

    days: int
    unit: Unit
    name: str
    at_least: bool = False

    @property
    def text(self) -> str:
        """公示的20天."""
        return words.of_the(self.name, self.days, self.unit, at_least=self.at_least)


@dataclass(frozen=True)
class Task:
    """One entry as the calendar sees it."""

    id: str
    needs: tuple[str, ...] = ()
    before: Span | None = None  # runs in full before the papers can be handed in
    runs: Span | None = None  # the entry is an announcement, and this is how long it stands
    limit: Span | None = None  # the most the office takes
    bounded: bool = False  # nothing can make it longer than what is known
    undecided: bool = False  # a period may run here, and nobody can say yet whether or how long


@dataclass(frozen=True)
class Slot:
    """When one task can be begun and finished; `by` is when every office before and here used up its limit."""

    start: dt.date
    finish: dt.date
    by: dt.date | None
    held_by: str | None  # the need that ended last


def scheduled(tasks: Sequence[Task], calendar: WorkCalendar, today: dt.date) -> dict[str, Slot]:
    """Every task in its slot; each stands after everything it needs."""
    slots: dict[str, Slot] = {}
    announced = {task.id for task in tasks if task.runs is not None}

    def free(need: str, end: dt.date) -> dt.date:
        """When what waits for `need` can go on: an announcement has to be over."""
        return calendar.day_after(end) if need in announced else end

    for task in tasks:
        ended = {need: free(need, slots[need].finish) for need in task.needs}
        start, finish = _times(task, calendar, today, max([today, *ended.values()]), None)
        bys = {need: by for need in task.needs if (by := slots[need].by) is not None}
        by = None
        if task.bounded and len(bys) == len(task.needs):
            ready = max([today, *(free(need, end) for need, end in bys.items())])
            by = _times(task, calendar, today, ready, task.limit)[1]
        held_by = max(ended, key=lambda need: (ended[need], need in announced, need), default=None)
        if held_by is not None and task.before and finish > calendar.working_day(ended[held_by]):
            held_by = None  # its own period runs longer
        slots[task.id] = Slot(start, finish, by, held_by)
    return slots


def _times(
    task: Task, calendar: WorkCalendar, noticed: dt.date, ready: dt.date, limit: Span | None
) -> tuple[dt.date, dt.date]:
    """First and last day of a task whose needs are met on a day, with what its office takes."""
    if task.runs is not None:  # is put online, on any day
        return ready, calendar.end(ready, task.runs.days, task.runs.unit)
    start = handed_in = calendar.working_day(ready)
    if task.before is not None:  # can be told at once, whatever else is still to do
        told = noticed if task.before.at_least else calendar.working_day(noticed)
        handed_in = max(start, calendar.day_after(calendar.end(told, task.before.days, task.before.unit)))
        start = handed_in if task.before.at_least else told
    return start, calendar.end(handed_in, limit.days, limit.unit) if limit else handed_in


def side_by_side(tasks: Sequence[Task], calendar: WorkCalendar, today: dt.date) -> dt.date:
    """The day when all is done, every office using up its limit; one without a known limit does it on the spot."""
    free: dict[str, dt.date] = {}
    ends: list[dt.date] = []
    for task in tasks:
        ready = max([today, *(free[need] for need in task.needs)])
        ends.append(_times(task, calendar, today, ready, task.limit)[1])
        free[task.id] = calendar.day_after(ends[-1]) if task.runs else ends[-1]
    return max(ends)


def one_by_one(tasks: Sequence[Task], calendar: WorkCalendar, today: dt.date) -> dt.date:
    """The same day where nothing is begun, and no notice given, before the last thing is done. The tasks stand in an
    order of their own, by id as far as their needs allow, so that it does not matter what was told first."""
    ready = end = today
    left = sorted(tasks, key=lambda task: task.id)
    while left:
        waiting = {task.id for task in left}
        task = next(task for task in left if waiting.isdisjoint(task.needs))
        left.remove(task)
        end = _times(task, calendar, ready, ready, task.limit)[1]
        ready = calendar.day_after(end) if task.runs else end
    return end


def critical_path(slots: Mapping[str, Slot]) -> tuple[str, ...]:
    """The entries that decide when all is done, the first to do first."""

    def leading_to(one: str) -> tuple[str, ...]:
        held_by = slots[one].held_by
        return (*(leading_to(held_by) if held_by is not None else ()), one)

    paths = (leading_to(one) for one in slots)
    return max(paths, key=lambda path: (slots[path[-1]].finish, len(path), path[-1]), default=())


def alongside(tasks: Sequence[Task]) -> dict[str, tuple[str, ...]]:
    """For each task those that neither wait for it nor are waited for, directly or not."""
    before: dict[str, set[str]] = {}
    for task in tasks:
        before[task.id] = {*task.needs, *(far for need in task.needs for far in before[need])}
    return {
        one: tuple(sorted(i for i in before if i != one and i not in before[one] and one not in before[i]))
        for one in before
    }
