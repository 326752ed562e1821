"""One message understood: what it tells is taken into the profile, what it asks is answered, and where to go on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from assistant import phrases
from assistant.actions.asking import usual_licences
from assistant.actions.brain import Brain
from assistant.actions.licences import LicencesTold, licences_told, settle, spoken
from assistant.actions.replies import shown, trade_choices
from assistant.actions.state import Reaction, State
from assistant.cards import Asks, Card, Choice, ItemRef, Line, Section, Status, words
from assistant.checklist.facts import Told
from assistant.checklist.profile import QUESTIONS, SITUATIONS, Profile, open_questions
from assistant.guide_card import guide_card
from assistant.retrieval.answer import Answer, Verdict
from assistant.retrieval.aspects import Aspect
from assistant.text import compact

_ASKS = re.compile(
    r"怎么|咋|如何|吗|呢|？|\?|什么|啥|哪|多久|几天|多少|多长|谁|(.)[不没]\1|可不可以|有没有|时限|流程|材料|区别|还用|有必要|"
    r"几号|几点|[^没不]不$|没$|没有$(?<=[了到过好]没有)|zenme|ziliao|cailiao|duojiu|duoshao|nali|na ban|qu na"
)
_YES = re.compile(r"^(有|是|对|嗯|要|好|行|可以|在|办过|交着|开了|欠)")
_NO = re.compile(r"^(没|无|不|否|都没|啥也没|一个都没)")
_PAPER = re.compile(r"证|许可|执照|照|备|资质|批|登记|注销|械")
_BARE = re.compile(r"^(没有?|没了|无|不|否|有|是|对|嗯|好|要)(的|了|啊|呀)?([，,。 ]|$)")
_PROGRESS_OVER = re.compile(r"注销|想退|要退|退了|怎么退|咋退|不干了|黄了|不开了")
SHORT_QUESTION = 8  # characters: 电话多少, 能网上办吗: about what was spoken of last
FREE_TRADE_LENGTH = 15
MISSES_BEFORE_SKIPPING = 2


@dataclass(frozen=True)
class Said:
    """One message: its words, what kind of thing Rasa takes it for, and the effect of a tapped choice."""

    text: str
    intent: str = "nlu_fallback"
    effect: dict[str, Any] = field(default_factory=dict)

    @property
    def asking(self) -> bool:
        """Whether this is a question; where Rasa is not sure, question words decide."""
        if self.intent in ("ask", "nlu_fallback", "tell", "progress", "chat", "repeat", "explain"):
            return self.intent == "ask" or bool(_ASKS.search(self.text))
        return False


def react(brain: Brain, state: State, said: Said, *, in_form: bool) -> Reaction:
    """The reaction to a message, inside the form or outside."""
    if said.effect:
        return _tapped(brain, state, said, in_form=in_form)
    if state.memory.waiting == "progress" and not said.asking and not _PROGRESS_OVER.search(said.text):
        return Reaction(
            state,
            (words(phrases.PROGRESS, phrases.PROGRESS_NUMBER, phrases.PROGRESS_HOW),),
            "answered",
            course="answer",
        )
    if not in_form and state.memory.waiting in QUESTIONS:
        state = state.with_(asked=state.memory.waiting)
    state = state.remembering(waiting=None)
    told = brain.facts.find(said.text, asking=said.asking)
    answer = brain.finder.find(said.text)
    before = state
    state, notes = _taken_in(brain, state, said, told, answer)
    learned = state.profile != before.profile
    state = state.hearing(said.text)
    cards: list[Card] = [words(*notes)] if notes else []
    status: Status = "needs_facts"
    asks: Asks | None = None
    if _wants_answer(brain, before, said, told, answer, in_form=in_form, learned=learned):
        state, found, status, asks = _answered(brain, state, said, answer, context=bool(before.memory.said))
        cards.extend(found)
    elif not learned and not in_form and said.intent in ("unsure", "decline", "yes", "no") and not answer.mentions:
        cards.append(words(phrases.NO_OBJECT, choices=trade_choices(brain.knowledge)))
        status, asks = "needs_choice", Asks(key="industry")
    elif not learned and not in_form and not told.anything:
        unplaced, status, asks = shown(brain.knowledge, answer, state)
        cards.extend(unplaced)
    elif not learned and in_form and not told.anything:
        state, missed = _missed(brain, state, said)
        cards += missed
    understood = status not in ("unknown", "handed_over")
    state = state.remembering(not_understood=0 if understood else state.memory.not_understood + 1)
    course = _course(brain, state, said, told, answer, status, learned=learned)
    if course != "answer" and not in_form:
        state = _with_the_item_asked_about(brain, state)
        course = "checklist" if open_questions(brain.knowledge, state.profile) else "ready"
    if course == "answer" and asks is not None and not in_form:
        state = state.remembering(waiting=asks.key)
    return Reaction(state, tuple(cards), status, asks, course)


# ---- what is told -----------------------------------------------------------------------------------------------
def _taken_in(brain: Brain, state: State, said: Said, told: Told, answer: Answer) -> tuple[State, list[str]]:
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
        if count >= MISSES_BEFORE_SKIPPING:
            profile = profile.with_(unsure_between=())
    profile = _refused(profile, said, asked, changed=profile != state.profile or bool(changes))
    if told.hurried or said.intent == "hurry":
        profile = profile.with_(hurried=True)
        notes.append(phrases.NO_MORE_QUESTIONS)
    return state.with_(profile=profile), [*notes, *more]


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
    if asked == "whole_or_licence_only" and yes != no:
        return {asked: "whole"} if yes else {}
    if asked == "proxy" and yes and not no:
        return {asked: "proxy"}
    if asked == "licences" and (told.no_licences or (no and not told.facts)):
        return {"licences": (), "no_other_licences": True}
    if asked == "other_licences" and no:
        return {"no_other_licences": True}
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
    if said.intent == "no" and asked == "which_licence":
        return profile.with_(unsure_between=())
    if said.intent == "no" and asked in ("enterprise_type", "place", "industry", "whole_or_licence_only", "proxy"):
        return profile.with_(open=tuple(dict.fromkeys((*profile.open, asked))))
    return profile


def _missed(brain: Brain, state: State, said: Said) -> tuple[State, list[Card]]:
    """Nothing was told although something was asked: help, and after the second time go on without it."""
    asked = state.asked
    if asked is None or said.intent in ("decline", "hurry"):
        return state, [words(phrases.SKIPPED)] if said.intent == "decline" else []
    if asked == "licences" and said.intent == "unsure" and "licences" not in state.memory.missed:
        missed = {**state.memory.missed, "licences": 1}
        return state.remembering(missed=missed), [vague_card(brain, state)]
    if said.intent in ("unsure", "no"):
        settled = state.profile.with_(open=tuple(dict.fromkeys((*state.profile.open, asked))))
        return state.with_(profile=settled), [words(phrases.SKIPPED)]
    if said.intent == "yes" and asked in ("licences", "other_licences"):
        return state, []
    count = state.memory.missed.get(asked, 0) + 1
    state = state.remembering(missed={**state.memory.missed, asked: count})
    if count >= MISSES_BEFORE_SKIPPING:
        settled = state.profile.with_(open=tuple(dict.fromkeys((*state.profile.open, asked))))
        return state.with_(profile=settled), [words(phrases.SKIPPED)]
    return state, [words(phrases.NOT_UNDERSTOOD)]


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


# ---- what is asked ----------------------------------------------------------------------------------------------
def _wants_answer(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, *, in_form: bool, learned: bool
) -> bool:
    """Whether something has to be answered, besides taking in what was told."""
    if said.asking:
        return True
    if said.intent in ("yes", "no", "unsure", "decline", "hurry"):
        return False
    if in_form:
        return answer.verdict in (Verdict.UNLISTED, Verdict.REDIRECT, Verdict.WRONG_ACT) and not learned
    named = [m for m in answer.mentions if _PAPER.search(m.text)]
    several = len({o for m in named for o in m.owners if m.certain}) > 1
    if answer.verdict is Verdict.ANSWER:
        return bool(named) and not (several and told.facts)
    if answer.verdict in (Verdict.CHOOSE, Verdict.UNLISTED, Verdict.WRONG_ACT, Verdict.REDIRECT):
        return bool(named) if told.facts or learned else True
    return not told.anything and answer.verdict is not Verdict.NO_OBJECT


def _answered(
    brain: Brain, state: State, said: Said, answer: Answer, *, context: bool
) -> tuple[State, list[Card], Status, Asks | None]:
    """The cards that answer a question; a question without an object is about the guide spoken of last."""
    vague = answer.verdict in (Verdict.NO_OBJECT, Verdict.UNKNOWN) or (
        answer.verdict is Verdict.CHOOSE and not answer.group and not answer.mentions
    )
    short = len(compact(said.text)) <= SHORT_QUESTION and not answer.mentions
    vague = vague or (short and answer.verdict is not Verdict.ANSWER and not answer.group)
    if vague and answer.aspects and state.item and state.item in brain.knowledge.guides:
        card = guide_card(brain.knowledge, state.item, region=state.profile.place, aspect=answer.aspects[0].value)
        return state, [card], "answered", None
    if answer.verdict is Verdict.CHOOSE and answer.group:
        members = [hit.id for hit in answer.hits]
        one = settle(brain, state, said.text, members, by_likeness=False) if context else None
        if one:
            state = state.with_(item=one)
            aspect = answer.aspects[0].value if answer.aspects else None
            return (
                state,
                [guide_card(brain.knowledge, one, region=state.profile.place, aspect=aspect)],
                "answered",
                None,
            )
    registry = _registry_topic(brain, state) if answer.verdict is Verdict.NO_OBJECT else None
    if registry:
        aspect = answer.aspects[0].value if answer.aspects else None
        return state.with_(item=registry), [guide_card(brain.knowledge, registry, aspect=aspect)], "answered", None
    cards, status, asks = shown(brain.knowledge, answer, state)
    if answer.verdict is Verdict.ANSWER:
        state = state.with_(item=answer.hits[0].id)
    if answer.verdict is Verdict.CHOOSE:
        items = tuple(hit.id for hit in answer.hits if hit.id in brain.knowledge.items)
        if len(items) > 1 and state.asked is None:
            aspect = (answer.aspects[0] if answer.aspects else Aspect.HOW).value
            state = state.with_(profile=state.profile.with_(unsure_between=items)).remembering(aspect=aspect)
    return state, list(cards), status, asks


def _registry_topic(brain: Brain, state: State) -> str | None:
    """The guide about deregistering a business of the told type, where the whole business is to go."""
    kind = brain.knowledge.enterprise_types.get(state.profile.enterprise_type or "")
    return kind.registry if kind and state.profile.whole_or_licence_only == "whole" else None


def _course(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, status: Status, *, learned: bool
) -> str:
    """Whether a checklist is what comes next: facts were volunteered, or the wish to close was."""
    if said.asking and status != "needs_facts":
        return "answer"
    if status == "needs_choice":
        return "answer"
    if state.memory.issued == state.profile:
        return "answer"
    if learned or (status == "needs_facts" and told.anything):
        return "checklist"
    return "answer"


def _with_the_item_asked_about(brain: Brain, state: State) -> State:
    """Facts volunteered after "X怎么注销" are about X."""
    profile = state.profile
    if profile.licences is None and not profile.unsure_between and state.item in brain.knowledge.items:
        return state.with_(profile=profile.holding(str(state.item)))
    return state


# ---- a tapped choice --------------------------------------------------------------------------------------------
def _tapped(brain: Brain, state: State, said: Said, *, in_form: bool) -> Reaction:
    """The effect of a choice; anything that the knowledge does not know counts as not tapped."""
    effect, profile = said.effect, state.profile
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
    wanted = effect.get("checklist")
    if isinstance(wanted, str):
        if wanted in brain.knowledge.items:
            profile = profile.holding(wanted)
        elif wanted in brain.knowledge.topics and profile.whole_or_licence_only is None:
            profile = profile.with_(whole_or_licence_only="whole")
    hold = effect.get("hold")
    if isinstance(hold, str) and hold in brain.knowledge.items:
        profile = profile.holding(hold)
        if state.asked == "other_licences":
            profile = profile.with_(no_other_licences=True)
    if effect.get("none") == "licences":
        profile = profile.with_(licences=(), no_other_licences=True, whole_or_licence_only="whole")
    elif effect.get("none") == "other_licences":
        profile = profile.with_(no_other_licences=True)
    if isinstance(effect.get("open"), str):
        profile = profile.with_(open=tuple(dict.fromkeys((*profile.open, effect["open"]))))
    if isinstance(effect.get("fact"), dict):
        profile = profile.with_(**effect["fact"])
    state = state.with_(profile=profile)
    course = "checklist" if open_questions(brain.knowledge, profile) else "ready"
    return Reaction(state, (), "needs_facts", course=course)
