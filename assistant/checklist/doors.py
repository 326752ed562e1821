"""Doors (去哪办): where one entry is done by what was chosen, and whether the proxy window stands in for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.checklist import wording
from assistant.checklist.model import UNKNOWN, FieldState, WindowRef, state_of
from assistant.checklist.once import once
from assistant.checklist.profile import Way
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge


@dataclass(frozen=True)
class Door:
    """Where one entry is done, how far that can be relied on, and who takes it there."""

    window: WindowRef
    known: FieldState = UNKNOWN
    own_window: WindowRef | None = None  # where those go who would rather go themselves; None where `window` is that
    can_proxy: bool = False  # 代办 can be chosen
    at_proxy: bool = False  # `window` is the proxy window
    online: bool = False  # nowhere to go


def tier_of(knowledge: Knowledge, place: str | None, guide_id: str) -> m.ProxyTier | None:
    """How far the proxy window goes for an entry, by the region, else by the item."""
    rule, item = knowledge.rule_for(place, guide_id), knowledge.items.get(guide_id)
    return (rule.tier if rule else None) or (item.tier if item else None)


@once
def door_of(knowledge: Knowledge, place: str | None, guide_id: str, way: Way | None) -> Door:
    """The proxy window first, unless the region says otherwise, the joint item has its own door, or one goes oneself."""
    usual = _usual(knowledge, place, guide_id)
    if not usual.at_proxy:
        return usual
    own = _own(knowledge, place, guide_id, usual)
    can_proxy = tier_of(knowledge, place, guide_id) is not m.ProxyTier.GUIDED
    if way == "self" or not can_proxy:
        return replace(own, can_proxy=can_proxy)
    return replace(usual, can_proxy=True, own_window=own.window if knowledge.is_item(guide_id) else None)


def _usual(knowledge: Knowledge, place: str | None, guide_id: str) -> Door:
    """Where the entry is done while nobody chose to go himself."""
    rule = knowledge.rule_for(place, guide_id)
    if rule and rule.window and rule.window in knowledge.windows:
        return _through(knowledge.windows[rule.window])
    if guide_id in wording.POSTED:
        posted = state_of(m.State.SOURCED, (wording.POSTED[guide_id],), None)
        return Door(WindowRef(name=wording.PUBLIC_SYSTEM), posted, online=True)
    registrar = next((window.department for window in knowledge.windows.values() if window.proxy), None)
    topic = knowledge.topics.get(guide_id)
    if topic is not None and (guide_id in wording.DOORS or topic.department != registrar):
        guide = knowledge.guides.get(guide_id)
        where = guide.where[0] if guide and guide.where else m.Fact()
        department = knowledge.department_of(guide_id)
        name = wording.DOORS.get(guide_id) or (department.name if department else topic.name)
        return Door(WindowRef(name=name), state_of(where.state, where.sources, where.checked_on))
    window = knowledge.proxy_window(place)
    return _through(window) if window else Door(WindowRef(name=wording.ANY_PROXY_WINDOW), at_proxy=True)


def _own(knowledge: Knowledge, place: str | None, guide_id: str, usual: Door) -> Door:
    """The department's own window, nearest first; the registry's is the same counter without its sign."""
    item, region, department = (
        knowledge.items.get(guide_id),
        knowledge.regions.get(place or ""),
        knowledge.department_of(guide_id),
    )
    if item is None:
        name = usual.window.name.removesuffix(wording.PROXY_SIGN)
        return replace(usual, window=usual.window.model_copy(update={"name": name}), at_proxy=False)
    if region is None or department is None:
        return Door(WindowRef(name=wording.own_window(None, department.name if department else None)))
    rule = knowledge.rule_for(place, guide_id)
    level = (rule.level if rule else None) or item.level
    near = (
        (region.id,) if level in ("县", None) else (region.id, region.parent)
    )  # not far while nobody knows who issues
    for one in near:
        for window in knowledge.windows.values():
            if (window.region, window.department, window.proxy) == (one, department.id, False):
                return _through(window)
    if rule and rule.contact:
        contact = WindowRef(name=rule.contact.office, phone=rule.contact.phone)
        return Door(contact, state_of(rule.contact.state, rule.sources, rule.checked_on))
    return Door(WindowRef(name=wording.own_window(region.name, department.name)))


def _through(window: m.ServiceWindow) -> Door:
    shown = WindowRef(
        name=window.name, address=window.address, phone=window.phone, hours=window.hours, map_url=window.map_url
    )
    return Door(shown, state_of(window.state, window.sources, window.checked_on), at_proxy=window.proxy)
