"""Entries (办理事项): one thing to do with its door, people, time and money, and how far each can be relied on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.checklist import wording
from assistant.checklist.materials import Asked, Circumstances, weakest
from assistant.checklist.model import Entry, FieldState, ItemRef, LimitRef, WindowRef
from assistant.checklist.profile import Profile
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge


@dataclass(frozen=True)
class Door:
    """Where one entry is done, and whether that is the proxy window."""

    window: WindowRef
    proxy: bool
    state: m.State = m.State.OPEN
    sources: tuple[str, ...] = ()
    checked_on: dt.date | None = None


def entry_of(
    knowledge: Knowledge,
    profile: Profile,
    guide_id: str,
    *,
    why: str,
    after: Sequence[str],
    materials: Sequence[Asked],
    told: Circumstances,
) -> Entry:
    """One entry of the checklist."""
    guide = knowledge.guides.get(guide_id)
    item = knowledge.items.get(guide_id)
    rule = knowledge.rule_for(profile.place, guide_id)
    tier = (rule.tier if rule else None) or (item.tier if item else None)
    level = (rule.level if rule else None) or (item.level if item else None)
    door = door_of(knowledge, profile, guide_id)
    own = own_window(knowledge, profile, guide_id, level) if item and profile.proxy == "self" else None
    hotline = knowledge.hotline_of(guide_id)
    department = knowledge.department_of(guide_id)
    limit = guide.statutory_limit if guide else None
    promised = rule.promised_limit if rule else None
    contact = rule.contact if rule else None
    fee, fee_sources, fee_state = _fee(guide.fee if guide else (), None if item else knowledge.general.fee)
    by_rule = _state(rule.state, rule.sources, rule.checked_on) if rule else FieldState(state="待核")
    unknown = FieldState(state="待核")
    at_door = _state(door.state, door.sources, door.checked_on)
    states = {
        "window": at_door,
        "address": at_door if door.window.address else unknown,
        "phone": at_door if door.window.phone else unknown,
        "hours": at_door if door.window.hours else unknown,
        "tier": _by(by_rule, tier, rule.tier if rule else None),
        "level": _by(by_rule, level, rule.level if rule else None),
        "promised_limit": _state(promised.state, promised.sources, rule.checked_on) if promised and rule else unknown,
        "statutory_limit": _state(limit.state, limit.sources, None) if limit else unknown,
        "materials": _state(
            weakest(one.material.state for one in materials),
            tuple(source for one in materials for source in one.material.sources),
            guide.reviewed_on if guide else None,
        ),
        "contact": _state(contact.state, rule.sources, rule.checked_on) if contact and rule else unknown,
        "fee": _state(fee_state, fee_sources, None),
    }
    return Entry(
        item=ItemRef(id=guide_id, name=knowledge.name_of(guide_id)),
        tier=tier.value if tier else None,
        proxy_note=_proxy_note(item, tier, door, profile, hotline),
        why=why,
        nature=guide.nature[0].text if guide and guide.nature else None,
        window=door.window,
        own_window=own,
        contact=f"{contact.office} {contact.phone or ''}".strip() if contact else None,
        department=department.name if department else guide.owner if guide else None,
        materials=tuple(one.id for one in materials),
        steps=tuple(step.text for step in guide.steps if told.meet(step.only_if)) if guide else (),
        after=tuple(ItemRef(id=need, name=knowledge.name_of(need)) for need in after),
        statutory_limit=limit_of(limit) if limit and limit.whose == "办结" else None,
        promised_limit=limit_of(promised) if promised else None,
        limit_note=limit.text if limit else None,
        fee=fee,
        sources=_sources(guide, rule, fee_sources),
        hotline=hotline,
        to_ask=guide.ask_first if guide else (),
        states=states,
    )


def door_of(knowledge: Knowledge, profile: Profile, guide_id: str) -> Door:
    """The proxy window first, unless the region says otherwise or the joint item has its own door."""
    rule = knowledge.rule_for(profile.place, guide_id)
    if rule and rule.window and rule.window in knowledge.windows:
        return _through(knowledge.windows[rule.window])
    registrar = next((window.department for window in knowledge.windows.values() if window.proxy), None)
    topic = knowledge.topics.get(guide_id)
    if topic is not None and (guide_id in wording.DOORS or topic.department != registrar):
        guide = knowledge.guides.get(guide_id)
        where = guide.where[0] if guide and guide.where else m.Fact()
        department = knowledge.department_of(guide_id)
        name = wording.DOORS.get(guide_id) or (department.name if department else topic.name)
        return Door(WindowRef(name=name), False, where.state, where.sources, where.checked_on)
    window = knowledge.proxy_window(profile.place)
    return _through(window) if window else Door(WindowRef(name=wording.ANY_PROXY_WINDOW), True)


def _through(window: m.ServiceWindow) -> Door:
    return Door(_shown(window), window.proxy, window.state, window.sources, window.checked_on)


def _shown(window: m.ServiceWindow) -> WindowRef:
    return WindowRef(
        name=window.name, address=window.address, phone=window.phone, hours=window.hours, map_url=window.map_url
    )


def own_window(knowledge: Knowledge, profile: Profile, item_id: str, level: str | None) -> WindowRef:
    """The department's own window, nearest first, for people who go themselves."""
    place = knowledge.regions.get(profile.place or "")
    department = knowledge.department_of(item_id)
    if place is None or department is None:
        return WindowRef(name=f"{department.name if department else '发证部门'}的许可窗口")
    rule = knowledge.rule_for(place.id, item_id)
    regions = (place.id,) if level == "县" else (place.id, place.parent)
    for region in regions:
        for window in knowledge.windows.values():
            if (window.region, window.department, window.proxy) == (region, department.id, False):
                return _shown(window)
    if rule and rule.contact:
        return WindowRef(name=rule.contact.office, phone=rule.contact.phone)
    return WindowRef(name=f"{place.name}发证部门（归口{department.name}）的许可窗口")


def limit_of(limit: m.Limit) -> LimitRef | None:
    """A limit that has both days and a unit."""
    return LimitRef(days=limit.days, unit=limit.unit) if limit.days is not None and limit.unit else None


def _proxy_note(
    item: m.LicenceItem | None, tier: m.ProxyTier | None, door: Door, profile: Profile, hotline: str
) -> str:
    """What the proxy window does for people with this entry."""
    if item is None:
        return wording.REGISTRY_NOTE if door.proxy else wording.OUTSIDE_NOTE
    if profile.proxy == "self":
        return wording.self_note(hotline)
    return wording.TIER_NOTES[tier] if tier else wording.TIER_UNKNOWN


def _fee(own: Sequence[m.Fact], general: Sequence[m.Fact] | None) -> tuple[str, tuple[str, ...], m.State]:
    """What it costs, by which source: the guide's word, else what holds for all; a licence costs nothing by law."""
    written = [fact for fact in own or general or () if fact.text]
    if not written and general is None:
        return wording.LICENCE_FEE, (wording.LICENCE_FEE_SOURCE,), m.State.SOURCED
    text = "".join(fact.text or "" for fact in written) or wording.FEE_UNKNOWN
    return text, tuple(s for fact in written for s in fact.sources), weakest(fact.state for fact in written)


def _sources(guide: m.Guide | None, rule: m.LocalRule | None, fee: Sequence[str]) -> tuple[str, ...]:
    """What the entry rests on, each once."""
    facts = (*guide.nature, *guide.when, *guide.where) if guide else ()
    limit = guide.statutory_limit.sources if guide and guide.statutory_limit else ()
    return tuple(dict.fromkeys((*(s for f in facts for s in f.sources), *limit, *fee, *(rule.sources if rule else ()))))


def _by(by_rule: FieldState, value: object, from_rule: object) -> FieldState:
    """A region's word counts where the value is the region's; a value without one is 待核."""
    return by_rule if value is not None and from_rule is not None else FieldState(state="待核")


def _state(state: m.State, sources: Sequence[str], checked_on: dt.date | None) -> FieldState:
    return FieldState(state=state.value, checked_on=checked_on, source=sources[0] if sources else None)
