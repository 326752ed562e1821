"""The checklist as plain text: to send on in a message, and to compare line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assistant.checklist.model import Checklist
from assistant.render.paper import paper

_LISTS = (
    ("这些不用带", "exempt"),
    ("要当心的", "notes"),
    ("还没说的，说了会更准", "open"),
    ("不在清单上的", "unlisted"),
    ("这些您不用办", "not_applicable"),
    ("合在一起办，省多少", "savings"),
)


def plain_text(checklist: Checklist, address: str, code: str) -> str:
    """Everything that stands on the paper, one thing a line."""
    return "\n".join(_lines(paper(checklist, address, code))) + "\n"


def _lines(sheet: dict[str, Any]) -> Iterator[str]:
    yield from (f"【{sheet['title']}】{sheet['date']}开出", sheet["summary"], *sheet["warnings"])
    if path := sheet["path"]:
        yield from _headed(f"怎么销：{path['name']}", [path["because"]])
        if path["conditions"]:
            yield "  走简易要样样符合："
        yield from (f"  · {text}：{met}" for text, met in path["conditions"])
    for door in sheet["doors"]:
        yield from _headed(f"去 {door['name']}", [*door["lines"], f"在这办：{door['entries']}"])
    for phase in sheet["phases"]:
        yield from _headed(phase["name"], [one for one in (phase["note"], phase["dates"]) if one])
        for entry in phase["entries"]:
            yield f"□ {entry['name']}"
            yield f"    {entry['why']}"
            yield from (f"    {name}：{value}" for name, value in entry["facts"])
    yield from _headed("要带的材料", [])
    for one in sheet["materials"]:
        yield f"□ {one['name']}　{one['form']}".rstrip()
        yield from (f"    {line}" for line in (one["note"], f"用在：{one['for']}") if line)
    for title, key in _LISTS:
        if sheet[key]:
            yield from _headed(title, sheet[key])
    if timeline := sheet["timeline"]:
        yield from _headed("哪天去办，哪天办完", [timeline["sentence"]])
        yield from (f"  {row['name']}：{row['start']} → {row['finish']}（{row['how']}）" for row in timeline["rows"])
        yield from (f"  · {note}" for note in timeline["notes"])
    yield from ("", sheet["foot"], f"{sheet['address']}　短码 {sheet['code']}", sheet["version"])


def _headed(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"== {title}"
    yield from (f"  {line}" for line in lines)
