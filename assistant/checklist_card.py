"""A checklist as a card, and the profile it was made for: the summary, each fact to change, what to do in which order."""

from __future__ import annotations

from collections.abc import Iterator

from assistant import phrases
from assistant.cards import Card, Choice, Line, Section
from assistant.checklist import wording
from assistant.checklist.model import Checklist, Entry
from assistant.checklist.profile import BRANCH_OF, SITUATIONS, TOLD_ONLY, Profile
from assistant.knowledge.whole import Knowledge

_OTHER = {"whole": "licence_only", "licence_only": "whole", "proxy": "self", "self": "proxy"}


def checklist_card(checklist: Checklist, token: str, *, of: str | None = None) -> Card:
    """The card of an issued checklist; `checklist` in it is the whole of it, with token and url; `of` names its business."""
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
    profile = checklist.profile
    changes = [
        Choice(label=phrases.CHANGE.format(key=word), effect={"change": key}) for key, word in _CHANGED_BY_ASKING
    ]
    changes += _the_other_way(profile)
    if profile.branches and (profile.enterprise_type in BRANCH_OF or profile.enterprise_type == "geti"):
        changes.append(Choice(label=phrases.BRANCH_LIST, effect={"business": "branch"}))
    return Card(
        kind="checklist",
        title=phrases.BUSINESS_LIST.format(name=of) if of else phrases.CHECKLIST_TITLE,
        sections=tuple(sections),
        choices=(
            *changes,
            Choice(label="重新来", effect={"say": "重新来"}),
            Choice(label="找人工", effect={"say": "找人工"}),
        ),
        sources=tuple(dict.fromkeys(source for entry in checklist.entries for source in entry.sources)),
        checklist=body,
    )


def profile_card(knowledge: Knowledge, profile: Profile) -> Card:
    """What was told, fact by fact, each with a choice that changes it; what was not told says so."""
    if profile.empty:
        return Card(
            kind="text", title=phrases.PROFILE_TITLE, sections=(Section(lines=(Line(text=phrases.PROFILE_EMPTY),)),)
        )
    lines = [
        Line(text=f"{word}：{_told(knowledge, profile, key) or phrases.UNTOLD}") for key, word in phrases.FACTS.items()
    ]
    situations = (*SITUATIONS, *TOLD_ONLY)
    told = [key for key in situations if getattr(profile, key) is not None and key in knowledge.situations]
    lines += [Line(text=wording.fact(knowledge, key, getattr(profile, key))) for key in told]
    changes = [
        Choice(label=phrases.CHANGE.format(key=word), effect={"change": key}) for key, word in _CHANGED_BY_ASKING
    ]
    for key in told:
        other = not getattr(profile, key)
        label = phrases.CHANGE_TO.format(what=wording.fact(knowledge, key, other))
        changes.append(Choice(label=label, effect={"fact": {key: other}}))
    return Card(
        kind="text",
        title=phrases.PROFILE_TITLE,
        sections=(Section(lines=tuple(lines)),),
        choices=(*changes, *_the_other_way(profile)),
    )


_CHANGED_BY_ASKING = [(key, phrases.FACTS[key]) for key in ("enterprise_type", "place", "industry", "licences")]


def _the_other_way(profile: Profile) -> Iterator[Choice]:
    """The two facts with two values, changed by one tap."""
    for key in ("whole_or_licence_only", "proxy"):
        value = getattr(profile, key)
        if value is None:
            yield Choice(label=phrases.CHANGE.format(key=phrases.FACTS[key]), effect={"change": key})
        else:
            label = phrases.CHANGE_TO.format(what=wording.WISHES[_OTHER[value]])
            yield Choice(label=label, effect={"fact": {key: _OTHER[value]}})


def _told(knowledge: Knowledge, profile: Profile, key: str) -> str:
    """One fact in words; empty where it was not told."""
    if key == "licences":
        names = [wording.held(knowledge, i) for i in profile.licences or () if i in knowledge.items]
        return "、".join(names) or (phrases.NO_LICENCE if profile.licences == () else "")
    value = getattr(profile, key)
    return "" if value is None else wording.fact(knowledge, key, value)


def _line(entry: Entry) -> Line:
    """One entry in one line: what, where, and the hotline while the window is not confirmed."""
    where = entry.window.name + (f"，{entry.window.address}" if entry.window.address else "")
    known = entry.states.get("address")
    tag = known.state if known and known.state != "有出处" else None
    return Line(text=f"{entry.item.name}：{where}", tag=tag, phone=entry.window.phone or entry.hotline)
