"""What a message tells is taken into the profile; what it leaves open is noted, and not asked for ever."""

from __future__ import annotations

import re
from typing import Any

from assistant import phrases
from assistant.actions.asking import usual_licences
from assistant.actions.brain import Brain
from assistant.actions.licences import LicencesTold, licences_told, settle, spoken
from assistant.actions.said import Said
from assistant.actions.state import State
from assistant.cards import Card, Choice, ItemRef, Line, Section, words
from assistant.checklist.facts import Told
from assistant.checklist.profile import SITUATIONS, Profile
from assistant.retrieval.answer import Answer, Verdict

_YES = re.compile(r"^(有|是|对|嗯|要|好|行|可以|在|办过|交着|开了|欠)")
_NO = re.compile(r"^(没|无|不|否|都没|啥也没|一个都没|一样都没)")
_BARE = re.compile(r"^(没有?|没了|无|不|否|有|是|对|嗯|好|要)(的|了|啊|呀)?([，,。 ]|$)")
# What a few words mean as the answer to these questions; said by themselves they could mean anything.
_SHORT = {
    "whole_or_licence_only": (
        (re.compile(r"留|不销|不退|先不|不动|只|光|就销?证"), "licence_only"),
        (re.compile(r"全|都|一起|一块|一并|也|销|彻底|不要了"), "whole"),
    ),
    "proxy": (
        (re.compile(r"自己|自个|我去|我跑|亲自|自办|不用"), "self"),
        (re.compile(r"窗口|代|你们|帮|替|委托|别人"), "proxy"),
    ),
}
_YES_MEANS = {"whole_or_licence_only": "whole", "proxy": "proxy"}
FREE_TRADE_LENGTH = 15
MISSES_BEFORE_SKIPPING = 2


def taken_in(brain: Brain, state: State, said: Said, told: Told, answer: Answer) -> tuple[State, list[str]]:
    """The state with everything the message tells, and what to say about it."""
    asked, profile = state.asked, state.profile
    notes: list[str] = []
    changes: dict[str, Any] = {}
    for key, value in told.facts.items():
        current = getattr(profile, key)
        if current == value:
            continue
        if key == "industry" and current is not None and not (told.corrects or asked == "industry"):
            continue
        if said.asking and current is not None and not told.corrects:
            continue
        changes[key] = value
        if current is not None and key in ("enterprise_type", "place", "industry", "proxy", "whole_or_licence_only"):
            notes.append(phrases.CHANGED.format(what=_in_words(brain, key, value)))
    for key, denied in told.rejected.items():
        if getattr(profile, key) == denied and key not in changes:
            changes[key] = None
    changes |= _short_answer(brain, state, said, told, answer, changes)
    profile = profile.with_(**changes, open=tuple(k for k in profile.open if k not in changes or changes[k] is None))
    state = state.with_(profile=profile)
    listing = asked in ("licences", "other_licences", "which_licence") and not said.asking and not told.no_licences
    licences = licences_told(
        brain, state, answer, listing=listing and said.intent not in ("no", "unsure", "decline", "yes")
    )
    profile, more = _with_licences(brain, state, said, told, licences)
    if asked == "which_licence" and profile.unsure_between == state.profile.unsure_between:
        count = state.memory.missed.get(asked, 0) + 1
        state = state.remembering(missed={**state.memory.missed, asked: count})
        if count >= MISSES_BEFORE_SKIPPING:  # the doubt stays on the checklist, the question does not
            profile = profile.with_(open=(*profile.open, asked))
    refused = _refused(profile, said, asked, changed=profile != state.profile or bool(changes))
    more += [phrases.SKIPPED] if len(refused.open) > len(profile.open) else []
    profile = refused
    if (told.hurried or said.intent == "hurry") and _enough_for_a_list(profile):
        profile = profile.with_(hurried=True)
        notes.append(phrases.NO_MORE_QUESTIONS)
    return state.with_(profile=profile), [*notes, *more]


def _enough_for_a_list(profile: Profile) -> bool:
    """Whether anything is known that a checklist could be made of."""
    return bool(profile.licences or profile.unlisted or profile.whole_or_licence_only == "whole")


def _short_answer(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, changes: dict[str, Any]
) -> dict[str, Any]:
    """What a bare 有, 没有, 对 or a few free words mean as the answer to the question that is open."""
    asked, text = state.asked, said.text.strip()
    if asked is None or asked in changes or said.asking:
        return {}
    if told.facts and not _BARE.match(text):
        return {}  # 没社保没海关 is no answer to the question about the bank account
    yes = said.intent == "yes" or (said.intent not in ("no", "unsure", "decline") and bool(_YES.match(text)))
    no = said.intent == "no" or (said.intent not in ("yes", "unsure", "decline") and bool(_NO.match(text)))
    if asked in SITUATIONS and (yes or no):
        return {asked: yes and not no}
    if asked in _SHORT:
        meant = next((value for pattern, value in _SHORT[asked] if pattern.search(text)), None)
        if meant or (yes and not no):
            return {asked: meant or _YES_MEANS[asked]}
    if asked == "licences" and (told.no_licences or (no and not told.facts)):
        return {"licences": (), "no_other_licences": True}
    if asked == "other_licences" and no:
        return {"no_other_licences": True}
    sounding = brain.facts.sounding(asked, text) if not told.anything and not answer.mentions else None
    if sounding and said.intent in ("tell", "nlu_fallback", "ask", "chat"):
        return {asked: sounding}
    free = asked == "industry" and not told.anything and not answer.mentions and said.intent in ("tell", "nlu_fallback")
    if free and len(text) <= FREE_TRADE_LENGTH and brain.finder.find(text).verdict is not Verdict.REDIRECT:
        return {"industry": text}
    return {}


def _with_licences(
    brain: Brain, state: State, said: Said, told: Told, licences: LicencesTold
) -> tuple[Profile, list[str]]:
    """The profile with the licences that were told of."""
    profile = state.profile
    notes: list[str] = []
    if said.asking and state.asked is None:
        return profile, notes  # a question about a licence does not say that one holds it
    if profile.unsure_between:
        member = settle(brain, state, said.text, profile.unsure_between)
        named = next((i for i in licences.held if i in profile.unsure_between), None)
        if named or (member and not said.asking):
            profile = profile.with_(unsure_between=()).holding(named or str(member))
    if licences.dropped:
        gone = [i for i in licences.dropped if i in (profile.licences or ())]
        profile = profile.without(*licences.dropped)
        if gone:
            notes.append(phrases.DROPPED.format(what=spoken(brain, gone)))
    fresh = [i for i in licences.held if i not in (profile.licences or ())]
    if fresh and not (said.asking and state.asked is not None):
        profile = profile.holding(*fresh)
        notes.append(phrases.NOTED.format(what=spoken(brain, fresh)))
    if licences.unlisted and not said.asking:
        strangers = [brain.knowledge.unlisted[i].name for i in licences.unlisted if i not in profile.unlisted]
        notes += [phrases.NOT_LISTED.format(name=name) for name in strangers]
        profile = profile.with_(unlisted=tuple(dict.fromkeys((*profile.unlisted, *licences.unlisted))))
    if licences.unsure and not said.asking and not (set(licences.unsure) & set(profile.licences or ())):
        profile = profile.with_(unsure_between=licences.unsure)
    if told.no_licences and not profile.licences:
        profile = profile.with_(licences=(), no_other_licences=True)
    if told.nothing_more and (profile.licences is not None or profile.unsure_between):
        profile = profile.with_(no_other_licences=True)
    if state.asked == "other_licences" and (licences.anything or told.anything):
        profile = profile.with_(no_other_licences=True)  # whoever goes on to something else has none to add
    if profile.licences == () and profile.whole_or_licence_only is None:
        profile = profile.with_(whole_or_licence_only="whole")  # nothing else could be meant
    return profile, notes


def _refused(profile: Profile, said: Said, asked: str | None, *, changed: bool) -> Profile:
    """A question that was answered with 不清楚 or 不想说 stays open and is not asked again."""
    if asked is None or changed:
        return profile
    if said.intent == "decline" or (said.intent == "unsure" and asked not in ("licences",)):
        return profile.with_(open=tuple(dict.fromkeys((*profile.open, asked))))
    says_no = bool(_NO.match(said.text)) and not said.asking
    if says_no and asked == "which_licence":
        return profile.with_(unsure_between=())
    if says_no and asked in ("enterprise_type", "place", "industry", "whole_or_licence_only", "proxy"):
        return profile.with_(open=tuple(dict.fromkeys((*profile.open, asked))))
    return profile


def missed_answer(brain: Brain, state: State, said: Said) -> tuple[State, list[Card]]:
    """Nothing was told although something was asked: help, and after the second time go on without it."""
    asked = state.asked
    if asked is None or said.intent in ("decline", "hurry"):
        return state, []
    if asked == "licences" and said.intent == "unsure" and "licences" not in state.memory.missed:
        missed = {**state.memory.missed, "licences": 1}
        return state.remembering(missed=missed), [vague_card(brain, state)]
    if said.intent == "unsure" or _NO.match(said.text):
        settled = state.profile.with_(open=tuple(dict.fromkeys((*state.profile.open, asked))))
        return state.with_(profile=settled), [words(phrases.SKIPPED)]
    if said.intent == "yes" and asked in ("licences", "other_licences"):
        return state, []
    count = state.memory.missed.get(asked, 0) + 1
    state = state.remembering(missed={**state.memory.missed, asked: count})
    if count >= MISSES_BEFORE_SKIPPING:
        settled = state.profile.with_(open=tuple(dict.fromkeys((*state.profile.open, asked))))
        return state.with_(profile=settled), [words(phrases.SKIPPED)]
    more = (phrases.OUTSIDE,) if asked == "place" else ()
    return state, [words(phrases.NOT_UNDERSTOOD, *more)]


def vague_card(brain: Brain, state: State) -> Card:
    """What the trade usually holds, with who issues it; and where to have it looked up."""
    knowledge = brain.knowledge
    trade = knowledge.industries.get(state.profile.industry or "")
    usual = [knowledge.items[i] for i in usual_licences(knowledge, state)]
    lines = [
        Line(text=f"{item.certificate or item.name}（{knowledge.departments[item.department].name}管）")
        for item in usual
    ]
    intro = [Line(text=phrases.VAGUE_INTRO.format(trade=trade.name))] if trade and lines else []
    choices = tuple(
        Choice(label=i.certificate or i.name, item=ItemRef(id=i.id, name=i.name), effect={"hold": i.id}) for i in usual
    )
    return Card(
        kind="choices", sections=(Section(lines=(*intro, *lines, Line(text=phrases.VAGUE_WHERE))),), choices=choices
    )


def _in_words(brain: Brain, key: str, value: Any) -> str:
    """A fact as people say it."""
    knowledge = brain.knowledge
    shelves: dict[str, Any] = {
        "enterprise_type": knowledge.enterprise_types,
        "place": knowledge.regions,
        "industry": knowledge.industries,
    }
    if key in shelves:
        return str(shelves[key][value].name) if value in shelves[key] else str(value)
    return {"whole": "执照一起销", "licence_only": "只退证，执照留着", "proxy": "窗口代办", "self": "自己去办"}.get(
        value, str(value)
    )
