"""A tapped choice: what it does to the profile, and where to go on; 改地点 in words is one as well."""

from __future__ import annotations

import re
from typing import Any

from assistant import phrases
from assistant.actions import businesses
from assistant.actions.asking import asks_for, licences_card, question_card, usual_licences
from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.cards import Asks, Card, words
from assistant.checklist import wording
from assistant.checklist.profile import Profile, open_questions
from assistant.guide_card import guide_card
from assistant.text import compact

_CHANGE = re.compile(
    r"^(?:我?(?:要|想|得)?)(?:改|更改|修改|更正)(?:一下|下|个)?(?:我的)?(?P<what>.{1,6}?)(?:吧|啊)?$|^(?P<wrong>.{1,6}?)(?:不对|错了|说错了|写错了|弄错了)$"
)
_FACTS = (
    (re.compile(r"^(?:地点|地方|县|区|位置|县区|在哪)$"), "place"),
    (re.compile(r"^(?:企业|主体)?(?:类型|性质)$"), "enterprise_type"),
    (re.compile(r"^(?:行当|行业|生意|买卖)$"), "industry"),
    (re.compile(r"^(?:证|证件|许可证|许可|证的名字)$"), "licences"),
    (re.compile(r"^(?:执照|营业执照)$"), "whole_or_licence_only"),
    (re.compile(r"^(?:代办|谁去办|谁办|办法)$"), "proxy"),
)


def changes_which(text: str) -> str | None:
    """The fact that somebody wants to change: 改地点, 县不对."""
    match = _CHANGE.match(compact(text))
    what = (match["what"] or match["wrong"]) if match else ""
    return next((key for pattern, key in _FACTS if pattern.match(what)), None)


def next_course(brain: Brain, state: State) -> str:
    """The questions where some are open, else the checklist."""
    return "checklist" if open_questions(brain.knowledge, state.profile) else "ready"


def tapped(brain: Brain, state: State, said: Said, *, in_form: bool) -> Reaction:
    """The effect of a choice; anything that the knowledge does not know counts as not tapped."""
    effect, profile = said.effect, state.profile
    if "business" in effect:
        return _business(brain, state, effect["business"])
    if effect.get("change") in phrases.FACTS:
        return _change(brain, state, str(effect["change"]), in_form=in_form)
    if effect.get("none_of_these"):
        state = state.with_(profile=profile.with_(unsure_between=()))
        return Reaction(state, (words(phrases.NONE_MEANT),), "needs_facts", Asks(key="industry"), course="answer")
    guide = effect.get("guide")
    if isinstance(guide, str) and guide in brain.knowledge.guides:
        aspect = effect.get("aspect") or state.memory.aspect
        if guide in profile.unsure_between:
            profile = profile.with_(unsure_between=()).holding(guide)
        state = state.with_(item=guide, profile=profile).remembering(aspect=None)
        card = guide_card(brain.knowledge, guide, region=profile.place, aspect=aspect)
        return Reaction(state, (card,), "answered", course="answer")
    changed = _changed(brain, state, effect)
    notes = _notes(brain, profile, changed, effect)
    state = state.with_(profile=changed).remembering(waiting=None)
    return Reaction(state, (words(*notes),) if notes else (), "needs_facts", course=next_course(brain, state))


def _changed(brain: Brain, state: State, effect: dict[str, Any]) -> Profile:
    """The profile with what the choice tells."""
    profile = state.profile
    wanted, hold, drop, still_open = (effect.get(key) for key in ("checklist", "hold", "drop", "open"))
    if isinstance(wanted, str):
        if wanted in brain.knowledge.items:
            profile = profile.holding(wanted)
        elif wanted in brain.knowledge.topics and profile.whole_or_licence_only is None:
            profile = profile.with_(whole_or_licence_only="whole")
    if isinstance(hold, str) and hold in brain.knowledge.items:
        profile = profile.holding(hold)
        left = set(usual_licences(brain.knowledge, state)) - {*(profile.licences or ()), *profile.denied}
        if not left:  # as long as there are some, one after another can be ticked
            profile = profile.with_(no_other_licences=True)
    if isinstance(drop, str) and drop in brain.knowledge.items:
        profile = profile.without(drop)
    if effect.get("none") == "licences":
        profile = profile.with_(licences=(), no_other_licences=True, whole_or_licence_only="whole")
    elif effect.get("none") == "other_licences":
        profile = profile.with_(no_other_licences=True)
    if isinstance(still_open, list | tuple):
        profile = profile.leaving_open(*map(str, still_open))
    if isinstance(effect.get("fact"), dict):
        fact = effect["fact"]
        profile = profile.with_(**fact, open=tuple(key for key in profile.open if key not in fact))
    return profile


def _notes(brain: Brain, before: Profile, after: Profile, effect: dict[str, Any]) -> list[str]:
    """What is said back: a fact that was changed, a licence that was taken out."""
    facts = effect["fact"] if isinstance(effect.get("fact"), dict) else ()
    changed = [key for key in facts if getattr(before, key) not in (None, getattr(after, key))]
    notes = [phrases.CHANGED.format(what=wording.fact(brain.knowledge, k, getattr(after, k))) for k in changed]
    gone = [i for i in before.licences or () if i not in (after.licences or ())]
    notes += [phrases.DROPPED.format(what=wording.held(brain.knowledge, i)) for i in gone]
    return notes


def _change(brain: Brain, state: State, key: str, *, in_form: bool) -> Reaction:
    """The question for a fact that is to change; the fact stays as it was until it is answered."""
    asked = "other_licences" if key == "licences" and state.profile.licences else key
    if in_form and asked != "other_licences":
        profile = state.profile.with_(**{asked: None}, open=tuple(k for k in state.profile.open if k != asked))
        note = words(phrases.CHANGE_WHICH.format(key=phrases.FACTS[key]))
        return Reaction(state.with_(profile=profile), (note,), "needs_facts", course="checklist")
    if asked == "other_licences":
        card: Card = licences_card(brain.knowledge, state)
        asks = asks_for(brain.knowledge, asked, state)
    else:
        card, asks = question_card(brain.knowledge, asked, state, demo=brain.demo)
    if in_form:
        return Reaction(state, (card,), "needs_facts")
    return Reaction(state.remembering(waiting=asked), (card,), "needs_facts", asks, course="answer")


def _business(brain: Brain, state: State, which: object) -> Reaction:
    """On with another business: one that was told of, the second trade, or a branch."""
    if which == "branch":
        turned = businesses.with_branch(state)
    elif which == "beside" and state.memory.beside:
        turned = businesses.apart(state)
    else:
        turned = (businesses.turned(state, which) if isinstance(which, int) else None) or state
    if turned is state:
        return Reaction(state, (words(phrases.NOTHING_NEW),), "answered", course="answer")
    note = phrases.BUSINESS_TURNED.format(name=businesses.name(brain, turned))
    return Reaction(turned, (words(note),), "needs_facts", course=next_course(brain, turned))
