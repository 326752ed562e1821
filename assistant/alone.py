"""An answer without Rasa: what its rules do with each intent, so that nothing told meanwhile is lost."""

from __future__ import annotations

import logging

from assistant import actions, phrases
from assistant.actions.brain import Brain
from assistant.actions.replies import shown
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.cards import Turn, words
from assistant.checklist.profile import open_questions
from assistant.exchanges import ASK, FORM, Exchange
from assistant.turnlog import Progress

log = logging.getLogger("daoban.dialogue")
ENDS = ("stop", "start_over")  # after these no question is put, in the form neither
# The intents that have an action of their own wherever they are said; inside the form its question follows.
ASIDES = {
    "start_over": "action_start_over",
    "stop": "action_stop",
    "repeat": "action_repeat",
    "explain": "action_explain",
    "human": "action_human",
    "greet": "action_greet",
    "thanks": "action_thanks",
    "abuse": "action_calm",
    "progress": "action_progress",
    "chat": "action_chat",
}


def state_of(progress: Progress) -> State:
    """What a conversation has told, as the actions see it."""
    return State.of({**progress.slots, "requested_slot": progress.asked})


def answered_alone(brain: Brain, exchange: Exchange, said: Said) -> Exchange:
    """The exchange answered by our own actions in the order in which Rasa would run them; never raises."""
    try:
        return _in_usual_order(brain, exchange, said)
    except Exception:  # whatever it was, the person gets what is found, and we get the trace
        log.exception("an action failed without Rasa, too")
    try:
        cards, status, asks = shown(brain.knowledge, brain.finder.find(said.text), State())
        return Exchange(exchange.key, exchange.before, [Turn(status=status, cards=cards, asks=asks)])
    except Exception:  # ... or at least a sentence
        log.exception("the finder failed")
    return Exchange(exchange.key, exchange.before, [Turn(status="failed", cards=(words(phrases.OUR_FAULT),))])


def _in_usual_order(brain: Brain, exchange: Exchange, said: Said) -> Exchange:
    """What the rules of nlu/data/rules.yml do with this intent, inside the form and outside."""
    done = Exchange(exchange.key, exchange.before)
    state = state_of(exchange.before)

    def run(name: str) -> Reaction:
        nonlocal state
        reaction = actions.run(name, brain, state, said)
        state = reaction.state
        done.acted(name, reaction, state.slots(brain.knowledge), 0.0)
        return reaction

    in_form = state.asked is not None
    first = first_action(said.intent, in_form=in_form)
    if in_form and said.intent == "ask" and not actions.steps_aside(f"validate_{FORM}", said):
        first = f"validate_{FORM}"
    reaction = run(first)
    if said.intent in ENDS or (first in ASIDES.values() and not in_form):
        return done
    if in_form or reaction.course in ("checklist", "ready"):
        still_open = () if state.memory.stopped else open_questions(brain.knowledge, state.profile)
        reaction = run(ASK + still_open[0] if still_open else "action_checklist")
        waiting = open_questions(brain.knowledge, state.profile)
        if reaction.course == "checklist" and waiting:  # another business is next
            run(ASK + waiting[0])
    return done


def first_action(intent: str, *, in_form: bool) -> str:
    """The action with which the rule of an intent begins."""
    if intent == "previous":
        return "action_previous" if in_form else "action_reopen"
    if intent == "ask" and in_form:
        return "action_aside"
    return ASIDES.get(intent) or (f"validate_{FORM}" if in_form else "action_answer")
