"""An answer without Rasa: what its rules do with most messages, so that nothing told meanwhile is lost."""

from __future__ import annotations

import logging

from assistant import actions, phrases
from assistant.actions.brain import Brain
from assistant.actions.replies import shown
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.cards import words
from assistant.checklist.profile import open_questions
from assistant.rasa import ASK, FORM, Exchange
from assistant.turnlog import Progress

log = logging.getLogger("daoban.dialogue")


def state_of(progress: Progress) -> State:
    """What a conversation has told, as the actions see it."""
    return State.of({**progress.slots, "requested_slot": progress.asked})


def answered_alone(brain: Brain, exchange: Exchange, said: Said) -> Exchange:
    """The exchange answered by our own actions in the order in which Rasa mostly runs them; never raises."""
    try:
        return _in_usual_order(brain, exchange, said)
    except Exception:
        log.exception("an action failed without Rasa, too")
    try:
        cards, status, asks = shown(brain.knowledge, brain.finder.find(said.text), State())
        return Exchange(exchange.key, exchange.before, [Reaction(State(), cards, status, asks)])
    except Exception:
        log.exception("the finder failed")
    return Exchange(exchange.key, exchange.before, [Reaction(State(), (words(phrases.OUR_FAULT),), "failed")])


def _in_usual_order(brain: Brain, exchange: Exchange, said: Said) -> Exchange:
    done = Exchange(exchange.key, exchange.before)
    state = state_of(exchange.before)

    def run(name: str) -> Reaction:
        reaction = actions.run(name, brain, state, said)
        done.acted(name, reaction, reaction.state.slots(brain.knowledge), 0.0)
        return reaction

    in_form = state.asked is not None
    reaction = run(f"validate_{FORM}" if in_form else "action_answer")
    if in_form or reaction.course in ("checklist", "ready"):
        state = reaction.state
        still_open: tuple[str, ...] = open_questions(brain.knowledge, state.profile)
        reaction = run(ASK + still_open[0] if still_open else "action_checklist")
        waiting = open_questions(brain.knowledge, reaction.state.profile)
        if reaction.course == "checklist" and waiting:  # another business is next
            state = reaction.state
            run(ASK + waiting[0])
    return done
