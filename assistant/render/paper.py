"""A checklist as the plain words that go on paper: one shape for the PDF, the Word file and the text."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assistant.checklist.model import Checklist, Entry, FieldState, LimitRef, MaterialLine, Path, Saving
from assistant.render.html import HOTLINE
from assistant.render.sheet import Door, doors

OPEN = "〔待核〕"
TOO_OLD = dt.timedelta(days=180)
STALE = "，过了半年，先打电话"
DEMO = "演示数据：地区、电话、地址都是编的，不能照着去办。"
PARTIAL = "这张清单还不全：有几样没说，见后面“还没说的”。"
FOOT = "这张清单按您说的开，以窗口告知的为准。标〔待核〕的还没跟部门核实，去之前先打表上的电话；有疑问打 12345。"
_MET = {True: "符合", False: "不符合", None: "您没说，去之前再看一眼"}


def paper(checklist: Checklist, address: str, code: str) -> dict[str, Any]:
    """Everything on the paper, as words in their order."""
    names = {entry.item.id: entry.item.name for entry in checklist.entries}
    day = checklist.issued_on
    return {
        "title": "注销清单",
        "summary": checklist.summary,
        "date": f"{day.year}年{day.month}月{day.day}日",
        "warnings": [text for shown, text in ((checklist.demo, DEMO), (checklist.partial, PARTIAL)) if shown],
        "path": _path(checklist.path),
        "doors": [_door(door, day) for door in doors(checklist)],
        "phases": [
            {
                "name": f"{number}. {phase.name}",
                "note": phase.note or "",
                "dates": phase.dates or "",
                "entries": [_entry(one, day) for one in phase.entries],
            }
            for number, phase in enumerate(checklist.phases, 1)
        ],
        "materials": [_material(one, names) for one in checklist.materials if not one.exempt],
        "exempt": [_pair(left_at_home(one), one.reason) for one in checklist.materials if one.exempt],
        "notes": list(checklist.notes),
        "open": [_pair(fact.question, fact.consequence, " ") for fact in checklist.open_facts],
        "unlisted": [_pair(thing.name, thing.note) for thing in checklist.unlisted],
        "not_applicable": [_pair(one.item.name, one.why) for one in checklist.not_applicable],
        "timeline": _timeline(checklist),
        "savings": [f"{s.what}：{s.alone} → {s.together}。{s.how_counted}" for s in saved(checklist)],
        "foot": FOOT,
        "address": address,
        "code": code,
        "version": f"知识版本 {checklist.knowledge_digest[:8]}",
    }


def saved(checklist: Checklist) -> tuple[Saving, ...]:
    """What is really less together than alone."""
    return tuple(one for one in checklist.savings if one.together < one.alone)


def amount(material: MaterialLine) -> str:
    """How many originals and photocopies of a material to bring; where nobody knows, what is known of its form."""
    counted = (("原件", material.originals), ("复印件", material.photocopies))
    known = [f"{kind} {number} 份" for kind, number in counted if number]
    if known and material.form != "电子版":
        return "、".join(known)
    copies = f" {material.copies} 份" if material.copies else ""
    return f"{material.form or ''}{copies}".strip()


def left_at_home(material: MaterialLine) -> str:
    """What need not be brought, so that nobody leaves an original at home of which only the photocopy is meant."""
    form = material.form if material.form == "复印件" and "复印件" not in material.name else ""
    return f"{material.name}{form}"


def days(limit: LimitRef) -> str:
    """A time limit as it is said: 10日, 3个工作日."""
    return f"{limit.days}{'个' if limit.unit == '工作日' else ''}{limit.unit}"


def _pair(name: str, more: str | None, between: str = "：") -> str:
    return f"{name}{between}{more}" if more else name


def checked(state: FieldState | None, on: dt.date) -> str:
    """How far a value can be relied on, in words: nobody confirmed it, or who did and when; empty where it is law."""
    if state is None or state.state == "有出处":
        return ""
    if state.state == "待核" or state.checked_on is None:
        return str(state.state)
    day = f"{state.checked_on.year}年{state.checked_on.month}月{state.checked_on.day}日核"
    return day + (STALE if on - state.checked_on > TOO_OLD else "")


def _mark(state: FieldState | None, on: dt.date) -> str:
    """The same behind a value on paper."""
    words = checked(state, on)
    return f"〔{words}〕" if words else ""


def _path(path: Path | None) -> dict[str, Any] | None:
    """Which way the registration ends, and the conditions by which that was decided."""
    if path is None:
        return None
    open_way = path.way in ("simple", "open")  # else the reason says which one closes it
    conditions = [(one.text, _MET[one.met]) for one in path.conditions] if open_way else []
    return {"name": path.name, "because": path.because, "conditions": conditions}


def _door(door: Door, on: dt.date) -> dict[str, Any]:
    states = door.entries[0].states
    known = (
        ("地址", door.window.address, "address"),
        ("时间", door.window.hours, "hours"),
        ("电话", door.window.phone, "phone"),
    )
    lines = [f"{name}：{value}{_mark(states.get(field), on)}" for name, value, field in known if value]
    if door.missing:
        lines.append(f"{door.missing}{OPEN}，去之前先打 {door.hotline}。")
    return {"name": door.window.name, "lines": lines, "entries": "、".join(entry.item.name for entry in door.entries)}


def _entry(entry: Entry, on: dt.date) -> dict[str, Any]:
    known = f"（{entry.window.address}）" if entry.window.address else "" if entry.online else OPEN
    where = entry.window.name + known
    calls = entry.hotline if entry.hotline == HOTLINE else f"{entry.hotline}，打不通打 {HOTLINE}"
    return {
        "name": entry.item.name,
        "why": "".join(part for part in (entry.nature, entry.why) if part),
        "facts": [
            *([("先办完", "、".join(one.name for one in entry.after))] if entry.after else []),
            ("去哪办", where),
            ("怎么发" if entry.online else "代办", _proxy(entry, on)),
            ("多久", _time(entry, on)),
            ("打电话", calls),
            *([("先弄清", " ".join(entry.to_ask))] if entry.to_ask else []),
        ],
    }


def _proxy(entry: Entry, on: dt.date) -> str:
    mark = _mark(entry.states.get("tier"), on)
    if entry.tier:
        return f"{entry.tier}{mark}。{entry.proxy_note}"
    return entry.proxy_note + (mark if entry.can_proxy or entry.own_window else "")


def _time(entry: Entry, on: dt.date) -> str:
    parts = [
        _limit("承诺", entry.promised_limit, entry.states.get("promised_limit"), on),
        _limit("规定的期限", entry.statutory_limit, entry.states.get("statutory_limit"), on),
        entry.limit_note + ("" if entry.statutory_limit else _mark(entry.states.get("statutory_limit"), on))
        if entry.limit_note
        else "",
    ]
    if entry.online and not any(parts):
        return posted_for(entry)
    return "".join(parts) or f"{OPEN}交材料时请窗口写明。"


def posted_for(entry: Entry) -> str:
    """How long an announcement has to stand."""
    waits = entry.dates.waits if entry.dates else None
    return f"要等满{waits}。" if waits else "要等几天还没核实，先问登记窗口。"


def _limit(whose: str, limit: LimitRef | None, state: FieldState | None, on: dt.date) -> str:
    return f"{whose} {days(limit)}{_mark(state, on)}。" if limit else ""


def _timeline(checklist: Checklist) -> dict[str, Any] | None:
    """The small table of dates, with the sentence above it; none on a checklist issued without dates."""
    if checklist.timeline is None:
        return None
    rows = [
        {"name": entry.item.name, **entry.dates.shown.model_dump()}
        for entry in checklist.entries
        if entry.dates is not None
    ]
    return {"sentence": checklist.timeline.sentence, "rows": rows, "notes": list(checklist.timeline.notes)}


def _material(material: MaterialLine, names: dict[str, str]) -> dict[str, str]:
    more = (material.note, f"找谁开：{material.issued_by}" if material.issued_by else None, material.reason)
    return {
        "name": material.name,
        "form": amount(material) + (OPEN if material.state == "待核" else ""),
        "note": " ".join(part for part in more if part),
        "for": "、".join(names.get(one, one) for one in material.for_),
    }
