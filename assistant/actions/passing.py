"""A question that was passed over: the others go first, and the next time it stays open."""

from __future__ import annotations

from dataclasses import replace

from assistant import phrases
from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.cards import words
from assistant.checklist.profile import QUESTIONS, asked_together, open_questions
from assistant.text import compact

MOST_PASSES = 6  # a question over which somebody went on telling us things is put again, but not for ever
SUGGESTS = ("industry",)  # questions that only help to think of licences: never put a second time


def passed_over(brain: Brain, before: State, said: Said, reaction: Reaction, *, patience: int) -> Reaction:
    """Where other things came instead of an answer, the other questions go first; the next time it stays open."""
    asked, state = before.asked or before.memory.waiting, reaction.state
    if (
        asked not in QUESTIONS
        or said.effect
        or state.memory.stopped
        or reaction.answers
        or state.memory.number != before.memory.number
        or _a_new_question(before, said)
    ):
        return reaction
    still_open = open_questions(brain.knowledge, state.profile)
    several = asked_together(brain.knowledge, before.profile, asked)
    if any(key not in still_open for key in several if key in QUESTIONS):
        return reaction
    times = state.memory.passed.get(asked, 0) + 1
    state = state.remembering(passed={**state.memory.passed, asked: times})
    cards = reaction.cards
    learned = state.profile != before.profile
    if learned and asked in state.profile.put_off and times < MOST_PASSES:
        return replace(reaction, state=state)  # who goes on telling us things does not refuse
    if times >= patience or (learned and asked in SUGGESTS) or asked in state.profile.put_off:
        profile = state.profile
        if asked not in profile.put_off and set(still_open) - set(several) and asked not in SUGGESTS:
            profile = profile.with_(put_off=(*profile.put_off, *several))
        else:
            profile = profile.leaving_open(*several)
            cards = (*cards, words(phrases.SKIPPED))
        state = state.with_(profile=profile)
    return replace(reaction, state=state, cards=cards)


def _a_new_question(before: State, said: Said) -> bool:
    """Whether something is asked that was not asked in the same words just now: whoever wanders off comes back."""
    return said.asks_in_words and compact(said.text) not in map(compact, before.memory.said)
