"""What a message asks is answered, about the guide that is meant or the one that was spoken of last."""

from __future__ import annotations

import re

from assistant.actions.brain import Brain
from assistant.actions.by_trade import NOT_HELD
from assistant.actions.denying import has_none
from assistant.actions.describing import speaks_of_a_paper
from assistant.actions.licences import speaks_of_the_same
from assistant.actions.others import not_ours
from assistant.actions.replies import choice_card, each_differs, shown
from assistant.actions.said import Said
from assistant.actions.settling import settle
from assistant.actions.state import State
from assistant.cards import Asks, Card, Status
from assistant.checklist.facts import Told
from assistant.guide_card import guide_card
from assistant.retrieval.answer import Answer, Verdict
from assistant.retrieval.aspects import Aspect, without_aspects
from assistant.text import compact, compact_clauses

_CLAUSE = re.compile(r"[，,。；;！!？?\s]+")
_PAPER = re.compile(r"证|许可|执照|照|备案|资质|批文|批件|登记|注销")
NOT_OURS = (Verdict.UNLISTED, Verdict.WRONG_ACT, Verdict.REDIRECT)
TELLS_MUCH = 3  # facts in one message
HOW = ("whole_or_licence_only", "proxy")  # facts that only a list can be about
SHORT_QUESTION = 8  # characters: 电话多少, 能网上办吗: about what was spoken of last


def wants_answer(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, *, in_form: bool, learned: bool
) -> bool:
    """Whether something has to be answered, besides taking in what was told."""
    if said.asking:
        rhetorical = in_form and learned and not answer.mentions and not answer.aspects  # 照也不留了，留着干啥
        return not rhetorical or answer.verdict in (Verdict.ANSWER, *NOT_OURS)
    if said.intent in ("yes", "no", "unsure", "decline", "hurry") or speaks_of_the_same(state, answer):
        return False
    if in_form:
        return (answer.verdict in NOT_OURS or answer.unheard_of) and not learned
    named = [m for m in answer.mentions if _PAPER.search(m.text)]
    several = len({o for m in named for o in m.owners if m.certain}) > 1
    if answer.verdict is Verdict.ANSWER:
        meant = bool(named) or len(answer.hits) > 1 or _described(brain, answer) or _in_a_plight(brain, answer)
        return meant and not (several and told.facts)
    if answer.verdict is Verdict.REDIRECT:
        return True
    if answer.verdict is Verdict.UNLISTED and any(hit.id in m.owners for hit in answer.hits for m in answer.mentions):
        return bool(named) or "industry" not in told.facts  # 物业不干了，个体，在塔河 tells of the trade
    if answer.verdict is Verdict.CHOOSE or answer.verdict in NOT_OURS or answer.unheard_of:
        return bool(named) if told.facts or learned else True
    return not told.anything and answer.verdict is not Verdict.NO_OBJECT


def _described(brain: Brain, answer: Answer) -> bool:
    """Whether a paper that one has is described, without its name: 往下面各屯送炮仗的，批发那个证."""
    clauses = compact_clauses(answer.question)
    denied = any(
        has_none(clause) or NOT_HELD.search(clause) or not_ours(clause, after)
        for clause, after in zip(clauses, [*clauses[1:], ""], strict=True)
    )
    return answer.hits[0].id in brain.knowledge.items and any(map(speaks_of_a_paper, clauses)) and not denied


def _in_a_plight(brain: Brain, answer: Answer) -> bool:
    """Whether what is told has a guide of its own, beside all closing: 有个股东躲着不露面，我们散不了伙."""
    about = answer.hits[0].id
    return about in brain.knowledge.topics and not brain.knowledge.is_closing(about)


def wants_a_list(said: Said, told: Told, answer: Answer) -> bool:
    """Whether somebody tells so much that he wants a checklist, whatever his words remind us of.

    Who asks as well wants one if he names no paper and asks no more than how: 塔河的公司，做派遣，全注销，问下流程.
    """
    much = len(told.facts) + told.nothing_more
    how = not told.facts.keys().isdisjoint(HOW)
    if said.asking:
        return (
            how and much >= TELLS_MUCH and not answer.mentions and set(answer.aspects) <= {Aspect.HOW, Aspect.MATERIALS}
        )
    return much >= TELLS_MUCH or (how and much >= TELLS_MUCH - 1)


def answered(
    brain: Brain, state: State, said: Said, answer: Answer, *, context: bool
) -> tuple[State, list[Card], Status, Asks | None]:
    """The cards that answer a question; a question without an object is about the guide spoken of last."""
    vague = answer.verdict in (Verdict.NO_OBJECT, Verdict.UNKNOWN) or (
        answer.verdict is Verdict.CHOOSE and not answer.group and not answer.mentions
    )
    short = len(compact(said.text)) <= SHORT_QUESTION and not answer.mentions
    vague = vague or (
        short and (answer.verdict is not Verdict.ANSWER or _only_an_aspect(said.text)) and not answer.group
    )
    vague = vague and not answer.unheard_of and not _of_another_trade(brain, state, said)
    about = None
    one_of = state.profile.unsure_between
    if vague and answer.aspects and not answer.mentions and len(one_of) > 1 and not state.profile.licences:
        card = choice_card(brain.knowledge, one_of)
        return state.remembering(aspect=answer.aspects[0].value), [card], "needs_choice", Asks(key="which_licence")
    if vague and answer.aspects and (state.item in brain.knowledge.guides or _the_only_one(state)):
        about = state.item or _the_only_one(state)
    elif answer.verdict is Verdict.CHOOSE and answer.group and context:
        about = settle(brain, state, said.text, [hit.id for hit in answer.hits], by_likeness=False)
    elif vague and answer.aspects and (named := _one_of_those_told(brain, state, said)):
        about = named
    elif answer.verdict is Verdict.NO_OBJECT and not (state.profile.licences and _only_an_aspect(said.text)):
        about = _registry_topic(brain, state)
    if about:
        aspect = answer.aspects[0].value if answer.aspects else None
        card = guide_card(brain.knowledge, about, region=state.profile.place, aspect=aspect)
        return state.with_(item=about), [card], "answered", None
    asked = vague and answer.aspects and not state.profile.empty
    if asked and any(map(_only_an_aspect, _CLAUSE.split(said.text))):
        return state, [each_differs(brain.knowledge, state, answer.aspects[0].value)], "answered", None
    cards, status, asks = shown(brain.knowledge, answer, state)
    if answer.verdict is Verdict.ANSWER:
        state = state.with_(item=next((hit.id for hit in answer.hits if hit.id in brain.knowledge.guides), state.item))
        state = state.remembering(together=tuple(hit.id for hit in answer.hits if hit.id in brain.knowledge.items))
    if answer.verdict is Verdict.CHOOSE or answer.beside:
        open_hits = answer.hits if answer.verdict is Verdict.CHOOSE else answer.beside[0].hits
        items = tuple(hit.id for hit in open_hits if hit.id in brain.knowledge.items)
        if len(items) > 1 and state.asked is None:
            asked_for = (answer.aspects[0] if answer.aspects else Aspect.HOW).value
            state = state.with_(profile=state.profile.with_(unsure_between=items)).remembering(aspect=asked_for)
    return state, list(cards), status, asks


def _of_another_trade(brain: Brain, state: State, said: Said) -> bool:
    """Whether a trade is named to which the licence spoken of last does not belong: 油站停了，那个证销要啥."""
    trades = (brain.knowledge.industries[trade] for trade in brain.facts.trades(said.text))
    held = [{*trade.must_have, *trade.may_have, trade.topic} for trade in trades]
    return bool(held) and state.item is not None and not any(state.item in own for own in held)


def _only_an_aspect(text: str) -> bool:
    """Whether nothing is left of a question without the words for its aspect: 要钱吗, 多久能办."""
    bare = without_aspects(text)
    return bare != text and not re.sub(r"[那这个的了吗呢吧啊呀办得要能得我您你，,。？?！! ]", "", bare)


def _the_only_one(state: State) -> str | None:
    """The one licence that was told of; None where there are several, or none."""
    held = state.profile.licences or ()
    return held[0] if len(held) == 1 else None


def _one_of_those_told(brain: Brain, state: State, said: Said) -> str | None:
    """The one of several licences told of that a word means: 食品的带啥."""
    held = state.profile.licences or ()
    rest = compact(without_aspects(said.text))
    pairs = [rest[at : at + 2] for at in range(len(rest) - 1)]
    found = [item for item in held if any(pair in brain.knowledge.name_of(item) for pair in pairs)]
    return found[0] if len(found) == 1 else None


def _registry_topic(brain: Brain, state: State) -> str | None:
    """The guide about deregistering a business of the told type, where the whole business is to go."""
    kind = brain.knowledge.enterprise_types.get(state.profile.enterprise_type or "")
    return kind.registry if kind and state.profile.whole_or_licence_only == "whole" else None


def course_after(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, status: Status, *, learned: bool
) -> str:
    """Whether a checklist is what comes next: facts were volunteered, or the wish to close was."""
    if said.asking and status != "needs_facts":
        return "answer"
    if status == "needs_choice" or (status == "out_of_scope" and answer.verdict is Verdict.REDIRECT):
        return "answer"
    if state.memory.issued == state.profile:
        return "answer"
    if learned or (status == "needs_facts" and told.anything):
        return "checklist"
    return "answer"


def with_the_item_asked_about(brain: Brain, state: State) -> State:
    """Facts volunteered after "X怎么注销" are about X, and after "X和Y怎么注销" about both."""
    profile, about = state.profile, state.asked_about(brain.knowledge)
    nothing_told = profile.licences is None and not profile.unsure_between
    return state.with_(profile=profile.holding(*about)) if nothing_told and about else state
