"""One message understood: what it tells is taken into the profile, what it asks is answered, and where to go on."""

from __future__ import annotations

import re

from assistant import phrases
from assistant.actions.answering import answered, course_after, wants_answer, with_the_item_asked_about
from assistant.actions.brain import Brain
from assistant.actions.replies import no_object, shown
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.actions.taking_in import missed_answer, taken_in
from assistant.cards import Asks, Card, Status, words
from assistant.checklist.profile import QUESTIONS, open_questions
from assistant.guide_card import guide_card

_RESUMES = re.compile(r"^(继续|接着|往下|再接着|还是办|接着办|继续办)")
_PROGRESS_OVER = re.compile(r"注销|想退|要退|退了|怎么退|咋退|不干了|黄了|不开了")
NO_OBJECT_INTENTS = ("unsure", "decline", "yes", "no", "hurry")


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
    if not in_form and _RESUMES.match(said.text) and not state.profile.empty:
        return Reaction(state, (words(phrases.BACK_TO),), "needs_facts", course=_next(brain, state))
    told = brain.facts.find(said.text, asking=said.asking)
    mixed = in_form and said.asking and told.anything  # 没欠账，能走简易的吗
    answer = brain.finder.find(said.question if mixed else said.text)
    before = state
    state, notes = taken_in(brain, state, said, told, answer)
    learned = state.profile != before.profile
    state = state.hearing(said.text)
    cards: list[Card] = [words(*notes)] if notes else []
    status: Status = "needs_facts"
    asks: Asks | None = None
    if wants_answer(brain, before, said, told, answer, in_form=in_form, learned=learned):
        state, found, status, asks = answered(brain, state, said, answer, context=bool(before.memory.said))
        cards.extend(found)
    elif not learned and not in_form and said.intent in NO_OBJECT_INTENTS and not answer.mentions:
        unplaced, status, asks = no_object(brain.knowledge, state)
        cards.extend(unplaced)
    elif not learned and not in_form and not told.anything:
        unplaced, status, asks = shown(brain.knowledge, answer, state)
        cards.extend(unplaced)
    elif not learned and in_form and not told.anything:
        state, missed = missed_answer(brain, state, said)
        cards += missed
    understood = status not in ("unknown", "handed_over")
    state = state.remembering(not_understood=0 if understood else state.memory.not_understood + 1)
    course = course_after(brain, state, said, told, answer, status, learned=learned)
    if course != "answer" and not in_form:
        state = with_the_item_asked_about(brain, state)
        course = _next(brain, state)
    if course == "answer" and not cards and not in_form:
        cards.append(words(phrases.NOTHING_NEW))
        status = "answered"
    if course == "answer" and asks is not None and not in_form:
        state = state.remembering(waiting=asks.key)
    return Reaction(state, tuple(cards), status, asks, course)


def _next(brain: Brain, state: State) -> str:
    """The questions where some are open, else the checklist."""
    return "checklist" if open_questions(brain.knowledge, state.profile) else "ready"


# ---- a tapped choice -----------------------------------------------------------------
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
    return Reaction(state, (), "needs_facts", course=_next(brain, state))
