"""Which licences a sentence tells of: held, denied, gone or kept; and which one is meant where a word means several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from assistant.actions.brain import Brain
from assistant.actions.by_trade import (
    DENIES,
    by_issuer,
    by_part_of_name,
    described,
    describes,
)
from assistant.actions.denying import denied, denied_together, has_none
from assistant.actions.describing import (
    BARE_PAPER,
    ONLY_ISSUED,
    POINTS_BEFORE,
    SAYS_WHICH,
    as_issued,
    describe,
    named_before,
    of_the_trade,
    speaks_of_a_paper,
)
from assistant.actions.others import (
    denied_after_all,
    given_back_after_all,
    not_kept_either,
    not_ours,
    of_our_trade,
    recalled,
    told_by_their_own_names,
)
from assistant.actions.settling import LIKELY, by_signs, instead, settle
from assistant.actions.state import State
from assistant.actions.told_licences import Found, LicencesTold
from assistant.checklist import wording
from assistant.retrieval.answer import Answer, Hit, Verdict
from assistant.retrieval.entries import Kind
from assistant.retrieval.mentions import Mention
from assistant.text import PAUSE, compact

_SHORTHAND = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")  # a clerk's spaces
_POINTS_AT = re.compile(r".那[个张本样]$")  # 卖烟那个
_POINTED = re.compile(r"那[张本个]|(?:发|给|批)(?:过|了)?(?:的|一[张本个])")  # 照和证都销 points at none
_JOINED = re.compile(r"和|跟|与|及|同")
_LICENCE_WORD = re.compile(r"许可|备案|资质|登记|批|卡|[食烟药卫消危]")
LISTED = re.compile(r"[+＋、/／]|还有|以及")  # between the members of a list
_ANY_BUSINESS = re.compile(
    r"^(公司|个体|企业|单位|执照)"
)  # a word for what one is, which by likeness may sound like a paper
_PAPER = re.compile(r"证|许可|备案|批文|批件|批复|资质|号牌|那个本|本本|(?:合格|资格|许可)正")
_POINTS_BACK = re.compile(
    r"[这那](?:个|张|本|样)(?:许可)?证(?:就行|就好|就可以|就中|吧|了)?$"
)  # 车的那个证: what is spoken of already
_SAME_PAPER = re.compile(r"(?:办|要|用|管|换|发|给|查)那个(?:了|的)?$")  # 卫生许可证没有，人说饭店现在不办那个了
_HAS_ONE = re.compile(
    r"(?:有|[办领批发考给](?:过|了)|^)一?[个张本份].{2,}的$"
)  # 还有个演出经纪的, 前几年还办了个兽药的
_IS_THAT = re.compile(r"[那这]个(?:证|本)?(?:就)?是.{2,}的$")  # 演出那个是演出经纪机构的
_HAS_NONE = re.compile(r"^[^，]{0,6}(?:没有?|无|没办过?)(?!了)[^，]{2,}$")  # 没有印刷经营许可证
_HOLDS_ON = re.compile(
    r"[哎诶欸哦噢啊]?(?:等一?[下会等]儿?|慢着|且慢|先别急|我想想|(?:不是)+|不对)[哈啊哦]?"
)  # says nothing itself
LONGEST_FRAGMENT = 12
SEVERAL = 3  # side by side: a list, whatever was asked
MOST_LATER = 4  # fragments: how far behind a name its denial may stand


def licences_told(brain: Brain, state: State, answer: Answer, *, listing: bool, telling: bool = False) -> LicencesTold:
    """What the sentence tells.

    `listing`: licences were asked for, so vaguer words count too; `telling`: this tells of a business, so what is only
    described counts.
    """
    knowledge = brain.knowledge
    found = Found()
    fragments = fragments_of(answer.question, answer.mentions)
    found.dropped += denied_after_all(brain, state, fragments)
    together = denied_together(answer.question, answer.mentions)
    taken_back = recalled(brain, state, [part for part, _ in fragments])
    found.dropped += taken_back
    found.held += not_kept_either(brain, state, [part for part, _ in fragments])
    found.surely_not = (*taken_back, *(item for m in answer.mentions if m.text in together for item in m.owners))
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
        before_names = any(mention.text in before for mention in answer.mentions)
        before = "" if before_names else before  # it speaks for itself
        count, held = found.count, len(found.held)
        after = fragments[at + 1][0] if at + 1 < len(fragments) else ""
        if before_names and _SAME_PAPER.search(fragment):
            continue
        later = _without_names(answer, fragments[at + 2 : at + MOST_LATER])
        by_trade = of_our_trade(brain, state, fragment)
        of_others = not_ours(fragment, after, later) and not by_trade
        if of_others and not named:
            continue
        if not named and ONLY_ISSUED.search(fragment) and SAYS_WHICH.search(after):
            one = described(brain, state, fragment + after)
            found.held += [one] if one else []
            found.likely += [one] if one else []
            used = at + 1 if one else used
            continue
        given_back = given_back_after_all([part for part, _ in fragments[at + 1 :]])
        refused = [
            m
            for m in named
            if of_others or m.text in together or (denied(fragment, m) and not (given_back or by_trade))
        ]
        for mention in refused:
            items = tuple(owner for owner in mention.owners if owner in knowledge.items)
            if len(items) > 1 and not of_others and _HAS_NONE.search(fragment):  # another one of that name
                items = tuple(item for item in items if item not in (state.profile.licences or ()))
            if mention.group:
                plainly = told_by_their_own_names(brain, state)
                items = tuple(item for item in items if item not in plainly)
            found.dropped += items if len(items) == 1 else _settled(brain, state, answer.question, items)
        if not refused and (
            named or _speaks_of_a_licence(fragment, listing=listing, short=short, alone=len(fragments) == 1)
        ):
            pointed_at = before if POINTS_BEFORE.match(fragment) else ""
            issued = as_issued(brain, state, fragment, after, named)
            found.held += issued
            found.likely += issued
            used = at + 1 if issued else used
            for part, own in _each(pointed_at + fragment, named) if not issued else ():
                _decide(brain, state, part, own, found, whole)
        told_already = set(found.held[held:]) <= set(state.profile.licences or ())
        if not named and before and found.held[held:] and told_already:
            other = described(brain, state, f"{before}，另有{fragment}")  # 给人介绍工作，还有一个人社的许可证
            found.held += [other] if other else []
            found.likely += [other] if other else []
        if found.count == count and not named and at and BARE_PAPER.match(fragment):
            found.held += named_before(brain, answer.mentions, fragments[at - 1][0])
        if found.count == count and not (of_others or any(m.paper for m in named)):
            trades_own = of_the_trade(brain, state, fragment)
            found.held += trades_own
            found.likely += trades_own
        if (
            found.count == count
            and not (short or of_others)
            and (listing or state.asked is not None or (telling and _POINTED.search(fragment)))
            and speaks_of_a_paper(fragment)
        ):
            describe(brain, state, fragment, (before, after), found)
    found.held += instead(brain, answer.question, found)
    stranger = answer.verdict is Verdict.UNLISTED
    if stranger and state.asked is not None and not found.anything and any(describes(part) for part, _ in fragments):
        found.unlisted.append(answer.hits[0].id)
    elif stranger and found.unsure and not found.held and not found.unlisted:  # 安许证也有一本，建筑施工的
        found.unsure = ()
        found.unlisted.append(answer.hits[0].id)
    if listing:
        ours = [
            (fragment, short)
            for (fragment, short), (after, _) in zip(
                fragments, (*fragments[1:], ("", False)), strict=False
            )  # no fragment: 否
            if not not_ours(fragment, after)
        ]
        spoken_of = answer.question if len(ours) == len(fragments) else "，".join(fragment for fragment, _ in ours)
        vague = (*by_part_of_name(brain, state, ours), *by_issuer(brain, state, spoken_of))
        found.likely += [item for item in vague if item not in found.held]
        found.held += [item for item in dict.fromkeys(vague) if item not in found.held]
        if not found.anything and len(ours) == len(fragments):
            alike = [hit.id for hit in answer.hits if hit.kind is Kind.ITEM and answer.verdict is Verdict.ANSWER]
            gone = any(has_none(part) for part, _ in fragments)
            found.dropped += alike if gone else []
            found.held += [] if gone else alike
    return found.told()


def _without_names(answer: Answer, fragments: Iterable[tuple[str, bool]]) -> list[str]:
    """The fragments before the next one in which something is named."""
    unnamed = takewhile(lambda one: not any(m.text in one[0] for m in answer.mentions), fragments)
    return [fragment for fragment, _ in unnamed]


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


def _decide(
    brain: Brain, state: State, fragment: str, named: Sequence[Mention], found: Found, whole: Answer | None
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
    return any(_points_back(state, fragment, answer) for fragment, _ in fragments_of(answer.question))


def _points_back(state: State, fragment: str, answer: Answer) -> bool:
    """Whether 那个证 means what was told of before: nothing is named by its letters, only perhaps by a likeness of sound."""
    spoken_of = state.profile.unsure_between or state.profile.licences
    named = any(m.text in fragment and not m.by_sound for m in answer.mentions)
    return bool(spoken_of) and not named and bool(_POINTS_BACK.search(fragment))


def _far_ahead(items: Sequence[Hit]) -> bool:
    """Whether the first is so much likelier than the second that a list need not stop to ask."""
    return items[0].score >= LIKELY and (len(items) == 1 or items[0].score >= 3 * items[1].score)


def fragments_of(text: str, mentions: Iterable[Mention] = ()) -> list[tuple[str, bool]]:
    """The members of what may be a list, and whether they stand in a clerk's shorthand (药经+三类械)."""
    clauses = [clause for clause in PAUSE.split(_SHORTHAND.sub("，", text)) if clause.strip()]
    parts = [(part, "+" in clause or "＋" in clause) for clause in clauses for part in _members(clause, mentions)]
    parts = [(piece, short) for part, short in parts for piece in _described_apart(part)]
    return [(part, short) for part, short in parts if len(part) >= 2 and not _HOLDS_ON.fullmatch(part)]


def _members(clause: str, mentions: Iterable[Mention]) -> list[str]:
    """The members of a list; what stands on both sides of a mark within a name stays together: 修建码头、渔塘许可."""
    found: list[str] = []
    for part in map(compact, LISTED.split(clause)):
        last = found[-1] if found else ""
        if any(m.text in last + part and m.text not in last and m.text not in part for m in mentions):
            found[-1] = last + part
        else:
            found.append(part)
    return found


def _described_apart(part: str) -> list[str]:
    """The papers that are described side by side: 特行那张和卫生那张."""
    pieces = re.split(r"和|跟|与", part)
    return pieces if all(map(describes, pieces)) else [part]


def _names_a_paper(name: str, fragment: str) -> bool:
    """Whether a licence is spoken of, not just a trade that shares its word (运输公司, 网吧)."""
    return bool(
        _PAPER.search(fragment) or _LICENCE_WORD.search(name) or _HAS_ONE.search(fragment) or _IS_THAT.search(fragment)
    )


def _speaks_of_a_licence(fragment: str, *, listing: bool, short: bool, alone: bool) -> bool:
    """Whether a fragment in which no name stands may still mean a licence."""
    if DENIES.search(fragment) or len(fragment) > LONGEST_FRAGMENT:
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
