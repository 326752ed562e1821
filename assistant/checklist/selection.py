"""Selection: which entries belong on the checklist, why each, what does not apply, and by which path."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.checklist import wording
from assistant.checklist.model import ItemRef, NotApplicable
from assistant.checklist.once import once
from assistant.checklist.order import ANY_REGISTRY, BRANCHES, NOTICE, SIMPLE, TAX
from assistant.checklist.profile import Profile
from assistant.checklist.route import Route, route_of
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

REVOKED, MISSING = "diaoxiao-weizhuxiao", "gudong-shilian"  # special cases that have a guide of their own
NATURAL_PERSON = "ziran-ren"
SITUATION_TOPICS = {
    "customs": "haiguan-beian-zhuxiao",
    "social_insurance": "shebao-zhuxiao",
    "bank_account": "yinhang-zhanghu-zhuxiao",
    "seal": "yinzhang-zhuxiao",
}


@dataclass(frozen=True)
class Selection:
    """Everything that was chosen, in one order whatever was told first, and what was not."""

    why: dict[str, str]  # guide id → 您说…
    registry: str | None
    route: Route
    not_applicable: tuple[NotApplicable, ...]


def held_licences(knowledge: Knowledge, profile: Profile) -> tuple[str, ...]:
    """The licences to cancel, each once, in the order of the catalogue; never one that is denied."""
    denied = {knowledge.old_ids.get(i, i) for i in profile.denied}
    held = {knowledge.old_ids.get(i, i) for i in profile.licences or ()} - denied
    return tuple(sorted(held & knowledge.items.keys(), key=catalogued(knowledge).__getitem__))


@once
def catalogued(knowledge: Knowledge) -> dict[str, int]:
    """The place of each guide in the catalogue: one order, whatever was told first."""
    return {guide_id: place for place, guide_id in enumerate((*knowledge.items, *knowledge.topics))}


def kind_of(knowledge: Knowledge, profile: Profile) -> m.EnterpriseType | None:
    """The enterprise type, where it was told."""
    return knowledge.enterprise_types.get(profile.enterprise_type or "")


def registered(kind: m.EnterpriseType | None) -> bool:
    """Whether there is a business licence of the market regulator; presumed while nobody told the type."""
    return kind is None or kind.registry is not None


def selected(knowledge: Knowledge, profile: Profile) -> Selection:
    """What this enterprise has to do, from what it told."""
    licences = held_licences(knowledge, profile)
    why = {i: (wording.why_presumed if i in profile.presumed else wording.why_held)(knowledge, i) for i in licences}
    registry, route = None, Route("none")
    if profile.whole_or_licence_only == "whole":
        registry = _registry(knowledge, profile)
        route = route_of(knowledge, profile, kind_of(knowledge, profile), licences, registry)
        for guide_id, reason in _exit(knowledge, profile, registry, route).items():
            if guide_id in knowledge.topics:
                why.setdefault(guide_id, reason)
    return Selection(why, registry, route, _not_applicable(knowledge, profile, why, route))


def _registry(knowledge: Knowledge, profile: Profile) -> str | None:
    """The deregistration topic of this enterprise; None where it is done elsewhere."""
    kind = kind_of(knowledge, profile)
    registry = ANY_REGISTRY if kind is None else kind.registry
    return registry if registry in knowledge.topics else None


def _exit(knowledge: Knowledge, profile: Profile, registry: str | None, route: Route) -> dict[str, str]:
    """What closing for good asks besides the licences."""
    kind = kind_of(knowledge, profile)
    why: dict[str, str] = {}
    has_branches = profile.branches is True and (kind is None or kind.liquidation is not False)
    if has_branches and registry not in (None, BRANCHES):
        why[BRANCHES] = wording.WHY_BRANCHES
    if profile.revoked is True and registered(kind):
        why[REVOKED] = wording.WHY_REVOKED
    if profile.missing_shareholder is True and (kind is None or kind.liquidation is not False):
        why[MISSING] = wording.WHY_MISSING
    if kind is None or kind.id != NATURAL_PERSON:
        why[TAX] = wording.WHY_TAX if registered(kind) else wording.WHY_REGISTERED_ELSEWHERE
    if profile.customs is True:
        why[SITUATION_TOPICS["customs"]] = wording.SITUATION_YES["customs"]
    if route.way == "simple":
        why[SIMPLE] = wording.WHY_SIMPLE
    elif route.way == "general":
        why[NOTICE] = wording.WHY_NOTICE
    if registry is not None:
        why[registry] = wording.WHY_REGISTRY
    for key in ("social_insurance", "bank_account", "seal"):
        if getattr(profile, key) is True:
            why[SITUATION_TOPICS[key]] = wording.SITUATION_YES[key]
    return why


def _not_applicable(
    knowledge: Knowledge, profile: Profile, why: dict[str, str], route: Route
) -> tuple[NotApplicable, ...]:
    """What people might expect on the list, and why it is not there."""
    kind = kind_of(knowledge, profile)
    whole = profile.whole_or_licence_only == "whole"
    reasons: dict[str, str] = {}
    denied = {knowledge.old_ids.get(i, i) for i in profile.denied} & knowledge.items.keys()
    for licence in sorted(denied, key=catalogued(knowledge).__getitem__):
        reasons[licence] = wording.WHY_NOT_DENIED
    if profile.whole_or_licence_only == "licence_only" and (kind is None or kind.registry is not None):
        reasons[kind.registry if kind and kind.registry else ANY_REGISTRY] = wording.WHY_NOT_REGISTRY
    if whole and kind is not None and kind.liquidation is False and kind.registry is not None:
        reasons[NOTICE] = wording.WHY_NOT_NOTICE_DIRECT
    if route.way == "simple":
        reasons[NOTICE] = wording.WHY_NOT_NOTICE_SIMPLE
    if route.way == "general":
        reasons[SIMPLE] = wording.WHY_NOT_SIMPLE
    for key, topic in SITUATION_TOPICS.items():
        if whole and getattr(profile, key) is False:
            reasons[topic] = wording.SITUATION_NO[key]
    return tuple(
        NotApplicable(item=ItemRef(id=guide_id, name=knowledge.name_of(guide_id)), why=reason)
        for guide_id, reason in reasons.items()
        if guide_id not in why and (guide_id in knowledge.items or guide_id in knowledge.topics)
    )
