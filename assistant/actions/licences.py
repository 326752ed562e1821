"""Which licences a sentence tells of: held, denied, gone or kept; and which one is meant where a word means several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.actions.brain import Brain
from assistant.actions.by_trade import (
    NOT_HELD,
    by_issuer,
    by_part_of_name,
    described,
    describes,
    issuers,
    likeliest,
)
from assistant.actions.denying import denied, has_none
from assistant.actions.said import Said
from assistant.actions.settling import LIKELY, by_signs, settle
from assistant.actions.state import State
from assistant.checklist import wording
from assistant.retrieval.answer import Answer, Hit, Verdict
from assistant.retrieval.entries import Kind
from assistant.retrieval.mentions import Mention
from assistant.sayings.reader import read
from assistant.text import compact

_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_DENIES = re.compile(r"没|不|无")
_SHORTHAND = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")  # a clerk's spaces
_BUT_HELD = re.compile(r"不要了|不用了|不干了|没用了|没退|没销|没消|没交|没动|还在")
_POINTS_AT = re.compile(r".那[个张本样]$")  # 卖烟那个
_POINTS_BEFORE = re.compile(r"[那这它]")
_POINTED = re.compile(r"那[张本个]|(?:发|给|批)(?:过|了)?(?:的|一[张本个])")  # 照和证都销 points at none
_JOINED = re.compile(r"和|跟|与|及|同")
_LICENCE_WORD = re.compile(r"许可|备案|资质|登记|批|卡|[食烟药卫消危]")
_LISTED = re.compile(r"[+＋、/／]|还有|以及")
_ANY_BUSINESS = re.compile(
    r"^(公司|个体|企业|单位|执照)"
)  # a word for what one is, which by likeness may sound like a paper
_PAPER = re.compile(r"证|许可|备案|批文|批件|批复|资质|号牌|那个本|本本|(?:合格|资格|许可)正")
_POINTS_BACK = re.compile(
    r"[这那](?:个|张|本|样)(?:许可)?证(?:就行|就好|就可以|就中|吧|了)?$"
)  # 车的那个证: what is spoken of already
_HAS_ONE = re.compile(r"(?:有|^)一?[个张本份].{2,}的$")  # 还有个演出经纪的
_OF_OTHERS = re.compile(r"^(?:可|又|并|都)?不是(?:我们?|咱们?|俺们?|自己)(?:自己)?(?:家|店里?|公司|单位)?的")
_SOMEBODY_ELSES = re.compile(
    r"(?:是|归)(?:对[面门]|隔壁|旁边|邻居|别人|人家|他们|房东|楼[上下]|上一家|前[一面]家)[^，]{0,6}的$"
)
_ISSUED = re.compile(r"(?:发|给|批|办|颁|管)(?:的|过)?$|[局委队所厅处站]的$")
LONGEST_FRAGMENT = 12


@dataclass(frozen=True)
class LicencesTold:
    """Item ids by what was said of them, in the order in which they were said."""

    held: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()  # one of these
    unlisted: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()  # those held that were told by likeness only

    @property
    def anything(self) -> bool:
        """Whether a licence was spoken of at all."""
        return bool(self.held or self.dropped or self.unsure or self.unlisted)


def licences_told(brain: Brain, state: State, answer: Answer, *, listing: bool, telling: bool = False) -> LicencesTold:
    """What the sentence tells.

    `listing`: licences were asked for, so vaguer words count too; `telling`: this tells of a business, so what is only
    described counts.
    """
    knowledge = brain.knowledge
    found = _Found()
    fragments = _fragments(answer.question)
    whole = None if any(short for _, short in fragments) else answer
    used = -1  # the fragment that said who issued the one before it
    for at, (fragment, short) in enumerate(fragments):
        if at == used:
            continue
        named = [
            m
            for m in _said_in(fragment, answer.mentions)
            if (m.certain or not _ANY_BUSINESS.match(m.text)) and (listing or short or _names_a_paper(m.text, fragment))
        ]
        if _points_back(state, fragment, answer):
            continue
        before = fragments[at - 1][0] if at else ""
        before = "" if any(mention.text in before for mention in answer.mentions) else before  # it speaks for itself
        count = found.count
        after = fragments[at + 1][0] if at + 1 < len(fragments) else ""
        of_others = bool(_OF_OTHERS.match(after) or _SOMEBODY_ELSES.search(fragment))
        refused = [m for m in named if of_others or denied(fragment, m)]
        for mention in refused:
            items = tuple(owner for owner in mention.owners if owner in knowledge.items)
            found.dropped += items if len(items) == 1 else _settled(brain, state, answer.question, items)
        if not refused and (
            named or _speaks_of_a_licence(fragment, listing=listing, short=short, alone=len(fragments) == 1)
        ):
            pointed_at = before if _POINTS_BEFORE.match(fragment) else ""
            issued = _as_issued(brain, state, fragment, after, named)
            found.held += issued
            found.likely += issued
            used = at + 1 if issued else used
            for part, own in _each(pointed_at + fragment, named) if not issued else ():
                _decide(brain, state, part, own, found, whole)
        if (
            found.count == count
            and not short
            and (listing or state.asked is not None or (telling and _POINTED.search(fragment)))
            and _describes(fragment)
        ):
            _describe(brain, state, fragment, (before, after), found)
        elif found.count == count and NOT_HELD.search(fragment) and not has_none(fragment):
            found.dropped += _belongs_to_others(brain, state, fragment)
    stranger = answer.verdict is Verdict.UNLISTED
    if stranger and state.asked is not None and not found.anything and any(describes(part) for part, _ in fragments):
        found.unlisted.append(answer.hits[0].id)
    if listing:
        vague = (*by_part_of_name(brain, state, fragments), *by_issuer(brain, state, answer.question))
        found.likely += [item for item in vague if item not in found.held]
        found.held += [item for item in dict.fromkeys(vague) if item not in found.held]
        if not found.anything:
            alike = [hit.id for hit in answer.hits if hit.kind is Kind.ITEM and answer.verdict is Verdict.ANSWER]
            gone = any(has_none(part) for part, _ in fragments)
            found.dropped += alike if gone else []
            found.held += [] if gone else alike
    return found.told()


def _said_in(fragment: str, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The names that stand in a fragment; of one that reaches over a comma (超市，食品证) the part behind it."""
    for mention in mentions:
        if mention.text in fragment:
            yield mention
            continue
        parts = (mention.text[at:] for at in range(1, len(mention.text) - 1))
        tail = next((part for part in parts if fragment.startswith(part) and _PAPER.search(part)), None)
        if tail:
            yield replace(mention, text=tail)


def _each(fragment: str, named: list[Mention]) -> list[tuple[str, list[Mention]]]:
    """A fragment that names several (特行证和卫生证), name by name, each with the words around it."""
    if len(named) < 2:
        return [(fragment, named)]
    pieces = _JOINED.split(fragment)
    return [(next((p for p in pieces if m.text in p), m.text) if len(pieces) > 1 else m.text, [m]) for m in named]


@dataclass
class _Found:
    """What has been found so far in a sentence."""

    held: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    unsure: tuple[str, ...] = ()
    unlisted: list[str] = field(default_factory=list)
    likely: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How much was found."""
        return len(self.held) + len(self.dropped) + len(self.unsure) + len(self.unlisted)

    @property
    def anything(self) -> bool:
        return bool(self.held or self.dropped or self.unsure or self.unlisted)

    def told(self) -> LicencesTold:
        """Without what is dropped, and without a doubt that is settled."""
        held = tuple(item for item in dict.fromkeys(self.held) if item not in self.dropped)
        unsure = () if set(self.unsure) & set(held) else self.unsure
        unlisted = tuple(dict.fromkeys(self.unlisted))
        return LicencesTold(held, tuple(dict.fromkeys(self.dropped)), unsure, unlisted, tuple(self.likely))


def _as_issued(brain: Brain, state: State, fragment: str, after: str, named: Sequence[Mention]) -> list[str]:
    """What a name means by the next clause, which says who issued it, where it is none of that office's: 看病的证，农业局发的."""
    offices = issuers(brain, after) if _ISSUED.search(after) else ()
    items = brain.knowledge.items
    if not offices or any(items[o].department in offices for m in named for o in m.owners if o in items):
        return []
    item = described(brain, state, fragment + after)
    return [item] if item and items[item].department in offices else []


def _belongs_to_others(brain: Brain, state: State, fragment: str) -> list[str]:
    """The one of the licences told before that a fragment denies without its name: 放炮的不是我们的."""
    held = state.profile.licences or ()
    one = likeliest(brain, fragment, held)
    return [one] if one else []


def _describes(fragment: str) -> bool:
    """Whether a fragment speaks of a paper without its name, by its words or as the whole reads."""
    return describes(fragment) or read([fragment])[0].tells("licence=held")


def _describe(brain: Brain, state: State, fragment: str, around: tuple[str, str], found: _Found) -> None:
    """What a fragment describes instead of naming it, held or not.

    The one before may help (里边有一片游戏机，那个另有一个许可), or the next one (人社那张许可，管招聘的).
    """
    if Said(fragment, "tell").asking:
        return
    before, after = around
    item = described(brain, state, before + fragment if _POINTS_BEFORE.match(fragment) else fragment)
    if item is None and after and not _DENIES.search(after) and not describes(after):
        item = described(brain, state, fragment + after)
    if item is None and before:
        item = described(brain, state, before + fragment)
    if item is None:
        stranger = brain.finder.find(fragment)
        if stranger.verdict is Verdict.UNLISTED and not _DENIES.search(fragment) and stranger.hits[0].score >= LIKELY:
            found.unlisted.append(stranger.hits[0].id)
        return
    (saying,) = read([fragment])
    if NOT_HELD.search(fragment) or saying.tells("licence=not_held"):
        found.dropped += [] if has_none(fragment) and item in (state.profile.licences or ()) else [item]
    elif not _DENIES.search(fragment) or _BUT_HELD.search(fragment) or saying.tells("licence=held"):
        found.held.append(item)
        found.likely.append(item)


def _decide(
    brain: Brain, state: State, fragment: str, named: Sequence[Mention], found: _Found, whole: Answer | None
) -> None:
    """What one member of a list means: the finder's decision, or the one thing its name can mean.

    Where the whole message names one thing only and is certain of it, its other words have decided what that is.
    """
    knowledge = brain.knowledge
    sure: list[str] = []
    one_named = whole and whole.verdict is Verdict.ANSWER and len(whole.hits) == len(whole.mentions) == 1
    if whole and one_named and whole.mentions[0].text in fragment:
        sure = [hit.id for hit in whole.hits if hit.kind is Kind.ITEM and hit.id in whole.mentions[0].owners]
    answer = brain.finder.find(fragment)
    items = [hit for hit in answer.hits if hit.kind is Kind.ITEM]
    group = tuple(hit.id for hit in items) if answer.group else ()
    certain = [m.owners[0] for m in named if m.certain and m.owners[0] in knowledge.items]
    if answer.verdict in (Verdict.ANSWER, Verdict.WRONG_ACT) and items:
        found.held += sure or [hit.id for hit in items]
    elif answer.verdict is Verdict.UNLISTED and _is_meant(answer, named):
        found.unlisted.append(answer.hits[0].id)
    elif len(group) > 1:
        one = settle(brain, state, fragment, group, by_likeness=False)
        if one is None and whole:
            fitting = by_signs(brain, whole.question, group)
            one = fitting[0] if len(fitting) == 1 else None
        settled = [one] if one else []
        found.held += settled
        found.unsure = found.unsure or (() if settled else group)
    elif answer.verdict is Verdict.CHOOSE and items and _far_ahead(items):
        found.held.append(items[0].id)
        found.likely.append(items[0].id)
    elif len(set(certain)) == 1:
        found.held.append(certain[0])


def _is_meant(answer: Answer, named: Sequence[Mention]) -> bool:
    """Whether something that is not on the list is named, or likely enough where nothing on the list is named."""
    hit = answer.hits[0]
    if any(hit.id in m.owners for m in answer.mentions):
        return True
    return hit.score >= LIKELY and not any(m.certain and m.paper and not m.by_sound for m in named)


def speaks_of_the_same(state: State, answer: Answer) -> bool:
    """Whether a message points back to the licence that was spoken of, and names no other."""
    return any(_points_back(state, fragment, answer) for fragment, _ in _fragments(answer.question))


def _points_back(state: State, fragment: str, answer: Answer) -> bool:
    """Whether 那个证 means what was told of before: nothing is named by its letters, only perhaps by a likeness of sound."""
    spoken_of = state.profile.unsure_between or state.profile.licences
    named = any(m.text in fragment and not m.by_sound for m in answer.mentions)
    return bool(spoken_of) and not named and bool(_POINTS_BACK.search(fragment))


def _far_ahead(items: Sequence[Hit]) -> bool:
    """Whether the first is so much likelier than the second that a list need not stop to ask."""
    return items[0].score >= LIKELY and (len(items) == 1 or items[0].score >= 3 * items[1].score)


def _fragments(text: str) -> list[tuple[str, bool]]:
    """The members of what may be a list, and whether they stand in a clerk's shorthand (药经+三类械)."""
    clauses = [clause for clause in _CLAUSE.split(_SHORTHAND.sub("，", text)) if clause.strip()]
    parts = [(compact(part), "+" in clause or "＋" in clause) for clause in clauses for part in _LISTED.split(clause)]
    parts = [(piece, short) for part, short in parts for piece in _described_apart(part)]
    return [(part, short) for part, short in parts if len(part) >= 2]


def _described_apart(part: str) -> list[str]:
    """The papers that are described side by side: 特行那张和卫生那张."""
    pieces = re.split(r"和|跟|与", part)
    return pieces if all(map(describes, pieces)) else [part]


def _names_a_paper(name: str, fragment: str) -> bool:
    """Whether a licence is spoken of, not just a trade that shares its word (运输公司, 网吧)."""
    return bool(_PAPER.search(fragment) or _LICENCE_WORD.search(name) or _HAS_ONE.search(fragment))


def _speaks_of_a_licence(fragment: str, *, listing: bool, short: bool, alone: bool) -> bool:
    """Whether a fragment in which no name stands may still mean a licence."""
    if _DENIES.search(fragment) or len(fragment) > LONGEST_FRAGMENT:
        return False
    if listing and _POINTS_AT.search(fragment):
        return True
    return short or (bool(_PAPER.search(fragment)) and (listing or not alone))


def _settled(brain: Brain, state: State, text: str, items: Sequence[str]) -> list[str]:
    """The one item of several that this saying, the earlier ones or the trade decide for; nothing where none does."""
    if len(items) <= 1:
        return list(items)
    one = settle(brain, state, text, items)
    return [one] if one else []


def spoken(brain: Brain, items: Sequence[str]) -> str:
    """The names of items in one phrase."""
    return "、".join(wording.held(brain.knowledge, item) for item in items)
