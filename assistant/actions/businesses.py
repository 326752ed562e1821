"""Several businesses in one conversation: what each is called, turning from one to another, and which comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.actions.brain import Brain
from assistant.actions.state import Business, State
from assistant.checklist.profile import BRANCH_OF, Profile
from assistant.text import compact

MOST = 5
ONE_OF_THEM = re.compile(r"(?:另外?|还有)?一[个家间]")
_PAPER = re.compile(r"证|许可|备案|资质|批")


def a_branch(head: Profile) -> Profile:
    """What is known of a branch by being one: its type, and that it is to go; a shop of a 个体户 is known by nothing."""
    kind = BRANCH_OF.get(head.enterprise_type or "")
    return Profile(enterprise_type=kind, whole_or_licence_only="whole") if kind else Profile()


def with_branch(state: State) -> State:
    """The state turned to a new business: a branch of the present one."""
    return _turned_to_new(state, a_branch(state.profile))


def apart(state: State) -> State:
    """The state turned to a new business: the trade that was named beside the present one."""
    return _turned_to_new(state, Profile(industry=state.memory.beside))


def _turned_to_new(state: State, profile: Profile) -> State:
    if len(state.memory.parked) + 1 >= MOST:
        return state
    number = max(state.memory.number, *(b.number for b in state.memory.parked), 1) + 1
    return state.turning_to(Business(number=number, profile=profile))


def turned(state: State, number: int) -> State | None:
    """The state turned to a business by its number; None where there is none."""
    business = next((b for b in state.memory.parked if b.number == number), None)
    return state.turning_to(business) if business else None


def waiting(state: State) -> Business | None:
    """The first of the other businesses that is to close and has no checklist yet."""
    return next((b for b in state.memory.parked if b.issued is None and not b.stays), None)


def to_close(state: State) -> list[Business]:
    """The businesses that do not stay, in the order in which they were told of."""
    everyone = (state.business, *state.memory.parked)
    return sorted((one for one in everyone if not one.stays), key=lambda one: one.number)


def names(brain: Brain, state: State) -> dict[int, str]:
    """What each business is called, by its number."""
    return names_of(brain, (state.business, *state.memory.parked))


def name(brain: Brain, state: State) -> str | None:
    """What the present business is called where there are several; None where there is one."""
    return names(brain, state)[state.memory.number] if state.memory.parked else None


def beside(brain: Brain, text: str) -> tuple[str, str] | None:
    """Two trades named in one breath as one business: 饭店带住宿; None where there are not two."""
    trades = brain.facts.trades(text)
    joined = re.search(r"和|跟|与|带|兼|还|、|＋|\+", text)
    return (trades[0], trades[1]) if len(trades) == 2 and joined and not _PAPER.search(compact(text)) else None


def names_of(brain: Brain, businesses: Iterable[Business]) -> dict[int, str]:
    """What businesses are called: by trade, by place where two have the same, else the first, the second …"""
    knowledge = brain.knowledge
    found: dict[int, str] = {}
    for business in sorted(businesses, key=lambda b: b.number):
        profile = business.profile
        trade = knowledge.industries.get(profile.industry or "")
        kind = knowledge.enterprise_types.get(profile.enterprise_type or "")
        place = knowledge.regions.get(profile.place or "")
        called = trade.name if trade else profile.industry
        if called is None and kind and kind.id in BRANCH_OF.values():
            called = kind.name
        if called is None and business.called:
            called = ONE_OF_THEM.sub("", business.called)  # 做影视的
        if called is None or called in found.values():
            where = place.name if place else ""
            nth = f"第{'一二三四五'[(business.number - 1) % 5]}个"
            called = f"{where}的{called or '店'}" if where else f"{nth}{called or '店'}"
        found[business.number] = called
    return found
