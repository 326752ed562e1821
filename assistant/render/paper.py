"""A checklist as the plain words that go on paper: one shape for the PDF and for the Word file."""

from __future__ import annotations

from typing import Any

from assistant.checklist.model import Checklist, Entry, FieldState, LimitRef, MaterialLine
from assistant.render.html import HOTLINE
from assistant.render.sheet import Door, doors

OPEN = "〔待核〕"
DEMO = "演示数据：地区、电话、地址都是编的，不能照着去办。"
PARTIAL = "这张清单还不全：有几样没说，见后面“还没说的”。"
FOOT = "这张清单按您说的开，以窗口告知的为准。标〔待核〕的还没跟部门核实，去之前先打表上的电话；有疑问打 12345。"


def paper(checklist: Checklist, address: str) -> dict[str, Any]:
    """Everything on the paper, as words in their order."""
    names = {entry.item.id: entry.item.name for entry in checklist.entries}
    day = checklist.issued_on
    return {
        "title": "注销清单",
        "summary": checklist.summary,
        "date": f"{day.year}年{day.month}月{day.day}日",
        "warnings": [text for shown, text in ((checklist.demo, DEMO), (checklist.partial, PARTIAL)) if shown],
        "doors": [_door(door) for door in doors(checklist)],
        "phases": [
            {
                "name": f"{number}. {phase.name}",
                "note": phase.note or "",
                "dates": phase.dates or "",
                "entries": [_entry(one) for one in phase.entries],
            }
            for number, phase in enumerate(checklist.phases, 1)
        ],
        "materials": [_material(one, names) for one in checklist.materials if not one.exempt],
        "exempt": [_pair(one.name, one.reason) for one in checklist.materials if one.exempt],
        "notes": list(checklist.notes),
        "open": [_pair(fact.question, fact.consequence, " ") for fact in checklist.open_facts],
        "unlisted": [_pair(thing.name, thing.note) for thing in checklist.unlisted],
        "not_applicable": [_pair(one.item.name, one.why) for one in checklist.not_applicable],
        "timeline": _timeline(checklist),
        "savings": [f"{s.what}：{s.alone} → {s.together}。{s.how_counted}" for s in checklist.savings],
        "foot": FOOT,
        "address": address,
        "version": f"知识版本 {checklist.knowledge_digest[:8]}",
    }


def _pair(name: str, more: str | None, between: str = "：") -> str:
    return f"{name}{between}{more}" if more else name


def _mark(state: FieldState | None) -> str:
    """What stands behind a value that nobody confirmed."""
    return OPEN if state is not None and state.state == "待核" else ""


def _door(door: Door) -> dict[str, Any]:
    states = door.entries[0].states
    known = (
        ("地址", door.window.address, "address"),
        ("时间", door.window.hours, "hours"),
        ("电话", door.window.phone, "phone"),
    )
    lines = [f"{name}：{value}{_mark(states.get(field))}" for name, value, field in known if value]
    if door.missing:
        lines.append(f"{door.missing}{OPEN}，去之前先打 {door.hotline}。")
    return {"name": door.window.name, "lines": lines, "entries": "、".join(entry.item.name for entry in door.entries)}


def _entry(entry: Entry) -> dict[str, Any]:
    where = entry.window.name + (f"（{entry.window.address}）" if entry.window.address else OPEN)
    calls = entry.hotline if entry.hotline == HOTLINE else f"{entry.hotline}，打不通打 {HOTLINE}"
    return {
        "name": entry.item.name,
        "why": "".join(part for part in (entry.nature, entry.why) if part),
        "facts": [
            *([("先办完", "、".join(one.name for one in entry.after))] if entry.after else []),
            ("去哪办", where),
            (
                "代办",
                f"{entry.tier}。{entry.proxy_note}"
                if entry.tier
                else f"{entry.proxy_note}{_mark(entry.states.get('tier'))}",
            ),
            ("多久", _time(entry)),
            ("打电话", calls),
            *([("先问清", " ".join(entry.to_ask))] if entry.to_ask else []),
        ],
    }


def _time(entry: Entry) -> str:
    parts = [
        _limit("承诺", entry.promised_limit, entry.states.get("promised_limit")),
        _limit("规定的期限", entry.statutory_limit, entry.states.get("statutory_limit")),
        entry.limit_note + ("" if entry.statutory_limit else _mark(entry.states.get("statutory_limit")))
        if entry.limit_note
        else "",
    ]
    return "".join(parts) or f"{OPEN}交材料时请窗口写明。"


def _limit(whose: str, limit: LimitRef | None, state: FieldState | None) -> str:
    return f"{whose} {limit.days} 个{limit.unit}{_mark(state)}。" if limit else ""


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
    copies = f" {material.copies} 份" if material.copies else ""
    more = (material.note, f"找谁开：{material.issued_by}" if material.issued_by else None, material.reason)
    return {
        "name": material.name,
        "form": f"{material.form or ''}{copies}".strip() + (OPEN if material.state == "待核" else ""),
        "note": " ".join(part for part in more if part),
        "for": "、".join(names.get(one, one) for one in material.for_),
    }
