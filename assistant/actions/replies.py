"""An Answer as cards: what the finder decided, in words."""

from __future__ import annotations

from assistant import phrases
from assistant.actions.asking import member_choices, shared_group
from assistant.actions.state import State
from assistant.cards import Asks, Card, Choice, ItemRef, Line, Section, Status, words
from assistant.guide_card import guide_card
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Answer, Verdict
from assistant.retrieval.entries import Kind

MOST_CARDS = 6
MOST_CHOICES = 4
TRADES_OFFERED = 8
ASKED_BACK_AT_MOST = 2

Shown = tuple[tuple[Card, ...], Status, Asks | None]


def shown(knowledge: Knowledge, answer: Answer, state: State) -> Shown:
    """The cards, the status and what is asked for, for one decision."""
    match answer.verdict:
        case Verdict.ANSWER:
            asks = Asks(key="which_licence") if answer.beside else None
            return (*_answers(knowledge, answer, state), *_beside(knowledge, answer)), "answered", asks
        case Verdict.CHOOSE:
            card = choice_card(knowledge, tuple(hit.id for hit in answer.hits), answer.group)
            return (card, *_beside(knowledge, answer)), "needs_choice", Asks(key="which_licence")
        case Verdict.NO_OBJECT:
            return no_object(knowledge, state)
        case Verdict.UNLISTED:
            return (_not_listed(knowledge, answer.hits[0].id, answer),), "out_of_scope", None
        case _ if answer.unheard_of:
            return (_unheard(knowledge, answer),), "out_of_scope", None
        case Verdict.WRONG_ACT:
            return (_wrong_act(knowledge, answer),), "out_of_scope", None
        case Verdict.REDIRECT:
            return (words(knowledge.redirects[answer.hits[0].id].reply),), "out_of_scope", None
        case _:
            return _unknown(knowledge, state)


def no_object(knowledge: Knowledge, state: State) -> Shown:
    """Ask for the trade; whoever could not or would not tell it is sent to people who can look it up."""
    if "industry" in state.profile.open:
        return (words(phrases.VAGUE_WHERE), human_card(knowledge, state)), "handed_over", None
    return (words(phrases.NO_OBJECT, choices=trade_choices(knowledge)),), "needs_choice", Asks(key="industry")


def each_differs(knowledge: Knowledge, state: State, aspect: str) -> Card:
    """What was asked of several things at once: each is different, and the checklist has them all."""
    guides = tuple(Choice(label=name, effect={"guide": i, "aspect": aspect}) for i, name in _named(knowledge, state))
    return words(phrases.EACH_DIFFERS_LISTED if state.memory.issued else phrases.EACH_DIFFERS, choices=guides)


def _named(knowledge: Knowledge, state: State) -> list[tuple[str, str]]:
    return [(item, knowledge.name_of(item)) for item in state.profile.licences or () if item in knowledge.guides]


def trade_choices(knowledge: Knowledge) -> tuple[Choice, ...]:
    """The commonest trades, to tap."""
    trades = list(knowledge.industries.values())[:TRADES_OFFERED]
    return tuple(Choice(label=trade.name, effect={"fact": {"industry": trade.id}}) for trade in trades)


def _answers(knowledge: Knowledge, answer: Answer, state: State) -> tuple[Card, ...]:
    """One card for each thing that is answered, in the order in which they were said."""
    aspect = answer.aspects[0].value if answer.aspects else None
    return tuple(
        _not_listed(knowledge, hit.id, answer)
        if hit.kind is Kind.UNLISTED
        else guide_card(knowledge, hit.id, region=state.profile.place, aspect=aspect)
        for hit in answer.hits[:MOST_CARDS]
    )


def _beside(knowledge: Knowledge, answer: Answer) -> tuple[Card, ...]:
    """The questions about words that mean several, where others are answered."""
    return tuple(choice_card(knowledge, tuple(hit.id for hit in doubt.hits), doubt.group) for doubt in answer.beside)


def choice_card(knowledge: Knowledge, members: tuple[str, ...], group: str | None = None) -> Card:
    """Which one is meant: the likeliest to tap, and 都不是."""
    group = group or shared_group(knowledge, members)
    question = knowledge.groups[group].question if group else phrases.WHICH_ONE
    offered = members[:MOST_CHOICES]
    others = tuple(
        Choice(label=knowledge.name_of(m), effect={"say": knowledge.name_of(m)})
        for m in offered
        if m in knowledge.unlisted
    )
    none = Choice(label=phrases.NONE_OF_THESE, effect={"none_of_these": True})
    return Card(
        kind="choices",
        sections=(Section(lines=(Line(text=question),)),),
        choices=(*member_choices(knowledge, tuple(m for m in offered if m in knowledge.guides)), *others, none),
    )


def _unheard(knowledge: Knowledge, answer: Answer) -> Card:
    """A licence that we do not know: said honestly, with the nearest to choose from and where to ask."""
    near = tuple(hit.id for hit in answer.hits if hit.id in knowledge.guides)
    none = Choice(label=phrases.NONE_OF_THESE, effect={"none_of_these": True})
    lines = (phrases.UNHEARD, phrases.UNHEARD_WHERE, *((phrases.NEAREST,) if near else ()))
    return words(*lines, choices=(*member_choices(knowledge, near), none) if near else ())


def _not_listed(knowledge: Knowledge, unlisted_id: str, answer: Answer) -> Card:
    """That it is not on the list, with what the editors call nearest and the licences that sound most like it."""
    thing = knowledge.unlisted[unlisted_id]
    alike = [hit.id for hit in answer.rejected if hit.kind is Kind.ITEM]
    nearest = tuple(dict.fromkeys((*knowledge.nearest_to(unlisted_id), *alike)))[:MOST_CHOICES]
    near = tuple(
        Choice(
            label=knowledge.name_of(guide_id),
            item=ItemRef(id=guide_id, name=knowledge.name_of(guide_id)),
            effect={"guide": guide_id},
        )
        for guide_id in nearest
    )
    return words(phrases.NOT_LISTED.format(name=thing.name), thing.note, phrases.NEAREST, choices=near)


def _wrong_act(knowledge: Knowledge, answer: Answer) -> Card:
    act = knowledge.acts[answer.act or ""]
    guides = [hit.id for hit in answer.hits if hit.id in knowledge.guides]
    own = [other.where for g in guides[:1] for other in knowledge.guides[g].other_acts if other.act == act.name]
    choices = [
        Choice(
            label=f"{knowledge.name_of(g)}：我要注销",
            item=ItemRef(id=g, name=knowledge.name_of(g)),
            effect={"guide": g},
        )
        for g in guides[:2]
    ]
    if act.topic:
        name = knowledge.name_of(act.topic)
        choices.append(Choice(label=name, item=ItemRef(id=act.topic, name=name), effect={"guide": act.topic}))
    lines = [act.reply or phrases.NOT_UNDERSTOOD, *own]
    if guides:
        lines.append(phrases.WRONG_ACT_OURS)
    return words(*lines, choices=tuple(choices))


def _unknown(knowledge: Knowledge, state: State) -> Shown:
    if state.memory.not_understood + 1 >= ASKED_BACK_AT_MOST:
        return (human_card(knowledge, state),), "handed_over", None
    return (words(phrases.NOT_UNDERSTOOD, phrases.NOT_UNDERSTOOD_NEXT),), "unknown", None


def progress_card(*more: str) -> Card:
    """Where a case of the window can be looked up, and who knows of the others."""
    lines = (
        Line(text=phrases.PROGRESS),
        Line(text=phrases.PROGRESS_PAGE, href="/progress"),
        *(Line(text=text) for text in (*more, phrases.PROGRESS_HOW)),
    )
    return Card(kind="text", sections=(Section(lines=lines),))


def human_card(knowledge: Knowledge, state: State) -> Card:
    """Where a person can be reached: the hotline, the window of the place with what is known of it, a message."""
    window = knowledge.proxy_window(state.profile.place)
    lines = [Line(text=phrases.HUMAN, phone="12345")]
    if window:
        where = window.name + (f"，{window.address}" if window.address else "")
        lines.append(Line(text=phrases.HUMAN_WINDOW.format(where=where), tag=window.state.value, phone=window.phone))
    if window and window.hours:
        lines.append(Line(text=phrases.HUMAN_OPEN.format(hours=window.hours), tag=window.state.value))
    else:
        lines.append(Line(text=phrases.HUMAN_HOURS, tag="待核"))
    if window is None:
        lines.append(Line(text=phrases.HUMAN_NEXT))
    leave = Choice(label=phrases.LEAVE_A_MESSAGE, effect={"leave_message": True})
    return Card(kind="text", sections=(Section(lines=tuple(lines)),), choices=(leave,))
