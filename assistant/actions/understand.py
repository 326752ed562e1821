"""One message understood: what it tells is taken into the profile, what it asks is answered, and where to go on."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant import phrases
from assistant.actions import businesses, whose
from assistant.actions.answering import answered, course_after, wants_answer, with_the_item_asked_about
from assistant.actions.brain import Brain
from assistant.actions.replies import no_object, shown
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.actions.taking_in import licences_unknown, missed_answer, taken_in
from assistant.actions.tapping import changes_which, next_course, tapped
from assistant.cards import Asks, Card, Choice, ItemRef, Status, words
from assistant.checklist.facts import Told
from assistant.checklist.profile import QUESTIONS
from assistant.retrieval.answer import Answer, Verdict

_RESUMES = re.compile(r"^(继续|接着|往下|再接着|还是办|接着办|继续办)")
_PROGRESS_OVER = re.compile(r"注销|想退|要退|退了|怎么退|咋退|不干了|黄了|不开了")
ANOTHER_WISH = ("tingye", "guohu")  # the acts people name who are not sure that they want to cancel
TELLS_MUCH = 3  # facts in one message: somebody who tells that much wants a list, whatever his words remind us of
NO_OBJECT_INTENTS = ("unsure", "decline", "yes", "no", "hurry")


def react(brain: Brain, state: State, said: Said, *, in_form: bool) -> Reaction:
    """The reaction to a message, inside the form or outside."""
    if said.effect:
        return tapped(brain, state, said, in_form=in_form)
    if (key := changes_which(said.text)) is not None:
        return tapped(brain, state, replace(said, effect={"change": key}), in_form=in_form)
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
        return Reaction(state, (words(phrases.BACK_TO),), "needs_facts", course=next_course(brain, state))
    heard = whose.heard(brain, state, said)
    if heard:
        state, said = heard.state, replace(said, text=heard.text, intent="tell" if heard.turned else said.intent)
    told = brain.facts.find(said.text, asking=said.asking)
    answer = brain.finder.find(said.text)
    if in_form and said.intent == "ask" and _tells_without_asking(state, said, told, answer):
        said = replace(said, intent="tell")
    if told.vague_licences:
        said = replace(said, intent="unsure")
    mixed = in_form and said.asking and told.anything  # 没欠账，能走简易的吗
    answer = brain.finder.find(said.question) if mixed and said.question != said.text else answer
    before = state
    state, notes = taken_in(brain, state, said, told, answer)
    learned = state.profile != before.profile or bool(heard and heard.turned)
    state = state.hearing(said.text)
    tells_much = not said.asking and len(told.facts) >= TELLS_MUCH and answer.verdict is Verdict.CHOOSE
    wanted = not tells_much and wants_answer(brain, before, said, told, answer, in_form=in_form, learned=learned)
    if wanted and answer.verdict is Verdict.UNLISTED:  # the answer says so
        notes = [note for note in notes if note != phrases.NOT_LISTED.format(name=answer.hits[0].name)]
    notes = [*(heard.notes if heard else ()), *notes]
    cards: list[Card] = [words(*notes)] if notes else []
    state, offered = _beside(brain, before, state, said, learned=learned)
    cards += offered
    if told.vague_licences and state.asked != "licences" and state.profile.licences is None and in_form:
        state, unknown = licences_unknown(brain, state)
        cards += unknown
    status: Status = "needs_facts"
    asks: Asks | None = None
    missed: list[Card] = []
    other = None if wanted and answer.verdict is Verdict.WRONG_ACT else _another_wish(brain, said)
    if not learned and not in_form and not other and _wants_on(brain, state, said, answer):
        return Reaction(state, tuple(cards), "needs_facts", course=next_course(brain, state))
    if other:
        return Reaction(state, (*cards, other), "out_of_scope", course="answer")
    if wanted:
        state, found, status, asks = answered(brain, state, said, answer, context=bool(before.memory.said))
        cards.extend(found)
    elif not learned and not in_form and said.intent in ("yes", "no") and _all_listed(before):
        status = "answered"
        cards.append(words(phrases.NOTHING_NEW))
    elif not learned and not in_form and said.intent in NO_OBJECT_INTENTS and not answer.mentions:
        unplaced, status, asks = no_object(brain.knowledge, state)
        cards.extend(unplaced)
    elif not learned and not in_form and not told.anything and not heard:
        unplaced, status, asks = shown(brain.knowledge, answer, state)
        cards.extend(unplaced)
    elif not learned and in_form and not heard and (not told.anything or _vague_about_licences(state, told)):
        state, missed = missed_answer(brain, state, said)
        cards += missed
    failures = state.memory.not_understood + 1 if status in ("unknown", "handed_over") else 0
    state = state if missed else state.remembering(not_understood=failures)
    course = course_after(brain, state, said, told, answer, status, learned=learned)
    if heard and heard.turned and course == "answer" and status == "needs_facts":
        course = "checklist"
    if course != "answer" and not in_form:
        state = with_the_item_asked_about(brain, state)
        course = next_course(brain, state)
    if course == "answer" and not cards and not in_form:
        cards.append(words(phrases.NOTHING_NEW))
        status = "answered"
    if course == "answer" and asks is not None and not in_form:
        state = state.remembering(waiting=asks.key)
    return Reaction(state, tuple(cards), status, asks, course)


def _tells_without_asking(state: State, said: Said, told: Told, answer: Answer) -> bool:
    """Whether a message that sounds like a question names only things, with no word that asks and nothing to ask of them."""
    if said.asks_in_words:
        return False
    return bool(told.facts) or (not answer.aspects and (bool(answer.mentions) or state.asked == "industry"))


def _vague_about_licences(state: State, told: Told) -> bool:
    """Whether which licences there are was asked, and is not known."""
    return told.vague_licences and state.asked == "licences"


def _all_listed(state: State) -> bool:
    """Whether nothing was asked, and the checklist says all that was told."""
    return state.asked is None and state.memory.issued == state.profile


def _wants_on(brain: Brain, state: State, said: Said, answer: Answer) -> bool:
    """Whether somebody who told his trade before just wants to go on cancelling: 不停了，还是注销吧."""
    if state.profile.industry is None or said.asking or not brain.acts.find(said.text).ours:
        return False
    about_a_licence = any(hit.id in brain.knowledge.items for hit in answer.hits)
    return answer.verdict in (Verdict.NO_OBJECT, Verdict.UNKNOWN) or (
        answer.verdict is Verdict.CHOOSE and not about_a_licence
    )


def _another_wish(brain: Brain, said: Said) -> Card | None:
    """What to know where somebody only wants to pause or to hand over, with the choice to cancel all the same."""
    wish = brain.acts.find(said.text)
    if not wish.wrong or wish.other is None or wish.other.id not in ANOTHER_WISH or said.asks_in_words:
        return None
    choices = [Choice(label=phrases.CANCEL_AFTER_ALL, effect={"cancel_after_all": True})]
    if (topic := wish.other.topic) in brain.knowledge.guides:
        name = brain.knowledge.name_of(topic)
        choices.append(Choice(label=name, item=ItemRef(id=topic, name=name), effect={"guide": topic}))
    return words(wish.other.reply or "", phrases.STILL_CANCEL, choices=tuple(choices))


def _beside(brain: Brain, before: State, state: State, said: Said, *, learned: bool) -> tuple[State, list[Card]]:
    """Two trades in one breath are one business, unless the person says that there are two licences."""
    two = businesses.beside(brain, said.text)
    told_first = before.profile.industry is None and two is not None and state.profile.industry == two[0]
    if (
        not learned
        or said.asking
        or two is None
        or not told_first
        or state.profile.whole_or_licence_only == "licence_only"
    ):
        return state, []
    first, second = (brain.knowledge.industries[trade].name for trade in two)
    note = phrases.ONE_LICENCE.format(first=first, second=second)
    apart = Choice(label=phrases.TWO_LICENCES, effect={"business": "beside"})
    return state.remembering(beside=two[1]), [words(note, choices=(apart,))]
