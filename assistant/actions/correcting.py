"""Licences that were told by mistake: what a correction takes back, and what it names instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from assistant.actions.asking import shared_group
from assistant.actions.brain import Brain
from assistant.actions.by_trade import NOT_HELD
from assistant.actions.denying import has_none, theirs
from assistant.actions.said import HARDLY, Said
from assistant.actions.settling import by_office, by_signs
from assistant.actions.state import State
from assistant.actions.told_licences import LicencesTold
from assistant.text import NOT_SO, compact_clauses

_SLIPPED = rf"{NOT_SO}|不是不是|(?:说|弄|搞|记|看|整|打|写|输|发)(?:错字?|差|串|反)|错了|(?:说|搞|弄|记|整)岔"
_OPENING = r"(?:[哎啊哦噢呀嗨咳唉嗯额呃]|等等|等一?[下会]儿?|那个|我)*"
_CORRECTS = re.compile(
    rf"(?:^|，){_OPENING}(?:{_SLIPPED}|嘴瓢|[瞧看]我这(?:张?嘴|记性|脑子)|口误|笔误|说?秃噜嘴?|更正|纠正|改一?下|刚才.{{0,4}}(?:不算|错)|(?:刚才|上面)那?[句个]?是[^，]{{1,6}}(?:打|发|说|写)的)|^{_OPENING}不是那个|"
    # 哎不是网约，是带顶灯的出租车; not 不是我们办的，是房东办的
    rf"^{_OPENING}不是(?!我|俺|咱|你|人家|许可|证|自己(?:办|跑|去|弄))[^，]{{1,12}}，(?=(?:[^，]{{1,8}}，)?(?:其实|应该|那)?是)"
)
_LOOKS_AGAIN = re.compile(
    r"翻(?:翻|出来|了翻|着了)|(?:又|再)看了|看了[一]?眼|不是不是|(?:证|本|上[面头边]?)(?:上|里)?(?=(?:盖|写|印)(?:着|的))|(?=(?:盖|写)的(?!我|俺|他|她|法人|老板)(?:是|那)?)|(?:^|，)(?:我们?|咱们?|俺们?|其实)*(?:做|干|搞|跑)的(?:就|都)?(?=是)"
)
_BESIDES = re.compile(
    r"还有|也(?:在|有|算|退|销|得|要|不要)|另外|再加|再就是|都有|对了|差点(?:忘|落)|(?:翻|找|掏)(?:出来?|着|到)了?，?(?:个|[一两俩三仨几]?[个张本样])|还翻|又翻"
)  # 翻出来一个烟草的 adds to what was told


def corrects(text: str) -> bool:
    """Whether a message puts right what was said before: 说岔了."""
    return _correction(text) is not None


def _correction(text: str) -> re.Match[str] | None:
    """The first words that correct, in the clauses of a message."""
    return _CORRECTS.search("，".join(compact_clauses(text)))


def taken_back(brain: Brain, state: State, said: Said, fresh: Iterable[str]) -> str | None:
    """The licence that was told just before by mistake: 有个采矿证, then 不对，写的河道采砂."""
    last = (state.profile.licences or (None,))[-1]
    if last is None or last in fresh or not state.memory.said:
        return None
    if _BESIDES.search(said.text):
        return None
    mixed_up = shared_group(brain.knowledge, (last, *fresh)) is not None
    correction = _correction(said.text)
    at_once = correction is not None and correction.start() == 0  # what is told then stands for what was told before
    if not (at_once or (mixed_up and _LOOKS_AGAIN.search(said.text))):
        return None
    before = brain.finder.find(state.memory.said[-1])
    told = {owner for mention in before.mentions for owner in mention.owners} | {hit.id for hit in before.hits[:1]}
    return last if last in told else None


def corrected(brain: Brain, state: State, said: Said, told: LicencesTold, by_rules: Collection[str]) -> LicencesTold:
    """What a message tells, and of the licences told before the one that it corrects: 不对，我们是批发 after 零售的.

    Before any is told the one that was asked about counts. Only licences that people mix up stand for each other; of what
    is not mixed up nothing is taken back here. What was found not `by_rules` but by guessing makes room.
    """
    held = state.spoken_of(brain.knowledge)
    put_right, denied = _put_right(brain, said.text)
    if said.asking or not held or not put_right or _BESIDES.search(said.text):
        return told
    sure = tuple(one for one in told.held if one in by_rules)
    by_words = replace(told, held=sure)
    for item in reversed(held):
        for group in brain.knowledge.groups.values():
            alike = [one for one in group.members if one != item and one in brain.knowledge.items and one not in held]
            if item in group.members and (right := _meant_instead(brain, put_right, denied, by_words, item, alike)):
                guessed = {*told.held} - {*sure, *group.members}
                return _instead(replace(told, held=tuple(i for i in told.held if i not in guessed)), item, right)
    return told


def _meant_instead(
    brain: Brain, text: str, denied: str, told: LicencesTold, item: str, alike: Sequence[str]
) -> str | None:
    """The one of those `alike` that is named, or else for which alone a sign or its office speaks."""
    gone = item in told.dropped or item in by_signs(brain, denied, (item, *alike))
    if item in told.held and not gone:
        return None
    named = [one for one in told.held if one in alike]
    if named or set(told.held) - {item}:
        return named[0] if len(named) == 1 else None
    signs: Sequence[str] = by_signs(brain, text, (item, *alike))
    if item in signs and not gone:  # 我家是批发，给各个小店供货的
        by_clause = (by_signs(brain, clause, (item, *alike)) for clause in text.split("，"))
        signs = next((one for one in by_clause if len(one) == 1), signs)
    others = [one for one in signs if one in alike]
    if others:
        return others[0] if len(others) == 1 and (gone or item not in signs) else None
    # Of an office also one that is on the list already: 盖的人社局的章, where its licence was only guessed before.
    groups = (group.members for group in brain.knowledge.groups.values() if item in group.members)
    office = by_office(brain, text, tuple(dict.fromkeys(member for members in groups for member in members)))
    return office if office != item else None


def _put_right(brain: Brain, text: str) -> tuple[str, str]:
    """What a correction says of papers behind the words that correct, and what it denies; nothing where it is none."""
    clauses = "，".join(compact_clauses(text))
    said_before = [match.end() for pattern in (_CORRECTS, _LOOKS_AGAIN) for match in pattern.finditer(clauses)]
    if not said_before:
        return "", ""
    behind = clauses[max(said_before) :].strip("了，的") or clauses
    of_papers = [clause for clause in behind.split("，") if not _of_the_business(brain, clause)]
    denied = [
        clause
        for clause in of_papers
        if has_none(clause) or NOT_HELD.search(clause) or theirs(clause) or HARDLY.search(clause)
    ]
    return "，".join(clause for clause in of_papers if clause not in denied), "，".join(denied)


def _of_the_business(brain: Brain, clause: str) -> bool:
    """Whether a clause says what the business is or where: 不是公司, 执照上写的个体."""
    told = brain.facts.find(clause)
    return "执照" in clause or not {"enterprise_type", "place"}.isdisjoint({*told.facts, *told.rejected})


def _instead(told: LicencesTold, wrong: str, right: str) -> LicencesTold:
    held = (*(one for one in told.held if one not in (wrong, right)), right)
    dropped = tuple(dict.fromkeys((*(one for one in told.dropped if one != right), wrong)))
    unsure = () if right in told.unsure else told.unsure
    return replace(told, held=held, dropped=dropped, unsure=unsure)
