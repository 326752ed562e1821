"""The dates of a checklist as an iCalendar file (RFC 5545) that a person's own calendar takes in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checklist.model import Checklist, Entry
from assistant.checklist.order import ANNOUNCEMENTS

NAME = "注销清单"
GO, POST = "可以去办：{names}", "可以发出：{name}"
LAST_DAY = "别过了日子：{name}（照最快的日子算）"
WAITED = "{name}等满（{waits}）"
ALL_DONE, NOT_BEFORE = "最快今天能全部办完", "全部办完不早于今天"
_OCTETS = 75  # in a line, without its end
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Event:
    """One day to mind; `remind` tells of it three days before."""

    key: str  # the same in every file of one checklist: taken in twice, an event is replaced
    day: dt.date
    title: str
    text: str = ""
    remind: bool = False


def calendar_file(checklist: Checklist, address: str) -> bytes:
    """Whole-day events: when to go, when a period is over, the last days to come, when all can be finished."""
    token = address.rstrip("/").rpartition("/")[2]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//daoban//checklist//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(NAME)}",
    ]
    for event in events(checklist):
        lines += _event(event, checklist, token, address)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def events(checklist: Checklist) -> Iterator[Event]:
    """The days of a checklist, in the order of its entries; none where it was issued without dates."""
    starts: dict[dt.date, list[Entry]] = {}
    for entry in checklist.entries:
        if entry.dates is None:
            continue
        if entry.item.id in ANNOUNCEMENTS:
            yield Event(f"post-{entry.item.id}", entry.dates.start, POST.format(name=entry.item.name))
        else:
            starts.setdefault(entry.dates.start, []).append(entry)
        if entry.dates.waits and entry.dates.finish > entry.dates.start:
            title = WAITED.format(name=entry.item.name, waits=entry.dates.waits)
            yield Event(f"waited-{entry.item.id}", entry.dates.finish, title)
        if entry.dates.deadline:
            title = LAST_DAY.format(name=entry.item.name)
            rule = entry.dates.deadline_rule or ""
            yield Event(f"last-{entry.item.id}", entry.dates.deadline, title, rule, remind=True)
    for day, entries in starts.items():
        names = "、".join(entry.item.name for entry in entries)
        text = "\n".join(f"{e.item.name}：{e.window.name}{e.window.address or ''}，电话 {e.hotline}" for e in entries)
        yield Event(f"go-{day:%Y%m%d}", day, GO.format(names=names), text)
    if checklist.timeline is not None:
        title = ALL_DONE if checklist.timeline.certain else NOT_BEFORE
        yield Event("all-done", checklist.timeline.finish, title, checklist.timeline.sentence)


def _event(event: Event, checklist: Checklist, token: str, address: str) -> list[str]:
    """One VEVENT, line by line."""
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P3D", f"DESCRIPTION:{escaped(event.title)}", "END:VALARM")
    return [
        "BEGIN:VEVENT",
        f"UID:{token}-{event.key}@daoban",
        f"DTSTAMP:{checklist.issued_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.title)}",
        f"DESCRIPTION:{escaped(chr(10).join(part for part in (event.text, address) if part))}",
        f"URL:{address}",
        "TRANSP:TRANSPARENT",
        *(alarm if event.remind else ()),
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """Text as a value: what means something in the format is marked, a line break is written out."""
    return text.translate(_ESCAPES)


def folded(line: str) -> bytes:
    """A line with its end, broken after 75 octets at most and never inside a character."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > _OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
