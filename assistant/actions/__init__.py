"""One function per Rasa action: the state before, the message, and what follows from it.

`run` is the table that the webhook calls; the names are those of nlu/domain.yml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant import phrases
from assistant.actions.asking import question_card, why_asked
from assistant.actions.brain import Brain
from assistant.actions.replies import human_card
from assistant.actions.said import Said
from assistant.actions.state import REMEMBERED_PROFILES, Memory, Reaction, State
from assistant.actions.understand import react
from assistant.cards import Asks, Card, Choice, words
from assistant.checklist.profile import Profile, open_questions
from assistant.checklist_card import checklist_card
from assistant.errors import NotFound
from assistant.guide_card import guide_card
from assistant.retrieval.answer import Verdict
from assistant.text import compact

Action = Callable[[Brain, State, Said], Reaction]
ASK = "action_ask_checklist_form_"
# The intents for which nlu/data/rules.yml has a rule inside the form.
ASIDES = frozenset(
    (
        "ask",
        "start_over",
        "stop",
        "previous",
        "repeat",
        "explain",
        "human",
        "greet",
        "thanks",
        "abuse",
        "progress",
        "chat",
    )
)
QUICK_STARTS = ("我要关店，全套手续", "查一个证怎么退", "办到哪了", "找人工")
PROGRESS = "banli-jindu"


def run(name: str, brain: Brain, state: State, said: Said) -> Reaction:
    """The reaction of one action; NotFound where there is no such action."""
    if name.startswith(ASK):
        return _ask(brain, state, name.removeprefix(ASK))
    if name not in _ACTIONS:
        raise NotFound(f"no action {name}")
    return _ACTIONS[name](brain, state, said)


LONG_FOR_AN_ASIDE = 8  # characters; a longer message that names something we know is no mere greeting
_STANDS_WHERE = re.compile(
    r"办到|到哪一?步|进度|进展|受理(单)?号|单号|批(了|下来|完)?没|下来没|审核|没(个)?信儿|没动静|没消息|办(好|完|妥)了?没|催"
)


def _about_something(brain: Brain, said: Said) -> bool:
    """Whether a message that looks like an aside is about a licence or a procedure after all."""
    if len(compact(said.text)) < LONG_FOR_AN_ASIDE:
        return False
    answer = brain.finder.find(said.text)
    return bool(answer.mentions) or answer.verdict in (
        Verdict.ANSWER,
        Verdict.UNLISTED,
        Verdict.WRONG_ACT,
        Verdict.REDIRECT,
    )


def _aside_unless_about_something(aside: Action) -> Action:
    """The aside, or the answer where the message is about something we know."""

    def guarded(brain: Brain, state: State, said: Said) -> Reaction:
        if _about_something(brain, said):
            asked = state.asked
            return react(brain, state, replace(said, intent="nlu_fallback"), in_form=asked is not None)
        return aside(brain, state, said)

    return guarded


def _answer(brain: Brain, state: State, said: Said) -> Reaction:
    return react(brain, state.with_(asked=None), said, in_form=False)


def _aside(brain: Brain, state: State, said: Said) -> Reaction:
    return react(brain, state, said, in_form=True)


def steps_aside(name: str, said: Said) -> bool:
    """Whether the form lets the rule of this intent go first: Rasa looks at rules only if nothing was validated."""
    return name == "validate_checklist_form" and said.intent in ASIDES and not said.effect


def _validate(brain: Brain, state: State, said: Said) -> Reaction:
    return react(brain, _with_earlier(state), said, in_form=True)


def _ask(brain: Brain, state: State, key: str) -> Reaction:
    card, asks = question_card(brain.knowledge, key, state, demo=brain.demo)
    return Reaction(state, (card,), "needs_facts", asks)


def _checklist(brain: Brain, state: State, said: Said) -> Reaction:
    token, checklist = brain.issue(state.profile)
    state = state.remembering(token=token, issued=state.profile)
    return Reaction(state, (checklist_card(checklist, token),), "answered")


def _with_earlier(state: State) -> State:
    """The state that can go back to this profile."""
    earlier = (*state.memory.earlier, state.profile)[-REMEMBERED_PROFILES:]
    return state.remembering(earlier=earlier)


def _previous(brain: Brain, state: State, said: Said) -> Reaction:
    """Back to the profile before the last answer."""
    earlier = [profile for profile in state.memory.earlier if profile != state.profile]
    if not earlier:
        return Reaction(state, (words(phrases.NOTHING_BACK),), "answered", course="answer")
    state = state.with_(profile=earlier[-1]).remembering(earlier=tuple(earlier[:-1]))
    course = "checklist" if open_questions(brain.knowledge, state.profile) else "answer"
    return Reaction(state, (words(phrases.WENT_BACK),), "needs_facts", course=course)


def _start_over(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(State(), (words(phrases.STARTED_OVER),), "needs_facts", Asks(key="industry"), course="answer")


def _stop(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state.remembering(waiting=None), (words(phrases.STOPPED),), "answered")


def _repeat(brain: Brain, state: State, said: Said) -> Reaction:
    if state.asked is None and state.memory.issued is not None:
        return _checklist(brain, state.with_(profile=state.memory.issued), said)
    if state.asked is None and state.item:
        return Reaction(state, (guide_card(brain.knowledge, state.item, region=state.profile.place),))
    return Reaction(state, (words(phrases.REPEATED),) if state.asked else (_hello(),))


def _explain(brain: Brain, state: State, said: Said) -> Reaction:
    if state.asked is None:
        return Reaction(state, (words(phrases.WHO_AM_I, phrases.HELLO_NEXT),))
    return Reaction(state, (words(why_asked(brain.knowledge, state.asked)),), "needs_facts")


def _human(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (human_card(),), "handed_over")


def _greet(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (_hello(),))


def _hello() -> Card:
    choices = tuple(Choice(label=label, effect={"say": label}) for label in QUICK_STARTS)
    return words(phrases.HELLO, phrases.HELLO_NEXT, choices=choices)


def _thanks(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (words(phrases.THANKS),))


def _calm(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (words(phrases.CALM),), "handed_over")


def _chat(brain: Brain, state: State, said: Said) -> Reaction:
    """Small talk."""
    return Reaction(state, (words(phrases.WHO_AM_I, phrases.HELLO_NEXT),), "out_of_scope")


def _progress(brain: Brain, state: State, said: Said) -> Reaction:
    """Where a case stands is not known here: how to find out; nothing is made up."""
    if not _STANDS_WHERE.search(compact(said.text)):
        return react(brain, state, replace(said, intent="nlu_fallback"), in_form=state.asked is not None)
    card = guide_card(brain.knowledge, PROGRESS, region=state.profile.place)
    if state.asked is None:
        state = state.remembering(waiting="progress")
    return Reaction(
        state, (words(phrases.PROGRESS, phrases.PROGRESS_HOW), card), "answered", Asks(key="acceptance_number")
    )


_ACTIONS: dict[str, Action] = {
    "action_answer": _answer,
    "action_aside": _aside,
    "validate_checklist_form": _validate,
    "action_checklist": _checklist,
    "action_previous": _previous,
    "action_reopen": _previous,
    "action_start_over": _start_over,
    "action_stop": _stop,
    "action_repeat": _aside_unless_about_something(_repeat),
    "action_explain": _aside_unless_about_something(_explain),
    "action_human": _human,
    "action_greet": _aside_unless_about_something(_greet),
    "action_thanks": _aside_unless_about_something(_thanks),
    "action_calm": _aside_unless_about_something(_calm),
    "action_chat": _aside_unless_about_something(_chat),
    "action_progress": _progress,
}

__all__ = ["Brain", "Memory", "Profile", "Reaction", "Said", "State", "run", "steps_aside"]
