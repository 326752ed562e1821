"""Names that stand in a sentence: which licence is spoken of, by its letters, by their shape or by their sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.entries import Entry, Kind, Role
from assistant.retrieval.owned import Owned, Places
from assistant.retrieval.papers import ENDING, ENDINGS, PAPER, listed, parts
from assistant.retrieval.standing import Standing, standing
from assistant.text import clauses, compact, cut_pinyin, initials, shaped, sounds_one_by_one, syllables

__all__ = ["Mention", "Mentions", "Standing", "variants"]

LONGEST = 30
LONGEST_BY_SOUND = 14
LONG_BY_SOUND = 5  # syllables: a name so long is meant, though a piece of it is a name of its own
SHORTEST_INITIALS = 5
KEPT = 16_384  # names whose spellings the finder over the next knowledge need not work out again
_ONLY = re.compile(r"只(?=[销退消])")
_SMALL_WORDS = frozenset("怎咋吗呢吧不了这着啥什么哪谁几")  # never a misspelt part of a name
_ACT = re.compile(r"注销|销户|吊销")
_NO_PAPER_BEHIND = re.compile(r"[式在好常要想是规当确经赶]")  # 正 is no 证 then
_ON_HOLIDAY = re.compile(r"[放请休寒暑]假$")
_THAT_PAPER = re.compile(r"[那这][张本]$")  # 消防那张
_LICENCE_END = re.compile(rf"(的那个|的|那个|那)?{ENDING}$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the (compact) text that names one or several entries."""

    text: str
    start: int
    end: int
    owners: tuple[str, ...]  # entry ids
    group: str | None  # the confusion group whose word this is
    by_sound: bool
    standing: Standing
    paper: bool = True  # a paper or an account to give back is named, not just a trade or a business

    @property
    def certain(self) -> bool:
        """Whether it can mean one thing only."""
        return len(self.owners) == 1


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch that is a known name, before anything is known about it."""

    start: int
    end: int
    owners: tuple[str, ...]
    group: str | None
    by_sound: bool


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One way to write a name."""

    text: str
    shape: str
    initials: str  # of its sounds
    sounds: tuple[tuple[str, ...], ...]  # read as a word and character by character, where that differs; three or more
    paper: bool  # whether a paper is named


class Mentions:
    """All names and aliases, ready to be found in a sentence."""

    def __init__(self, knowledge: Knowledge, entries: Sequence[Entry]) -> None:
        self._letters, self._group, told = _names(knowledge, entries)
        self._short = _short_names(entries)
        self._refused = {compact(word) for one in knowledge.redirects.values() if one.goes_first for word in one.words}
        known = {entry.id for entry in entries}
        self._signs = {
            group.id: [(o.guide, tuple(map(compact, o.signs))) for o in group.options if o.guide in known]
            for group in knowledge.groups.values()
        }
        self._shapes: dict[str, str] = {}
        typed, sounds = Owned[str](), Owned[tuple[str, ...]]()
        self._sound_group: dict[tuple[str, ...], str] = {}
        self._paper_sounds: set[tuple[str, ...]] = set()
        for text, owners in self._letters.items():
            if len(text) < 2:
                continue
            one = told[text]
            if len(text) >= 3:
                self._shapes[one.shape] = text
            if len(text) >= SHORTEST_INITIALS:
                typed.add(one.initials, owners)
            for key in one.sounds:
                sounds.add(key, owners)
                if one.paper:
                    self._paper_sounds.add(key)
                if text in self._group:
                    self._sound_group[key] = self._group[text]
        self._initials, self._sounds = typed.owners, sounds.owners
        self._looks = Places((told[text].shape for text in self._letters if 2 <= len(text) <= LONGEST), 2)
        self._heard = Places((key for key in self._sounds if len(key) <= LONGEST_BY_SOUND), 3)

    def find(self, text: str) -> tuple[Mention, ...]:
        """The longest names in the text that do not overlap, in the order in which they are said."""
        plain = compact(text)
        taken = [False] * len(plain)
        places = clauses(text)
        lists = list(listed(parts(text), lambda name: len(self._letters.get(name, ()))))
        found = [
            *self._by_letters(plain, places, taken),
            *self._by_list(lists, taken),
            *self._by_initials(plain, taken),
        ]
        heard = list(self._by_sound(plain, places, taken, found))
        found = [one for one in found if not any(other.start <= one.start and one.end <= other.end for other in heard)]
        found = sorted((*found, *heard), key=lambda one: one.start)
        found = list(self._grown_together(plain, found))
        ends = {end for _, end, _ in lists}
        return tuple(self._mention(text, plain, places, one, found, listed=one.end in ends) for one in found)

    def narrowed(self, group: str, plain: str) -> tuple[str, ...]:
        """The members of a confusion group for which a word in the text decides; none where nothing does."""
        return tuple(guide for guide, signs in self._signs[group] if any(sign in plain for sign in signs))

    # ---- finding ------------------------------------------------------------------------------------------------
    def _by_letters(self, plain: str, places: Sequence[int], taken: list[bool]) -> Iterator[_Found]:
        """Names as they are written, or with characters that look alike (菅 for 营); what is refused before all others."""
        looks = shaped(plain)
        stretches = ((start, start + length) for start, length in self._looks.within(looks))
        for start, end in sorted(stretches, key=lambda one: plain[slice(*one)] not in self._refused):
            length = end - start
            name: str | None = plain[start:end]
            if name not in self._letters:
                name = self._shapes.get(looks[start:end])
            if name in self._refused and _of_two_words(plain, places, start, end):
                continue
            if _ACT.match(plain, start) and len(set(places[start:end])) > 1:
                continue  # 公司要注销，执照 … does not name 注销执照
            if name in self._letters and not any(taken[start:end]) and not _within_a_word(plain, start, end):
                taken[start:end] = [True] * length
                yield _Found(start, end, self._letters[name], self._group.get(name), by_sound=False)

    def _by_list(self, lists: Sequence[tuple[int, int, str]], taken: list[bool]) -> Iterator[_Found]:
        """Names that share their ending with the last of a list (食品、器械这些证)."""
        for start, end, name in lists:
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                yield _Found(start, end, self._letters[name], self._group.get(name), by_sound=False)

    def _by_initials(self, plain: str, taken: list[bool]) -> Iterator[_Found]:
        """Names of which only the first letters of the sounds were typed (spjyxkz)."""
        for run in re.finditer(rf"[a-z]{{{SHORTEST_INITIALS},}}", plain):
            owners = self._initials.get(run[0])
            if owners and not any(taken[run.start() : run.end()]) and cut_pinyin(run[0]) is None:
                taken[run.start() : run.end()] = [True] * len(run[0])
                yield _Found(run.start(), run.end(), owners, None, by_sound=True)

    def _by_sound(
        self, plain: str, places: Sequence[int], taken: list[bool], found: Sequence[_Found]
    ) -> Iterator[_Found]:
        """Names typed with wrong characters or in pinyin, where no name was found by its letters, or only a piece of them.

        副射安全许可证 is misspelt, though 安全许可证 is a name too.
        """
        sounds: list[tuple[str, int, int]] = []
        misspelt = [False] * len(plain)
        at = 0
        for piece in re.findall(r"[a-z]+|[0-9]+|[^a-z0-9]", plain):
            sounds += [(sound, at, at + len(piece)) for sound in syllables(piece)]
            at += len(piece)
        heard = tuple(sound for sound, _, _ in sounds)
        for first, length in self._heard.within(heard):
            key = heard[first : first + length]
            start, end = sounds[first][1], sounds[first + length - 1][2]
            if plain[start] in "销退" or plain[max(start - 1, 0) : start + 1] == "备案" or _ONLY.match(plain, start):
                continue  # 销车的那个证 is not 校车的证, 只销许可证 not 直销许可证, nor does a name begin inside 备案
            if plain[start:end] in self._refused and _of_two_words(plain, places, start, end):
                continue
            if plain[end - 1] == "正" and _NO_PAPER_BEHIND.match(plain, end):
                continue  # 采石场正式闭坑
            pieces = [one for one in found if one.start < end and start < one.end]
            within = all(start <= one.start and one.end <= end and one.end - one.start < length - 1 for one in pieces)
            replaced = bool(pieces) and within and length >= LONG_BY_SOUND
            free = replaced or not any(taken[start:end])
            if free and not any(misspelt[start:end]) and not _SMALL_WORDS & set(plain[start:end]):
                taken[start:end] = misspelt[start:end] = [True] * (end - start)
                yield _Found(start, end, self._sounds[key], self._sound_group.get(key), by_sound=True)

    def _grown_together(self, plain: str, found: Sequence[_Found]) -> Iterator[_Found]:
        """The names found, one that goes on into the next with it: 卫健委的放射, 诊疗证 are 放射诊疗证 of the 卫健委."""
        before: _Found | None = None
        for one in found:
            if before and before.end == one.start and self._reaches_over(plain, before, one):
                before = replace(before, end=one.end)
                continue
            if before:
                yield before
            before = one
        if before:
            yield before

    def _reaches_over(self, plain: str, first: _Found, second: _Found) -> bool:
        """Whether a name of the first's owners begins within the first and ends with the second."""
        names = (plain[at : second.end] for at in range(first.start + 1, first.end))
        return first.owners != second.owners and any(self._letters.get(name) == first.owners for name in names)

    def _mention(
        self, text: str, plain: str, places: Sequence[int], one: _Found, found: Sequence[_Found], *, listed: bool
    ) -> Mention:
        """The mention with what the words around it decide: first those of its clause, then all the others."""
        name = plain[one.start : one.end]
        owners = one.owners
        if one.group:
            others = [o for o in found if o is not one and (o.group or _LICENCE_END.search(plain[o.start : o.end]))]
            hidden = [any(o.start <= at < o.end for o in others) for at in range(len(plain))]
            around = "".join("　" if one.start <= at < one.end else c for at, c in enumerate(plain))
            free = "".join("　" if hidden[at] else c for at, c in enumerate(around))
            here = places[one.start] if one.start < len(places) else 0
            near = "".join(c for at, c in enumerate(free) if at < len(places) and places[at] == here)
            for told in (near, free, around):
                narrowed = self.narrowed(one.group, told)
                if narrowed:
                    owners = narrowed
                    break
        named = bool(PAPER.search(name) or _THAT_PAPER.search(name))
        paper = listed or name in self._short or named or syllables(name) in self._paper_sounds
        return Mention(name, one.start, one.end, owners, one.group, one.by_sound, standing(text, name), paper)


def _names(
    knowledge: Knowledge, entries: Sequence[Entry]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, _Spelling]]:
    """Every spelling with the entries it can mean, the confusion groups by their words, and what each spelling is like."""
    known = {entry.id for entry in entries}
    members = {group.id: set(group.members) & known for group in knowledge.groups.values()}
    spoken_by_groups = {compact(word) for group in knowledge.groups.values() for word in group.words}
    named, made = Owned[str](), Owned[str]()
    letters = named.owners
    told: dict[str, _Spelling] = {}
    for entry in entries:
        alone = (entry.id,)
        for text in entry.texts(Role.NAME, Role.ALIAS):
            plain = compact(text)
            spellings = _spelt(plain)
            if len(plain) >= 2:
                named.add(plain, alone)
            variable = entry.kind is not Kind.REDIRECT and plain not in spoken_by_groups
            for one in spellings:
                told[one.text] = one
                if variable:
                    made.add(one.text, alone)
    groups: dict[str, str] = {}
    asked = [
        (group, tuple(sorted(members[group.id]))) for group in knowledge.groups.values() if len(members[group.id]) > 1
    ]
    for group, owners in asked:
        for word in group.words:
            groups[compact(word)] = group.id
            letters[compact(word)] = owners
    for group, owners in asked:
        for word in group.words:
            for one in _spelt(compact(word)):
                told[one.text] = one
                if one.text not in letters and one.text not in made.owners:
                    groups[one.text] = group.id
                    letters[one.text] = owners
    for variant, owners in made.owners.items():
        letters.setdefault(variant, owners)
    return letters, groups, told


def _short_names(entries: Sequence[Entry]) -> frozenset[str]:
    """Short forms of papers (食经, 药经): an entry has them both with 证 and without."""
    found: set[str] = set()
    for entry in entries:
        names = {compact(text) for text in entry.texts(Role.NAME, Role.ALIAS)}
        ends = [(name, _LICENCE_END.search(name)) for name in names]
        found |= {name[: end.start()] for name, end in ends if end and end[1] is None} & names
    return frozenset(found)


@lru_cache(maxsize=KEPT)
def _spelt(name: str) -> tuple[_Spelling, ...]:
    """A (compact) name in all its spellings, from two characters on."""
    spellings = []
    for text in variants(name):
        sounds = dict.fromkeys((syllables(text), sounds_one_by_one(text)))
        heard = tuple(key for key in sounds if len(key) >= 3)
        spellings.append(_Spelling(text, shaped(text), initials(text), heard, PAPER.search(text) is not None))
    return tuple(spellings)


def variants(plain: str) -> tuple[str, ...]:
    """The (compact) text and, for a licence, its stem with the endings people use alike (许可证, 许可, 证, 的证)."""
    result = [plain]
    ending = _LICENCE_END.search(plain)
    if ending and len(plain[: ending.start()]) >= 2:
        stem = plain[: ending.start()]
        filed = "备案" in ending[0]  # what is only filed is not called a 许可
        result += [stem + other for other in ENDINGS if not (filed and "许可" in other)]
        if len(stem) >= 4 and ending[1] is None:  # 宠物医院的证 names a licence, 宠物医院 does not
            result.append(stem)
    return tuple(dict.fromkeys(v for v in result if len(v) >= 2))


def _of_two_words(plain: str, places: Sequence[int], start: int, end: int) -> bool:
    """Whether what looks like a word for forgery ends one word and begins the next: 放假，公章 is no 假公章."""
    return len(set(places[start:end])) > 1 or _ON_HOLIDAY.search(plain[: start + 1]) is not None


def _within_a_word(plain: str, start: int, end: int) -> bool:
    """Whether a name of Latin letters is only a piece of a longer word: SC in script."""
    beside = plain[max(start - 1, 0) : start] + plain[end : end + 1]
    return re.fullmatch("[a-z]+", plain[start:end]) is not None and re.search("[a-z]", beside) is not None
