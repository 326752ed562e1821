"""Selection: which entries belong on the checklist, why each, what does not apply, and by which path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.checklist import wording
from assistant.checklist.model import ItemRef, NotApplicable
from assistant.checklist.order import ANY_REGISTRY, BRANCHES, NOTICE, SIMPLE, TAX
from assistant.checklist.profile import Profile
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

NATURAL_PERSON = "ziran-ren"
SITUATION_TOPICS = {
    "customs": "haiguan-beian-zhuxiao",
    "social_insurance": "shebao-zhuxiao",
    "bank_account": "yinhang-zhanghu-zhuxiao",
    "seal": "yinzhang-zhuxiao",
}


@dataclass(frozen=True)
class Route:
    """How the registration ends: 简易 `simple`, 一般 `general`, without liquidation `direct`, not told yet `open`."""

    way: Literal["none", "direct", "simple", "general", "open"]
    because: str = ""


@dataclass(frozen=True)
class Selection:
    """Everything that was chosen, in the order told, and what was not."""

    why: dict[str, str]  # guide id → 您说…
    registry: str | None
    route: Route
    not_applicable: tuple[NotApplicable, ...]


def held_licences(knowledge: Knowledge, profile: Profile) -> tuple[str, ...]:
    """The licences to cancel, each once, in the order told; never one that is denied."""
    current = (knowledge.old_ids.get(i, i) for i in profile.licences or ())
    denied = {knowledge.old_ids.get(i, i) for i in profile.denied}
    return tuple(dict.fromkeys(i for i in current if i in knowledge.items and i not in denied))


def kind_of(knowledge: Knowledge, profile: Profile) -> m.EnterpriseType | None:
    """The enterprise type, where it was told."""
    return knowledge.enterprise_types.get(profile.enterprise_type or "")


def selected(knowledge: Knowledge, profile: Profile) -> Selection:
    """What this enterprise has to do, from what it told."""
    licences = held_licences(knowledge, profile)
    why = {i: (wording.why_presumed if i in profile.presumed else wording.why_held)(knowledge, i) for i in licences}
    registry, route = None, Route("none")
    if profile.whole_or_licence_only == "whole":
        registry = _registry(knowledge, profile)
        route = _route(knowledge, profile, licences, registry)
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
    if kind is None or kind.id != NATURAL_PERSON:
        why[TAX] = wording.WHY_TAX
    if profile.customs is True:
        why[SITUATION_TOPICS["customs"]] = wording.SITUATION_YES["customs"]
    if route.way == "simple":
        why[SIMPLE] = route.because
    elif route.way == "general":
        why[NOTICE] = route.because
    if registry is not None:
        why[registry] = wording.WHY_REGISTRY
    for key in ("social_insurance", "bank_account", "seal"):
        if getattr(profile, key) is True:
            why[SITUATION_TOPICS[key]] = wording.SITUATION_YES[key]
    return why


def _route(knowledge: Knowledge, profile: Profile, licences: tuple[str, ...], registry: str | None) -> Route:
    """Simple or general, by the conditions of the law as far as they were told (市场主体登记管理条例 第三十三条)."""
    kind = kind_of(knowledge, profile)
    if registry is None:
        return Route("none")
    if kind is None or kind.liquidation is None:
        return Route("open")
    if kind.liquidation is False:
        return Route("direct")
    blocked = [wording.BLOCKED_DEBTS] if profile.debts is True else []
    if profile.abnormal_list is True:
        blocked.append(wording.BLOCKED_ABNORMAL)
    if approved := [wording.held(knowledge, i) for i in sorted(licences) if knowledge.items[i].approval_first]:
        blocked.append(wording.BLOCKED_APPROVAL.format(names=wording.listed(approved)))
    if kind.simple is False:
        blocked.append(wording.BLOCKED_TYPE.format(kind=kind.name))
    if blocked:
        return Route("general", wording.GENERAL.format(because="；".join(blocked)))
    if profile.debts is None or kind.simple is None:
        return Route("open")
    return Route("simple", wording.SIMPLE_YES)


def _not_applicable(
    knowledge: Knowledge, profile: Profile, why: dict[str, str], route: Route
) -> tuple[NotApplicable, ...]:
    """What people might expect on the list, and why it is not there."""
    kind = kind_of(knowledge, profile)
    whole = profile.whole_or_licence_only == "whole"
    reasons: dict[str, str] = {}
    for denied in profile.denied:
        current = knowledge.old_ids.get(denied, denied)
        if current in knowledge.items:
            reasons[current] = wording.WHY_NOT_DENIED
    if profile.whole_or_licence_only == "licence_only" and (kind is None or kind.registry is not None):
        reasons[kind.registry if kind and kind.registry else ANY_REGISTRY] = wording.WHY_NOT_REGISTRY
    if whole and kind is not None and kind.liquidation is False and kind.registry is not None:
        reasons[NOTICE] = wording.no_liquidation(kind)
    if route.way == "simple":
        reasons[NOTICE] = wording.WHY_NOT_NOTICE_SIMPLE
    if route.way == "general":
        reasons[SIMPLE] = route.because
    for key, topic in SITUATION_TOPICS.items():
        if whole and getattr(profile, key) is False:
            reasons[topic] = wording.SITUATION_NO[key]
    return tuple(
        NotApplicable(item=ItemRef(id=guide_id, name=knowledge.name_of(guide_id)), why=reason)
        for guide_id, reason in reasons.items()
        if guide_id not in why and (guide_id in knowledge.items or guide_id in knowledge.topics)
    )
