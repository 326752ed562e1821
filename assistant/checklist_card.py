"""A checklist as a card: the summary, what to do in which order, and the way to the whole page."""

from __future__ import annotations

from assistant import phrases
from assistant.cards import Card, Choice, Line, Section
from assistant.checklist.model import Checklist, Entry


def checklist_card(checklist: Checklist, token: str) -> Card:
    """The card of an issued checklist; `checklist` in it is the whole of it, with token and url."""
    url = f"/c/{token}"
    head = [Line(text=checklist.summary, tag="演示数据" if checklist.demo else None)]
    if checklist.partial:
        head.append(Line(text=phrases.PARTIAL))
    sections = [Section(lines=tuple(head))]
    sections += [Section(heading=p.name, lines=tuple(_line(entry) for entry in p.entries)) for p in checklist.phases]
    if checklist.unlisted:
        sections.append(
            Section(
                heading="不在清单上的",
                lines=tuple(Line(text=f"{thing.name}：{thing.note}") for thing in checklist.unlisted),
            )
        )
    if checklist.notes:
        sections.append(Section(heading="留意", lines=tuple(Line(text=note) for note in checklist.notes)))
    sections.append(Section(lines=(Line(text=phrases.CHECKLIST_OPEN, href=url),)))
    body = checklist.model_dump(mode="json", by_alias=True) | {"token": token, "url": url}
    return Card(
        kind="checklist",
        title=phrases.CHECKLIST_TITLE,
        sections=tuple(sections),
        choices=(Choice(label="重新来", effect={"say": "重新来"}), Choice(label="找人工", effect={"say": "找人工"})),
        sources=tuple(dict.fromkeys(source for entry in checklist.entries for source in entry.sources)),
        checklist=body,
    )


def _line(entry: Entry) -> Line:
    """One entry in one line: what, where, and the hotline while the window is not confirmed."""
    where = entry.window.name + (f"，{entry.window.address}" if entry.window.address else "")
    known = entry.states.get("address")
    tag = known.state if known and known.state != "有出处" else None
    return Line(text=f"{entry.item.name}：{where}", tag=tag, phone=entry.window.phone or entry.hotline)
