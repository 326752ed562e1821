"""Entries (办理事项): one thing to do with its door, people, time and money, and how far each can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.checklist import wording
from assistant.checklist.doors import Door, door_of, tier_of
from assistant.checklist.materials import Asked, Circumstances, weakest
from assistant.checklist.model import UNKNOWN, Entry, FieldState, ItemRef, LimitRef, Need, state_of
from assistant.checklist.once import once
from assistant.checklist.order import ANNOUNCEMENTS
from assistant.checklist.profile import Profile, Way
from assistant.checklist.selection import Selection
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge


def entry_of(
    knowledge: Knowledge,
    profile: Profile,
    selection: Selection,
    guide_id: str,
    door: Door,
    *,
    after: Sequence[Need],
    materials: Sequence[Asked],
    told: Circumstances,
) -> Entry:
    """One entry of the checklist: what is written of it, as it is for this enterprise."""
    guide, rule = knowledge.guides.get(guide_id), knowledge.rule_for(profile.place, guide_id)
    written = _written(knowledge, rule.region if rule else None, guide_id)
    way, way_out, registry = profile.way_of(guide_id), selection.route.way, selection.registry
    decided = way_out in wording.LAST_STEP and guide_id in (registry, *ANNOUNCEMENTS)  # then nothing is asked again
    changed: dict[str, Any] = {
        "proxy_note": _proxy_note(written, door, way, registry, licence=knowledge.is_item(guide_id)),
        "can_proxy": door.can_proxy,
        "way": way,
        "why": selection.why[guide_id],
        "window": door.window,
        "own_window": door.own_window,
        "online": door.online,
        "materials": tuple(one.id for one in materials),
        "steps": tuple(step.text for step in guide.steps if told.meet(step.only_if)) if guide else (),
        "after": tuple(after),
        "states": {
            "window": door.known,
            "address": door.known if door.window.address else UNKNOWN,
            "phone": door.known if door.window.phone else UNKNOWN,
            "hours": door.known if door.window.hours else UNKNOWN,
            **written.states,
            "materials": state_of(
                weakest(one.material.state for one in materials),
                [source for one in materials for source in one.material.sources[:1]],
                guide.reviewed_on if guide else None,
            ),
        },
    }
    if decided:
        changed |= {"to_ask": (), "nature": wording.LAST_STEP[way_out] if guide_id == registry else written.nature}
    return written.model_copy(update=changed)


@once
def _written(knowledge: Knowledge, place: str | None, guide_id: str) -> Entry:
    """What the guide and the region that has a rule for it say of an entry, whoever asks for it."""
    guide, item = knowledge.guides.get(guide_id), knowledge.items.get(guide_id)
    rule, department = knowledge.rule_for(place, guide_id), knowledge.department_of(guide_id)
    tier = tier_of(knowledge, place, guide_id)
    level = (rule.level if rule else None) or (item.level if item else None)
    limit = guide.statutory_limit if guide else None
    promised = rule.promised_limit if rule else None
    contact = rule.contact if rule else None
    fee, fee_sources, fee_state = _fee(guide.fee if guide else (), None if item else knowledge.general.fee)
    by_rule = state_of(rule.state, rule.sources, rule.checked_on) if rule else UNKNOWN
    return Entry(
        item=ItemRef(id=guide_id, name=knowledge.name_of(guide_id)),
        tier=tier.value if tier else None,
        proxy_note="",
        why="",
        nature=guide.nature[0].text if guide and guide.nature else None,
        window=door_of(knowledge, place, guide_id, None).window,
        contact=f"{contact.office} {contact.phone or ''}".strip() if contact else None,
        department=department.name if department else guide.owner if guide else None,
        materials=(),
        statutory_limit=limit_of(limit) if limit and limit.whose == "办结" else None,
        promised_limit=limit_of(promised) if promised else None,
        limit_note=limit.text if limit else None,
        fee=fee,
        sources=_sources(guide, rule, fee_sources),
        hotline=knowledge.hotline_of(guide_id),
        to_ask=guide.ask_first if guide else (),
        states={
            "tier": _by(by_rule, tier, rule.tier if rule else None),
            "level": _by(by_rule, level, rule.level if rule else None),
            "promised_limit": state_of(promised.state, promised.sources, rule.checked_on)
            if promised and rule
            else UNKNOWN,
            "statutory_limit": state_of(limit.state, limit.sources, None) if limit else UNKNOWN,
            "contact": state_of(contact.state, rule.sources, rule.checked_on) if contact and rule else UNKNOWN,
            "fee": state_of(fee_state, fee_sources, None),
        },
    )


def limit_of(limit: m.Limit) -> LimitRef | None:
    """A limit that has both days and a unit."""
    return LimitRef(days=limit.days, unit=limit.unit) if limit.days is not None and limit.unit else None


def _proxy_note(written: Entry, door: Door, way: Way | None, registry: str | None, *, licence: bool) -> str:
    """What the proxy window does for people with this entry."""
    if door.online:
        return wording.ONLINE_NOTE
    if not licence and door.can_proxy:
        return wording.REGISTRY_NOTE
    if not licence:
        return wording.OUTSIDE_NOTE + (wording.WITH_THE_REGISTRY if registry else "")
    if way == "self":
        known = door.window.phone or door.window.address
        return wording.SELF_KNOWN if known else wording.self_note(written.hotline)
    return wording.TIER_NOTES[m.ProxyTier(written.tier)] if written.tier else wording.TIER_UNKNOWN


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
    return by_rule if value is not None and from_rule is not None else UNKNOWN
