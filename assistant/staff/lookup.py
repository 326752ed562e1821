"""Look-up: what a clerk is typing, found by name, initials or pinyin first, then in the order that people are answered in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Hit
from assistant.text import cleaned, compact, initials, says_nothing, syllables

PERSONAL = frozenset({"message", "contact", "case"})  # opened by pressing Enter only, because who looks is noted
LONGEST = 100  # characters; what is longer is no look-up
SHOWN = 12
ASKED_OF_FINDER = 24
REMEMBERED = 4096  # queries
HEARD_OF = 0.05  # a likeliest guide below it is a guess about words that nobody knows
LIKELY = 0.02  # what stands in the list besides
FEW = 5  # lines, up to which the list is filled with what comes next
_LETTERS = re.compile(r"[a-z]")


class Ranks(Protocol):
    """What puts guides in the order in which people are answered."""

    knowledge: Knowledge

    def rank(self, question: str, limit: int = ...) -> tuple[Hit, ...]:
        """The likeliest guides, whatever is decided."""


class Match(IntEnum):
    """How what was typed fits a name, the best first."""

    NAME = 0  # it is the name
    ALIAS = 1
    BEGINS_NAME = 2
    BEGINS_ALIAS = 3
    LETTERS_OF_NAME = 4  # the initials or the pinyin of its beginning
    LETTERS_OF_ALIAS = 5
    IN_NAME = 6
    IN_ALIAS = 7
    MEANT = 8  # the finder's word for it


@dataclass(frozen=True)
class Found:
    """One line of the list."""

    kind: str  # guide, department; pages add checklist, message, contact, case
    id: str
    name: str
    note: str = ""
    match: Match = Match.MEANT
    state: str = ""  # a badge: 待核, 已办 …

    @property
    def personal(self) -> bool:
        """Whether the card holds what is personal."""
        return self.kind in PERSONAL

    @property
    def show(self) -> str:
        """What stands for it in an address."""
        return f"{self.kind}.{self.id}"


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of one thing in all the ways in which it is typed."""

    thing: int
    text: str
    plain: str
    letters: str
    sounds: str
    official: bool


class LookUp:
    """Everything of one knowledge that can be looked up; what does not depend on the query is made once."""

    def __init__(self, finder: Ranks) -> None:
        knowledge, self._finder = finder.knowledge, finder
        self._things: list[Found] = []
        self._names: list[_Name] = []
        for guide_id, guide in knowledge.guides.items():
            item = knowledge.items.get(guide_id)
            department = knowledge.department_of(guide_id)
            note = department.name if department else "执照、税、社保和常见疑问"
            state = "待核" if item is not None and not item.listed_literally else ""
            self._add(Found("guide", guide_id, guide.name, note, state=state), [guide.name], guide.aliases)
            if item is not None and item.certificate:
                self._name(len(self._things) - 1, item.certificate, official=True)
        places = ("地区", *(name for one in knowledge.regions.values() for name in (one.name, *one.aliases)))
        for department in knowledge.departments.values():
            note = f"{department.item_count} 项许可证件"
            names = [department.name, *([department.full_name] if department.full_name else [])]
            names += [name.removeprefix(place) for name in names for place in places if name.startswith(place)]
            self._add(
                Found("department", department.id, department.name, note),
                names,
                (*department.aliases, department.hotline),
            )
        # Of what fits alike, what has more names is asked for more often.
        self._spoken = Counter(name.thing for name in self._names)
        self._remembered = lru_cache(REMEMBERED)(self._find)  # the beginnings of words are typed again and again
        self._row = {(one.kind, one.id): number for number, one in enumerate(self._things)}

    def find(self, typed: str, limit: int = SHOWN) -> list[Found]:
        """What is likely to be wanted, best first; nothing where nothing was typed."""
        query = cleaned(typed)[:LONGEST]
        return [] if says_nothing(query) else list(self._remembered(query)[:limit])

    def _find(self, query: str) -> tuple[Found, ...]:
        best = self._matches(query)
        letters_only = bool(best) and compact(query).isascii()  # initials and pinyin that begin a name say it all
        ranked = [] if letters_only else self._ranked(query)
        if ranked and ranked[0][1] >= HEARD_OF:
            for row, score in ranked:
                if row not in best and (score >= LIKELY or len(best) < FEW):
                    best[row] = (Match.MEANT, "")
        place = {row: n for n, (row, _) in enumerate(ranked)}

        def order(row: int) -> tuple[Match, bool, int, int]:
            return best[row][0], self._things[row].kind == "guide", place.get(row, ASKED_OF_FINDER), -self._spoken[row]

        return tuple(self._found(row, *best[row]) for row in sorted(best, key=order))

    def _ranked(self, query: str) -> list[tuple[int, float]]:
        """The guides in the order in which people are answered, each with how likely it is meant."""
        hits = self._finder.rank(query, ASKED_OF_FINDER)
        return [(self._row["guide", hit.id], hit.score) for hit in hits if ("guide", hit.id) in self._row]

    def departments(self) -> list[Found]:
        """All departments, to begin with."""
        return [one for one in self._things if one.kind == "department"]

    def _found(self, row: int, match: Match, alias: str) -> Found:
        """The line of a thing, naming the alias by which it was found."""
        thing = self._things[row]
        note = f"{thing.note} · 也叫“{alias}”" if alias else thing.note
        return Found(thing.kind, thing.id, thing.name, note, match, thing.state)

    def _matches(self, query: str) -> dict[int, tuple[Match, str]]:
        plain = compact(query)
        typed = plain if plain.isascii() else ""
        sounds = _sounds(typed)
        letters = initials(query) if _LETTERS.search(plain) else ""
        best: dict[int, tuple[Match, str]] = {}
        for name in self._names:
            match = _match(name, plain, letters, sounds)
            if match is not None and (name.thing not in best or match < best[name.thing][0]):
                best[name.thing] = (match, "" if name.official else name.text)
        return best

    def _add(self, thing: Found, official: Iterable[str], aliases: Iterable[str]) -> None:
        self._things.append(thing)
        for text in official:
            self._name(len(self._things) - 1, text, official=True)
        for text in aliases:
            self._name(len(self._things) - 1, text, official=False)

    def _name(self, thing: int, text: str, *, official: bool) -> None:
        sounds = _sounds("".join(syllables(text)))
        self._names.append(_Name(thing, text, compact(text), initials(text), sounds, official))


def _match(name: _Name, plain: str, letters: str, sounds: str) -> Match | None:
    """How what was typed fits one name; None where it does not."""
    if name.plain == plain:
        return Match.NAME if name.official else Match.ALIAS
    if name.plain.startswith(plain):
        return Match.BEGINS_NAME if name.official else Match.BEGINS_ALIAS
    if (letters and name.letters.startswith(letters)) or (sounds and name.sounds.startswith(sounds)):
        return Match.LETTERS_OF_NAME if name.official else Match.LETTERS_OF_ALIAS
    if plain in name.plain:
        return Match.IN_NAME if name.official else Match.IN_ALIAS
    return None


def _sounds(letters: str) -> str:
    """Pinyin with what northern speakers and half-typed syllables leave open folded: zh and z, ng and n."""
    return re.sub(r"([zcs])h", r"\1", letters).replace("ng", "n")


def in_words(found: Iterable[Found]) -> Iterator[dict[str, str]]:
    """Lines for programs."""
    for one in found:
        yield {"kind": one.kind, "id": one.id, "name": one.name, "note": one.note, "state": one.state}
