"""Which licences a sentence tells of: held, denied, gone or kept; and which one is meant where a word means several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.actions.asking import usual_licences
from assistant.actions.brain import Brain
from assistant.actions.state import State
from assistant.checklist import wording
from assistant.retrieval.answer import Answer, Hit, Verdict
from assistant.retrieval.entries import Kind
from assistant.retrieval.mentions import Mention, Standing
from assistant.text import compact

_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_SMALL_PART = re.compile(r"[，,。；;！!？?、\s]+|还有|和")
_DENIES = re.compile(r"没|不|无")
_JOINED = re.compile(r"和|跟|与|及|同")
_LICENCE_WORD = re.compile(r"许可|备案|资质|登记|批|卡|[食烟药卫消危]")
_LISTED = re.compile(r"[+＋、/／]|还有|以及")
_ANY_BUSINESS = re.compile(
    r"^(公司|个体|企业|单位|执照)"
)  # a word for what one is, which by likeness may sound like a paper
_PAPER = re.compile(r"证|许可|备案|批文|批件|批复|资质|号牌|那个本|本本|(?:合格|资格|许可)正")
_DENIED_BEHIND = re.compile(
    r"^(?:的|那个|这个|许可|证)*(?:我们?家?|俺们?家?|咱们?家?|店里|厂里|公司|单位|从来|从|一直|根本|压根|倒|也|都|就|还)*"
    r"(?:没有?|未|不曾)(?:给|让)?(?:批|办|领|申请|申办|取得|拿|考|弄|搞)(?!理?完?注?[销停退])"
)
_POINTS_BACK = re.compile(
    r"[这那](?:个|张|本|样)(?:许可)?证(?:就行|就好|就可以|就中|吧|了)?$"
)  # 车的那个证: what is spoken of already
_GIVEN = re.compile(r"^.{0,6}?(?:发|给|办|批)的")  # 发的备案凭证
_NOT_THAT = ("不是", "没有", "又不是", "不拉", "不干")
LONGEST_FRAGMENT = 12
LIKELY = 0.6
SHORTEST_PART = 3


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


def licences_told(brain: Brain, state: State, answer: Answer, *, listing: bool) -> LicencesTold:
    """What the sentence tells; `listing` says that licences were asked for, so vaguer words count too."""
    knowledge = brain.knowledge
    found = _Found()
    fragments = _fragments(answer.question)
    whole = None if any(short for _, short in fragments) else answer
    for fragment, short in fragments:
        named = [
            m
            for m in answer.mentions
            if m.text in fragment
            and (m.certain or not _ANY_BUSINESS.match(m.text))
            and (listing or short or _names_a_paper(m.text, fragment))
        ]
        if _points_back(state, fragment, answer):
            continue
        denied = [m for m in named if m.standing is not Standing.HELD or _denied_behind(fragment, m.text)]
        for mention in denied:
            items = tuple(owner for owner in mention.owners if owner in knowledge.items)
            found.dropped += items if len(items) == 1 else _settled(brain, state, answer.question, items)
        if denied or not (
            named or _speaks_of_a_licence(fragment, listing=listing, short=short, alone=len(fragments) == 1)
        ):
            continue
        for part, own in _each(fragment, named):
            _decide(brain, state, part, own, found, whole)
    if listing:
        vague = (*by_part_of_name(brain, state, fragments), *by_issuer(brain, state, answer.question))
        found.likely += [item for item in vague if item not in found.held]
        found.held += [item for item in dict.fromkeys(vague) if item not in found.held]
        if not found.anything:
            found.held += [hit.id for hit in answer.hits if hit.kind is Kind.ITEM and answer.verdict is Verdict.ANSWER]
    return found.told()


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
    def anything(self) -> bool:
        return bool(self.held or self.dropped or self.unsure or self.unlisted)

    def told(self) -> LicencesTold:
        """Without what is dropped, and without a doubt that is settled."""
        held = tuple(item for item in dict.fromkeys(self.held) if item not in self.dropped)
        unsure = () if set(self.unsure) & set(held) else self.unsure
        unlisted = tuple(dict.fromkeys(self.unlisted))
        return LicencesTold(held, tuple(dict.fromkeys(self.dropped)), unsure, unlisted, tuple(self.likely))


def _decide(
    brain: Brain, state: State, fragment: str, named: Sequence[Mention], found: _Found, whole: Answer | None
) -> None:
    """What one member of a list means: the finder's decision, or the one thing its name can mean.

    Where the whole message names one thing only and is certain of it, its other words have decided what that is.
    """
    knowledge = brain.knowledge
    sure: list[str] = []
    if whole and whole.verdict is Verdict.ANSWER and len(whole.hits) == len(whole.mentions) == 1:
        sure = [hit.id for hit in whole.hits if hit.kind is Kind.ITEM]
    answer = brain.finder.find(fragment)
    items = [hit for hit in answer.hits if hit.kind is Kind.ITEM]
    group = tuple(hit.id for hit in items) if answer.group else ()
    certain = [m.owners[0] for m in named if m.certain and m.owners[0] in knowledge.items]
    if answer.verdict is Verdict.ANSWER and items:
        found.held += sure or [hit.id for hit in items]
    elif answer.verdict is Verdict.UNLISTED and _is_meant(answer, named):
        found.unlisted.append(answer.hits[0].id)
    elif len(group) > 1:
        one = settle(brain, state, fragment, group, by_likeness=False)
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


def _denied_behind(fragment: str, name: str) -> bool:
    """Whether it is said behind a name that it was never given: 二类精神药品我们没批过."""
    return bool(_DENIED_BEHIND.match(fragment[fragment.index(name) + len(name) :]))


def _far_ahead(items: Sequence[Hit]) -> bool:
    """Whether the first is so much likelier than the second that a list need not stop to ask."""
    return items[0].score >= LIKELY and (len(items) == 1 or items[0].score >= 3 * items[1].score)


def _fragments(text: str) -> list[tuple[str, bool]]:
    """The members of what may be a list, and whether they stand in a clerk's shorthand (药经+三类械)."""
    clauses = [clause for clause in _CLAUSE.split(text) if clause.strip()]
    parts = [(compact(part), "+" in clause or "＋" in clause) for clause in clauses for part in _LISTED.split(clause)]
    return [(part, short) for part, short in parts if len(part) >= 2]


def _names_a_paper(name: str, fragment: str) -> bool:
    """Whether a licence is spoken of, not just a trade that shares its word (运输公司, 网吧)."""
    return bool(_PAPER.search(fragment)) or bool(_LICENCE_WORD.search(name))


def _speaks_of_a_licence(fragment: str, *, listing: bool, short: bool, alone: bool) -> bool:
    """Whether a fragment in which no name stands may still mean a licence."""
    if _DENIES.search(fragment) or len(fragment) > LONGEST_FRAGMENT:
        return False
    return short or (bool(_PAPER.search(fragment)) and (listing or not alone))


def _settled(brain: Brain, state: State, text: str, items: Sequence[str]) -> list[str]:
    """The one item of several that this saying, the earlier ones or the trade decide for; nothing where none does."""
    if len(items) <= 1:
        return list(items)
    one = settle(brain, state, text, items)
    return [one] if one else []


def settle(brain: Brain, state: State, text: str, members: Sequence[str], *, by_likeness: bool = True) -> str | None:
    """Which of the members is meant: by signs in the words said so far, by the trade, or (`by_likeness`) by the finder."""
    knowledge = brain.knowledge
    trade = knowledge.industries.get(state.profile.industry or "")
    told = f"{trade.name} {' '.join(trade.aliases)}" if trade else ""
    for source in (text, " ".join(state.memory.said), told):
        fitting = _by_signs(brain, source, members)
        if len(fitting) == 1:
            return fitting[0]
    usual = [member for member in members if member in usual_licences(knowledge, state)]
    if len(usual) == 1:
        return usual[0]
    hit = brain.finder.among(text, members) if by_likeness else None
    return hit.id if hit and hit.score >= LIKELY else None


def _by_signs(brain: Brain, text: str, members: Sequence[str]) -> list[str]:
    """The members for which a sign word of their common group stands in the text."""
    groups = (g for g in brain.knowledge.groups.values() if set(members) <= {option.guide for option in g.options})
    options = [option for group in groups for option in group.options if option.guide in members]
    said = _standing_in(text, {compact(sign) for option in options for sign in option.signs})
    return list(dict.fromkeys(o.guide for o in options if said.intersection(map(compact, o.signs))))


def _standing_in(text: str, words: Iterable[str]) -> set[str]:
    """The words that stand in a text: not in the middle of an earlier or a longer one (非煤矿山), and not denied."""
    plain = compact(text)
    taken = [False] * len(plain)
    found: set[str] = set()
    places = [(match.start(), word) for word in words if word for match in re.finditer(re.escape(word), plain)]
    for start, word in sorted(places, key=lambda place: (-len(place[1]), place[0])):
        if not any(taken[start : start + len(word)]):
            taken[start : start + len(word)] = [True] * len(word)
            found |= set() if plain[:start].endswith(_NOT_THAT) else {word}
    return found


def by_issuer(brain: Brain, state: State, text: str) -> list[str]:
    """Licences of the trade that are told by who issued them (派出所发过一个, 消防的) or by a word of their name."""
    usual = usual_licences(brain.knowledge, state)
    found: list[str] = []
    for clause in filter(None, map(compact, _SMALL_PART.split(text))):
        if _DENIES.search(clause):
            continue
        for department in brain.knowledge.departments.values():
            names = {department.name.removeprefix("地区"), *department.aliases}
            if any(
                compact(name) in clause or compact(name).removesuffix("队").removesuffix("局") + "的" in clause
                for name in names
            ):
                own = [i for i in usual if brain.knowledge.items[i].department == department.id]
                if len(own) == 1:
                    found.append(own[0])
    return found


def by_part_of_name(brain: Brain, state: State, fragments: Sequence[tuple[str, bool]]) -> list[str]:
    """Licences of the trade that are told by a part of their name alone (备案证 in a clinic, 经营许可证 in a haulage firm)."""
    usual = usual_licences(brain.knowledge, state)
    found: list[str] = []
    for part in (
        small for fragment, _ in fragments for small in re.split(r"和|跟|与|[一两二三四五六七八九十几0-9]+个", fragment)
    ):
        part = _GIVEN.sub("", part)
        if len(part) >= SHORTEST_PART and not _DENIES.search(part):
            names = {
                i: compact(f"{brain.knowledge.items[i].name} {brain.knowledge.items[i].certificate or ''}")
                for i in usual
            }
            fitting = [item for item, name in names.items() if part in name]
            found += fitting if len(fitting) == 1 else []
    return found


def spoken(brain: Brain, items: Sequence[str]) -> str:
    """The names of items in one phrase."""
    return "、".join(wording.held(brain.knowledge, item) for item in items)
