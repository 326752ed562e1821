"""Which of several licences one word means: by signs in what was said, by the trade, by the words offered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from assistant.actions.asking import member_choices, usual_licences
from assistant.actions.brain import Brain
from assistant.actions.by_trade import AROUND, DENIES, SMALL_PART, issuers
from assistant.actions.denying import theirs
from assistant.actions.state import State
from assistant.actions.told_licences import Found
from assistant.knowledge.model import Option
from assistant.text import PAUSE, compact

_NOT_THAT = re.compile(r"(?:不是|没有|不拉|不干|不|没)(?:普通|那种|什么|啥|个)?$")
LIKELY = 0.6  # from where words are about a licence


def settle(brain: Brain, state: State, text: str, members: Sequence[str], *, by_likeness: bool = True) -> str | None:
    """Which of the members is meant: by signs in the words said so far, by the trade, or (`by_likeness`) by the finder.

    What was said before the question which one it is did not decide it then, and does not now.
    """
    knowledge = brain.knowledge
    trade = knowledge.industries.get(state.profile.industry or "")
    told = f"{trade.name} {' '.join(trade.aliases)}" if trade else ""
    if office := by_office(brain, text, members):
        return office
    members = _not_denied(brain, text, members)
    before = () if state.asked == "which_licence" else _said_before(brain, state)
    beside = " ".join(knowledge.items[one].name for one in state.profile.licences or () if one in knowledge.items)
    for source in chain((text,), before, (told, beside)):  # 运输证（道路货物运输） speaks for 道路货物运输经营许可
        fitting = by_signs(brain, source, _not_denied(brain, source, members))
        if len(fitting) > 1:  # KTV是我弟弟的，我这是电玩厅
            fitting = by_signs(brain, _without_theirs(source), fitting)
        if len(fitting) == 1:
            return fitting[0]
    usual = [member for member in members if member in usual_licences(knowledge, state)]
    if len(usual) == 1:
        return usual[0]
    if state.asked == "which_licence" and (labelled := _by_label(brain, text, members)):
        return labelled
    hit = brain.finder.among(text, members) if by_likeness else None
    return hit.id if hit and hit.score >= LIKELY else None


def _without_theirs(text: str) -> str:
    """A text without the clauses that say of something that it is somebody else's."""
    return "，".join(clause for clause in PAUSE.split(text) if not theirs(compact(clause)))


def _said_before(brain: Brain, state: State) -> Iterator[str]:
    """What was said before, the last first, and then all of it; not what was said of another trade than this one."""
    said, trade = state.memory.said, state.profile.industry
    if trade in brain.knowledge.industries:  # who asked about a 饭店 may close a 理发店
        said = tuple(one for one in said if brain.facts.find(one).facts.get("industry", trade) == trade)
    yield from reversed(said)
    yield " ".join(said)


def by_office(brain: Brain, text: str, members: Sequence[str]) -> str | None:
    """The one of the members that comes from an office that is said to have given it: 办学证是人社局给的，教育局没给过."""
    clauses = [compact(clause) for clause in SMALL_PART.split(text)]
    offices = {office for clause in clauses if not DENIES.search(clause) for office in issuers(brain, clause)}
    items = brain.knowledge.items
    fitting = [member for member in members if member in items and items[member].department in offices]
    return fitting[0] if len(fitting) == 1 else None


def told_apart(brain: Brain, state: State, text: str, item: str) -> str | None:
    """The other licence of the same word for which alone a sign stands in the text, where none spoke for this one."""
    for group in brain.knowledge.groups.values():
        members = group.members
        if item in members and _names_its_group(brain, state, group.words):
            other = _another(brain, text, item, members)
            if other and item not in by_signs(brain, " ".join(state.memory.said), members):
                return other
    return None


def _another(brain: Brain, text: str, item: str, members: Sequence[str]) -> str | None:
    """The licence among the members for which alone a sign stands in the text, where it is not this one."""
    fitting = [member for member in by_signs(brain, text, members) if member in brain.knowledge.items]
    return fitting[0] if len(fitting) == 1 and fitting[0] != item else None


def _names_its_group(brain: Brain, state: State, words: Iterable[str]) -> bool:
    """Whether a licence was spoken of by a word that several share."""
    earlier = [m.text for said in state.memory.said for m in brain.finder.find(said).mentions if m.paper]
    shared = {compact(word) for word in words}
    return any(name in shared or name.replace("那个", "").replace("的", "") in shared for name in earlier)


def _not_denied(brain: Brain, text: str, members: Sequence[str]) -> Sequence[str]:
    """Those of the members of which no sign is denied in the text: 不是矿山也不是化工."""
    plain = compact(text)
    denied = {
        option.guide
        for option in _options(brain, members)
        if any(_NOT_THAT.search(plain[:at]) for sign in map(compact, option.signs) for at in _places(sign, plain))
    }
    return [member for member in members if member not in denied] or members


def instead(brain: Brain, text: str, found: Found) -> list[str]:
    """What a message names for what it denies: 不是普通货运，是危险品的."""
    if found.held or len(set(found.dropped)) != 1:
        return []
    groups = (group.members for group in brain.knowledge.groups.values())
    others = (_another(brain, text, found.dropped[0], members) for members in groups if found.dropped[0] in members)
    return [other for other in others if other][:1]


def by_signs(brain: Brain, text: str, members: Sequence[str]) -> list[str]:
    """The members for which a sign word of their common group stands in the text."""
    options = _options(brain, members)
    said = _standing_in(text, {compact(sign) for option in options for sign in option.signs})
    return list(dict.fromkeys(o.guide for o in options if said.intersection(map(compact, o.signs))))


def _options(brain: Brain, members: Sequence[str]) -> list[Option]:
    """What the groups that all members belong to say of them."""
    groups = (g for g in brain.knowledge.groups.values() if set(members) <= set(g.members))
    return [option for group in groups for option in group.options if option.guide in members]


def _by_label(brain: Brain, text: str, members: Sequence[str]) -> str | None:
    """The one member of which a part of the offered label is said: 车的那本, where 车的运输证 was offered."""
    labels = {choice.item.id: choice.label for choice in member_choices(brain.knowledge, tuple(members)) if choice.item}
    part = AROUND.sub("", compact(SMALL_PART.split(text)[0]))
    fitting = [member for member, label in labels.items() if part and part in label]
    return fitting[0] if len(fitting) == 1 else None


def _standing_in(text: str, words: Iterable[str]) -> set[str]:
    """The words that stand in a text: not in the middle of an earlier or a longer one (非煤矿山), and not denied."""
    plain = compact(text)
    taken = [False] * len(plain)
    found: set[str] = set()
    places = [(at, word) for word in words if word and word in plain for at in _places(word, plain)]
    for start, word in sorted(places, key=lambda place: (-len(place[1]), place[0])):
        if not any(taken[start : start + len(word)]):
            taken[start : start + len(word)] = [True] * len(word)
            found |= set() if _NOT_THAT.search(plain[:start]) else {word}
    return found


def _places(word: str, plain: str) -> list[int]:
    """Where a word stands."""
    return [at for at in range(len(plain)) if plain.startswith(word, at)]
