"""What speaks for and against each licence that a message may tell of: the figures that the paper judge weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.actions.asking import usual_licences
from assistant.actions.brain import Brain
from assistant.actions.by_trade import DENIES, NOT_HELD, describes, issuers
from assistant.actions.licences import LISTED
from assistant.actions.others import not_ours
from assistant.actions.paper_reading import UNLIKELY, Candidate, Reading, names_of
from assistant.actions.settling import by_signs
from assistant.actions.state import State
from assistant.actions.told_licences import LicencesTold
from assistant.retrieval.answer import Answer
from assistant.retrieval.mentions import Mention, Standing
from assistant.sayings.clauses import PAPER
from assistant.sayings.reader import read
from assistant.text import NOT_SO, PAUSE, compact

CANDIDATES = 4  # licences that each part of a message brings in
OWNERS = 6  # licences that one name may mean; a name of more says nothing
RANKED = 60
LISTS = ("licences", "other_licences", "which_licence")
_INTENTS = ("tell", "ask", "yes", "no", "unsure", "decline")
_LABELS = ("licence=held", "licence=not_held", "asks=yes")
# Where a clause ends, or a member of a list: 食品的 烟的 都在; 卫生跟消防两张, but not 跟我姐.
_PART = re.compile(
    rf"{PAUSE.pattern}|{LISTED.pattern}|[：:①-⑳]|(?<=[一-鿿])[ \u3000]+(?=[一-鿿])|再就是|另外|外加|加上|再一个|再有|"
    r"(?<=[一-鿿]{2})(?:和|跟|与)(?![我俺咱他她它人别谁你您房])(?=[一-鿿]{2})"
)
_CORRECTS = re.compile(rf"{NOT_SO}|错|岔|拧|混了|改一?下|更正|收回|当我没说|不算|等等|等会|慢着|其实|哦|噢|哎")
_SETS_ASIDE = re.compile(
    r"不用管|甭管|别管|不管|[别勿]列|别算|不算|忽略|去掉|[划撤拿]掉|刨去|除外|没关系|不归|不在这次|先不|别动|不动"
)

Shares = Mapping[str, float]  # of the licences, as the finder ranks them


@dataclass(frozen=True)
class Clause:
    """One clause, or one member of a list: how likely it speaks of each licence, and what it says of whatever it speaks of."""

    plain: str
    shares: Shares
    in_trade: Shares  # the same, said in the trade that was told: 卫生 of a hotel
    offices: frozenset[str]  # the departments that are named as having issued something
    tone: tuple[float, ...]  # shape (9,): as it reads, as it reads without the names, by its words


def signs(
    brain: Brain,
    state: State,
    text: str,
    intent: str,
    clauses: Sequence[Clause],
    answer: Answer,
    told: LicencesTold,
) -> dict[str, list[float]]:
    """For each licence that the message may tell of its figures, always the same ones in the same order; `told` is what the rules found."""
    items = brain.knowledge.items
    last, trade_name = _said_last(state), _trade_of(brain, state)
    trade = brain.knowledge.industries.get(state.profile.industry or "")
    views = [_shares(brain, one) for one in _views(text, last, trade_name)]
    before_this = _shares(brain, last) if last else {}
    before = state.profile.licences or ()
    mentions = [m for m in answer.mentions if any(owner in items for owner in m.owners)]
    looked_at = [*views, *(clause.shares for clause in clauses)]
    found = {item for view in looked_at for item in sorted(view, key=lambda one: -view[one])[:CANDIDATES]}
    found |= {owner for m in mentions for owner in m.owners[:OWNERS] if owner in items}
    found |= {*before, *state.profile.unsure_between, *told.held, *told.dropped, *told.unsure}
    candidates = sorted(found & items.keys())
    offices = frozenset[str]().union(*(clause.offices for clause in clauses))
    usual = usual_licences(brain.knowledge, state)
    best = {item: likest(clauses, item) for item in candidates}
    general = (
        *_of_the_message(state, intent, told, len(clauses), bool(trade_name), bool(last)),
        float(bool(_CORRECTS.search(text))),
        float(bool(_SETS_ASIDE.search(text))),
    )
    result: dict[str, list[float]] = {}
    reading = Reading(
        state.asked,
        compact(last),
        tuple(clause.plain for clause in clauses),
        tuple(mentions),
        tuple(_candidate(brain, item, clauses, [_log(view, item) for view in views], before) for item in candidates),
    )
    readings = brain.judge.read(reading) if brain.judge else [UNREAD] * len(candidates)
    for item, as_read in zip(candidates, readings, strict=True):
        at = best[item]
        own = clauses[at]
        share = own.shares.get(item, UNLIKELY)
        ahead = max((v for other, v in own.shares.items() if other != item), default=UNLIKELY)
        result[item] = [
            *as_read,
            *(_log(view, item) for view in views),
            *(float(_rank(view, item)) for view in views),
            _log(own.shares, item),
            share,
            math.log(max(ahead, UNLIKELY)) - _log(own.shares, item),
            float(_rank(own.shares, item)),
            _log(own.in_trade, item),
            float(_rank(own.in_trade, item)),
            float(at),
            float(len(own.plain)),
            float(sum(where == at for where in best.values())),
            float(describes(own.plain)),
            *own.tone,
            *(clauses[at - 1].tone if at else _SILENT),
            *(clauses[at + 1].tone if at + 1 < len(clauses) else _SILENT),
            _log(before_this, item),
            float(_rank(before_this, item)),
            float(bool(before) and item == before[-1]),
            *_named(mentions, item),
            float(item in before),
            float(item in usual),
            float(trade is not None and item in trade.must_have),
            float(items[item].department in own.offices),
            float(items[item].department in offices),
            float(bool(offices)),
            float(item in state.profile.unsure_between),
            float(item in state.profile.denied),
            float(item in told.held),
            float(item in told.dropped),
            float(item in told.unsure),
            float(item in told.likely),
            *general,
        ]
    _among_their_like(brain, text, result)
    return result


_SILENT = (0.0,) * 9
UNREAD = (0.0,) * 3


def _trade_of(brain: Brain, state: State) -> str:
    """The trade that was told, by its name or in the person's words; empty where none was."""
    trade = brain.knowledge.industries.get(state.profile.industry or "")
    return trade.name if trade else (state.profile.industry or "")


def _said_last(state: State) -> str:
    """The message before this one; empty where there was none."""
    return state.memory.said[-1] if state.memory.said else ""


def _in_trade(trade: str, text: str) -> str:
    return f"{trade}，{text}" if trade else text


def _views(text: str, last: str, trade: str) -> tuple[str, str, str]:
    """A message by itself, behind the last one, and in the trade that was told."""
    return text, f"{last}，{text}" if last else text, _in_trade(trade, text)


def clauses_of(brain: Brain, state: State, text: str, answer: Answer) -> list[Clause]:
    """The clauses of a message and the members of its lists, at least one."""
    parts = [part for part in _PART.split(text) if compact(part)] or [text]
    plain = [compact(part) for part in parts]
    names = [m.text for m in answer.mentions if m.paper]
    unnamed = [_without(names, one) for one in plain]
    tones = [
        (
            *(own.of(label) for label in _LABELS),
            *(bare.of(label) for label in _LABELS),
            float(bool(NOT_HELD.search(one))),
            float(bool(DENIES.search(one))),
            float(not_ours(one, after)),
        )
        for own, bare, one, after in zip(read(plain), read(unnamed), unnamed, [*plain[1:], ""], strict=True)
    ]
    last, trade = _said_last(state), _trade_of(brain, state)
    said_in_trade = [_in_trade(trade, part) for part in parts]
    brain.finder.look_at([*_views(text, last, trade), last, *parts, *said_in_trade])
    shares = [_shares(brain, part) for part in parts]
    in_trade = [_shares(brain, part) for part in said_in_trade]
    offices = [frozenset(issuers(brain, one)) for one in plain]
    return [Clause(*one) for one in zip(plain, shares, in_trade, offices, tones, strict=True)]


def likest(clauses: Sequence[Clause], item: str) -> int:
    """The place of the clause that is likest a licence, the first of several."""
    return max(range(len(clauses)), key=lambda at: clauses[at].shares.get(item, UNLIKELY))


def _candidate(
    brain: Brain, item: str, clauses: Sequence[Clause], views: Sequence[float], before: Sequence[str]
) -> Candidate:
    guide = brain.knowledge.guides.get(item)
    return Candidate(
        item,
        names_of(brain.knowledge.items[item].name, guide.aliases if guide else ()),
        tuple(clause.shares.get(item, 0.0) for clause in clauses),
        tuple(clause.in_trade.get(item, 0.0) for clause in clauses),
        tuple(views),
        item in before,
    )


def _log(view: Shares, item: str) -> float:
    return math.log(max(view.get(item, 0.0), UNLIKELY))


def _without(names: Sequence[str], plain: str) -> str:
    for name in names:
        plain = plain.replace(name, PAPER)
    return plain


def _shares(brain: Brain, text: str) -> dict[str, float]:
    """How likely a text speaks of each licence."""
    items = brain.knowledge.items
    return {hit.id: hit.score for hit in brain.finder.rank(text, RANKED) if hit.id in items}


def _rank(view: Shares, item: str) -> int:
    """How many licences are likelier here."""
    own = view.get(item, UNLIKELY)
    return sum(share > own for share in view.values())


def _named(mentions: Sequence[Mention], item: str) -> list[float]:
    """How a licence is named in the message: the standing, how long and how plain the name is, and its rivals."""
    figures = dict.fromkeys(Standing, 0.0)
    length = paper = by_sound = share = rival = 0.0
    for mention in mentions:
        if item in mention.owners:
            share = 1 / len(mention.owners)
            figures[mention.standing] = max(figures[mention.standing], share)
            length, paper = max(length, len(mention.text)), max(paper, float(mention.paper))
            by_sound = max(by_sound, float(mention.by_sound))
        elif mention.paper:
            rival = max(rival, float(len(mention.text)))
    return [*figures.values(), length, paper, by_sound, share, rival]


def _of_the_message(
    state: State, intent: str, told: LicencesTold, clauses: int, trade: bool, last: bool
) -> tuple[float, ...]:
    """The figures that are the same for each licence."""
    asked = state.asked
    return (
        float(clauses),
        float(trade),
        float(last),
        float(len(state.profile.licences or ())),
        float(asked in LISTS),
        float(asked == "which_licence"),
        float(asked is not None),
        *(float(intent == one) for one in _INTENTS),
        float(len(told.held)),
        float(len(told.dropped)),
        float(len(told.unlisted)),
    )


def _among_their_like(brain: Brain, text: str, result: dict[str, list[float]]) -> None:
    """For licences of one confusion group: whether a sign in the words decides for this one, or for another."""
    mine: dict[str, float] = dict.fromkeys(result, 0.0)
    others: dict[str, float] = dict.fromkeys(result, 0.0)
    for group in brain.knowledge.groups.values():
        members = [member for member in group.members if member in result]
        if len(members) < 2:
            continue
        decided = by_signs(brain, text, members)
        for member in members:
            if member in decided:
                mine[member] = 1.0
            elif decided:
                others[member] = 1.0
    for item, figures in result.items():
        figures += [mine[item], others[item]]
