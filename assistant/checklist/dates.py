"""Dates (时间表): when each entry and the whole list can be finished, what holds it up, by when the owner has to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.checklist import date_words as words
from assistant.checklist.calendar import Unit, WorkCalendar, calendar_of
from assistant.checklist.model import DateWords, Entry, EntryDates, ItemRef, LimitRef, Timeline
from assistant.checklist.once import once
from assistant.checklist.order import ANNOUNCEMENTS, ANY_REGISTRY, BETWEEN_LICENCES, NOTICE, SIMPLE, WHOLE_EXIT
from assistant.checklist.profile import Profile
from assistant.checklist.schedule import Slot, Span, Task, alongside, critical_path, one_by_one, scheduled, side_by_side
from assistant.checklist.selection import Selection, kind_of
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge


@dataclass(frozen=True)
class Length:
    """How many days it takes, every office using up its limit: one entry after the other, and side by side."""

    alone: int
    together: int
    counted: int  # entries with a period or a limit that is known
    uncounted: int  # entries of which nobody knows how long they take


def timetable(
    knowledge: Knowledge, profile: Profile, selection: Selection, entries: Sequence[Entry], today: dt.date
) -> tuple[dict[str, EntryDates], Timeline | None, Length | None]:
    """The dates of every entry, which stand in an order that keeps their needs, those of the whole list, its length."""
    if not entries:
        return {}, None, None
    calendar, periods = _calendar(knowledge), _periods(knowledge)
    told = {one.guide: one for one in reversed(periods) if one.kind == "提前"}
    last_days = [one for one in periods if one.kind == "最晚"]
    tasks = [_task(knowledge, profile, selection, entry, told) for entry in entries]
    slots = scheduled(tasks, calendar, today)
    beside = alongside(tasks)
    dates: dict[str, EntryDates] = {}
    for entry, task in zip(entries, tasks, strict=True):
        slot, span = slots[task.id], task.runs or task.before
        deadline, rule = _deadline(knowledge, selection, task, slots, calendar, today, last_days)
        dates[task.id] = EntryDates(
            start=slot.start,
            finish=slot.finish,
            by=slot.by,
            limit=_whose(entry) if task.limit else None,
            period=LimitRef(days=span.days, unit=span.unit) if span else None,
            waits=span.text if span else None,
            deadline=deadline,
            deadline_rule=rule,
            alongside=beside[task.id],
            shown=_shown(entry, task, slot, deadline, today),
        )
    length = Length(
        alone=(one_by_one(tasks, calendar, today) - today).days,
        together=(side_by_side(tasks, calendar, today) - today).days,
        counted=sum(bool(task.limit or task.runs or task.before) for task in tasks),
        uncounted=sum(task.limit is None and task.runs is None for task in tasks),
    )
    return dates, _timeline(entries, tasks, slots, dates, calendar, today), length


def _timeline(
    entries: Sequence[Entry],
    tasks: Sequence[Task],
    slots: Mapping[str, Slot],
    dates: Mapping[str, EntryDates],
    calendar: WorkCalendar,
    today: dt.date,
) -> Timeline:
    """The whole list: when it can be finished, what holds it up, what can be done meanwhile."""
    names = {entry.item.id: entry.item.name for entry in entries}
    by_id = {task.id: task for task in tasks}
    path = critical_path(slots)
    waits = {one: span for one in path if (span := by_id[one].runs or by_id[one].before)}
    certain = all(task.bounded for task in tasks)
    finish = max(slot.finish for slot in slots.values())
    bys = [slot.by for slot in slots.values() if slot.by is not None]
    by = max(bys) if len(bys) == len(slots) else None
    open_ = sorted(
        task.id for task in tasks if not task.bounded and task.limit is None and task.id not in ANNOUNCEMENTS
    )
    notes = [words.LIQUIDATION] if NOTICE in by_id else []
    if waits:
        longest = max(waits, key=lambda one: (calendar.end(today, waits[one].days, waits[one].unit), one))
        if beside := [names[one] for one in dates[longest].alongside]:
            notes.append(words.meanwhile(waits[longest].text, beside))
    told = dict.fromkeys(task.before.name for task in tasks if task.before and not task.before.at_least)
    notes += [words.TOLD_BEFORE.format(name=name) for name in told]
    days = {day for one in dates.values() for day in (one.start, one.finish, one.by, one.deadline) if day is not None}
    if missing := sorted({day.year for day in days if not calendar.knows(day)}):
        notes.append(words.weekends_only(missing))
    return Timeline(
        start=min(slot.start for slot in slots.values()),
        finish=finish,
        by=by,
        certain=certain,
        path=tuple(ItemRef(id=one, name=names[one]) for one in path),
        sentence=words.whole(
            today,
            finish,
            by if certain else None,
            waits=[span.text for span in waits.values()],
            unknown=[names[one] for one in open_],
            undecided=any(task.undecided for task in tasks),
        ),
        notes=(*notes, words.COUNTED),
    )


def phase_line(members: Sequence[Entry], dates: Mapping[str, EntryDates], today: dt.date) -> str:
    """The dates of the entries of one phase in one line."""
    slots = [dates[entry.item.id] for entry in members]
    start, finish = min(one.start for one in slots), max(one.finish for one in slots)
    if all(entry.item.id in ANNOUNCEMENTS for entry in members):
        return words.announced(today, start, finish if all(one.waits for one in slots) else None)
    bys = [one.by for one in slots if one.by is not None]
    return words.phase(today, start, finish, max(bys) if len(bys) == len(slots) else None)


def _shown(entry: Entry, task: Task, slot: Slot, deadline: dt.date | None, today: dt.date) -> DateWords:
    """The dates of one entry as a table has them."""
    limit = task.limit or Span(0, "日", "")
    span = task.runs or task.before
    told = task.before.name.removeprefix(words.BEFORE) if task.before and not task.before.at_least else ""
    begun = words.POSTED if entry.item.id in ANNOUNCEMENTS else told
    return DateWords(
        start=words.day(slot.start, today) + begun,
        finish=words.row(
            today, slot.start, slot.finish, slot.finish if task.runs else slot.by, open_=task.limit is None
        ),
        how=words.how(
            span.text if span else None,
            _whose(entry) if task.limit else None,
            limit.days,
            limit.unit,
            deadline,
            today,
            open_=task.runs is None,
        ),
    )


def _task(
    knowledge: Knowledge, profile: Profile, selection: Selection, entry: Entry, told_before: Mapping[str, m.Period]
) -> Task:
    """What is known of the time of an entry; a value that nobody confirmed is not counted with."""
    guide_id, needs = entry.item.id, tuple(one.id for one in entry.after)
    kind = kind_of(knowledge, profile)
    sure = kind is not None and kind.state is not m.State.OPEN
    notice, claims = (kind.simple_notice_days, kind.claim_days) if kind and sure else (None, None)
    if guide_id == SIMPLE:
        runs = Span(notice, "日", words.NOTICE) if notice else None
        return Task(guide_id, needs, runs=runs, bounded=runs is not None, undecided=runs is None)
    if guide_id == NOTICE:  # the accounts are settled when they are settled
        return Task(
            guide_id, needs, runs=Span(claims, "日", words.CLAIMS) if claims else None, undecided=claims is None
        )
    limit = _limit(entry)
    if guide_id == selection.registry and selection.route.way == "open":
        before = Span(min(notice, claims), "日", words.EITHER, at_least=True) if notice and claims else None
        return Task(guide_id, needs, before=before, limit=limit, undecided=before is None)
    told = told_before.get(guide_id)
    before = Span(told.days, told.unit, told.name) if told else None
    return Task(guide_id, needs, before=before, limit=limit, bounded=limit is not None)


def _limit(entry: Entry) -> Span | None:
    """What the department promised, else what the law allows it; 待核 is no limit."""
    limit = {"承诺": entry.promised_limit, "法定": entry.statutory_limit, None: None}[_whose(entry)]
    return Span(limit.days, limit.unit, "办理") if limit else None


def _whose(entry: Entry) -> Literal["承诺", "法定"] | None:
    """By whose word the limit of an entry holds."""
    if entry.promised_limit and entry.states["promised_limit"].state != "待核":
        return "承诺"
    return "法定" if entry.statutory_limit and entry.states["statutory_limit"].state != "待核" else None


def _deadline(
    knowledge: Knowledge,
    selection: Selection,
    task: Task,
    slots: Mapping[str, Slot],
    calendar: WorkCalendar,
    today: dt.date,
    last_days: Sequence[m.Period],
) -> tuple[dt.date | None, str | None]:
    """By when the owner has to come, counted from the earliest day of what it follows, and the rule in words."""
    registry = selection.registry or ANY_REGISTRY
    found: list[tuple[str, int, Unit, str | None]] = []  # what it follows, how long, to do what
    for period in last_days:
        guide_id, since = (registry if i == ANY_REGISTRY else i for i in (period.guide, period.since))
        if guide_id == task.id and since is not None:
            found.append((since, period.days, period.unit, period.name))
    guide, item = knowledge.guides.get(task.id), knowledge.items.get(task.id)
    own = guide.statutory_limit if guide else None
    if own and own.whose == "申请" and item and item.after_deregistration and own.state is not m.State.OPEN:
        found += [(registry, own.days, own.unit, None)] if own.days and own.unit else []
    for since, days, unit, to_do in found:
        if since in slots:
            last: dt.date | None = calendar.end(slots[since].finish, days, unit)
            if (
                last is not None and last < slots[task.id].start
            ):  # then the announcement has to begin later than it could
                last = None
            if since == SIMPLE:
                rule = words.after(words.expired(words.NOTICE), days, unit, to_do, last, today) + words.BY_THE_SYSTEM
            else:
                rule = words.after(words.done(knowledge.name_of(since)), days, unit, to_do, last, today)
            return last, rule
    return None, None


@once
def _calendar(knowledge: Knowledge) -> WorkCalendar:
    """The calendar as the editors change it."""
    return calendar_of(knowledge.holidays.values())


@once
def _periods(knowledge: Knowledge) -> tuple[m.Period, ...]:
    """The periods that the procedures on closing write down with a source."""
    procedures = (knowledge.procedures.get(i) for i in (WHOLE_EXIT, BETWEEN_LICENCES))
    return tuple(one for p in procedures if p for one in p.periods if one.state is not m.State.OPEN)
