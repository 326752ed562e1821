"""The questions of the form as cards: everyday words, answers to tap, 不清楚 and 不想说 always among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from assistant import phrases
from assistant.actions.state import State
from assistant.cards import Asks, Card, Choice, ItemRef, Line, Section
from assistant.checklist import wording
from assistant.checklist.profile import asked_together
from assistant.knowledge.whole import Knowledge

MOST_LICENCES = 12


def question_card(knowledge: Knowledge, key: str, state: State, *, demo: bool = False) -> tuple[Card, Asks]:
    """The card that asks for one fact, and what it asks for."""
    asked = asked_together(knowledge, state.profile, key)
    several = tuple(Asks(key=one) for one in asked) if len(asked) > 1 else None
    lines = (Line(text=phrases.TOGETHER if several else _question(knowledge, key, state)),)
    choices = tuple(_answers(knowledge, asked, state, demo=demo))
    card = Card(kind="question", sections=(Section(lines=lines),), choices=choices, asks=several)
    return card, asks_for(knowledge, key, state)


def _question(knowledge: Knowledge, key: str, state: State) -> str:
    """The question for one fact, in words."""
    if key in knowledge.situations:
        return knowledge.situations[key].question
    group = shared_group(knowledge, state.profile.unsure_between) if key == "which_licence" else None
    return knowledge.groups[group].question if group else phrases.QUESTIONS[key]


def asks_for(knowledge: Knowledge, key: str, state: State) -> Asks:
    """What the question for a fact asks for."""
    several = key in ("licences", "other_licences") or len(asked_together(knowledge, state.profile, key)) > 1
    return Asks(key=key, multiple=several)


def why_asked(knowledge: Knowledge, key: str, state: State) -> tuple[str, ...]:
    """Why a question is asked, a sentence for each fact that it asks for."""
    situations = knowledge.situations
    if key not in situations:
        return (phrases.WHY_ASKED[key],)
    asked = asked_together(knowledge, state.profile, key)
    named = phrases.WHY_TOGETHER if len(asked) > 1 else "{why}"
    return tuple(named.format(name=situations[one].name, why=situations[one].why) for one in asked)


def _answers(knowledge: Knowledge, asked: tuple[str, ...], state: State, *, demo: bool) -> Iterator[Choice]:
    key = asked[0]
    match key:
        case "which_licence":
            yield from member_choices(knowledge, state.profile.unsure_between)
            yield Choice(label=phrases.NONE_OF_THESE, effect={"none_of_these": True})
            return
        case "place":
            for region in knowledge.counties(demo=demo):
                yield Choice(label=region.name, effect={"fact": {"place": region.id}})
        case "industry":
            for trade in list(knowledge.industries.values())[:9]:
                yield Choice(label=trade.name, effect={"fact": {"industry": trade.id}})
        case "licences" | "other_licences":
            yield from _usual_licences(knowledge, state)
            none = phrases.NO_LICENCE if key == "licences" else phrases.NOTHING_ELSE
            yield Choice(label=none, effect={"none": key})
        case _ if len(asked) > 1:
            for one in asked:
                yield Choice(label=knowledge.situations[one].name, pick=True, effect={"fact": {one: True}})
            yield Choice(label=phrases.NONE_OF_ALL, effect={"fact": dict.fromkeys(asked, False)})
        case _ if key in knowledge.situations:
            yield Choice(label=phrases.YES, effect={"fact": {key: True}})
            yield Choice(label=phrases.NO, effect={"fact": {key: False}})
        case _:
            for label, value in phrases.ANSWERS[key]:
                yield Choice(label=label, effect={"fact": {key: value}})
    if key != "other_licences":
        yield Choice(label=phrases.DONT_KNOW, effect={"open": asked})
    if key in ("enterprise_type", "place"):
        yield Choice(label=phrases.RATHER_NOT, effect={"open": asked})


def _usual_licences(knowledge: Knowledge, state: State) -> Iterator[Choice]:
    """The licences that the trade usually holds and that were neither told nor denied: to tick, never decided."""
    told = {*(state.profile.licences or ()), *state.profile.denied}
    for item_id in usual_licences(knowledge, state)[:MOST_LICENCES]:
        if item_id not in told:
            item = knowledge.items[item_id]
            yield Choice(
                label=item.certificate or item.name,
                pick=True,
                item=ItemRef(id=item.id, name=item.name),
                effect={"hold": item_id},
            )


def usual_licences(knowledge: Knowledge, state: State) -> tuple[str, ...]:
    """What the told trade usually holds, must-haves first; nothing where the trade is not one of ours."""
    trade = knowledge.industries.get(state.profile.industry or "")
    return (*trade.must_have, *trade.may_have) if trade else ()


def licences_card(knowledge: Knowledge, state: State) -> Card:
    """The licences told so far, each to take out, and those that the trade usually holds, to add."""
    held = state.profile.licences or ()
    out = tuple(
        Choice(label=phrases.TAKE_OUT.format(what=wording.held(knowledge, i)), effect={"drop": i}) for i in held
    )
    lines = (Line(text=phrases.CHANGE_LICENCES),)
    return Card(kind="choices", sections=(Section(lines=lines),), choices=(*out, *_usual_licences(knowledge, state)))


def member_choices(knowledge: Knowledge, members: tuple[str, ...]) -> Iterator[Choice]:
    """One choice for each guide that may be meant, labelled as its confusion group words it."""
    group = shared_group(knowledge, members)
    labels = {option.guide: option.label for option in knowledge.groups[group].options} if group else {}
    for member in members:
        name = knowledge.name_of(member)
        yield Choice(label=labels.get(member, name), item=ItemRef(id=member, name=name), effect={"guide": member})


def instead_of(knowledge: Knowledge, wrong: Collection[str], items: Iterable[str]) -> set[str]:
    """Those of the items that share a confusion group with a wrong one: 不是普通货运，是危险品的."""
    return {item for item in items if any(shared_group(knowledge, (item, one)) for one in wrong)}


def shared_group(knowledge: Knowledge, members: tuple[str, ...]) -> str | None:
    """The smallest confusion group that has all these members."""
    fitting = [g for g in knowledge.groups.values() if members and set(members) <= set(g.members)]
    return min(fitting, key=lambda group: len(group.options)).id if fitting else None
