"""What can be meant: every guide, every known thing that is not on the list, every other procedure; or no one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.knowledge.questions import Questions, known
from assistant.knowledge.whole import Knowledge
from assistant.text import compact

_SUFFIX = re.compile(r"(核发|审批|核准|许可|许可证|许可证书|登记|认定|资格认定|设立审批|设立许可|经营许可)$")
_BRACKETS = re.compile(r"[（(]([^）)]*)[）)]")


class Kind(StrEnum):
    """What kind of thing an entry is."""

    ITEM = "item"
    TOPIC = "topic"
    UNLISTED = "unlisted"
    REDIRECT = "redirect"
    # No things, but ways to speak that a question may resemble more than any thing.
    BARE = "bare"  # nothing is named
    VAGUE = "vague"  # several guides fit alike
    SEVERAL = "several"  # several things are named
    ELSEWHERE = "elsewhere"  # chat, nonsense, the business of others


THINGS = (Kind.ITEM, Kind.TOPIC, Kind.UNLISTED, Kind.REDIRECT)


class Role(StrEnum):
    """Which part a phrase plays for its entry."""

    NAME = "name"
    ALIAS = "alias"
    SCOPE = "scope"
    SAMPLE = "sample"
    ASKED = "asked"  # nobody is shown these


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text by which an entry can be recognised."""

    text: str
    role: Role


@dataclass(frozen=True)
class Entry:
    """One thing that can be meant, with the phrases it is known by."""

    id: str
    kind: Kind
    name: str
    phrases: tuple[Phrase, ...]
    department: str | None = None

    def texts(self, *roles: Role) -> Iterator[str]:
        """The texts of the phrases in these roles."""
        return (phrase.text for phrase in self.phrases if phrase.role in roles)


def spoken_names(name: str) -> tuple[str, ...]:
    """The official name and what is left of it without brackets and official endings."""
    bare = _BRACKETS.sub("", name)
    inside = _BRACKETS.findall(name)
    found = [name, bare, *(_SUFFIX.sub("", n) for n in (name, bare)), *inside]
    return tuple(dict.fromkeys(n for n in found if len(n) >= 3))


def entries_of(knowledge: Knowledge) -> tuple[Entry, ...]:
    """All entries, items first and ways to speak last, each with its phrases (no text twice within one entry)."""
    result: list[Entry] = []
    questions = knowledge.questions
    for guide_id, guide in knowledge.guides.items():
        item = knowledge.items.get(guide_id)
        names = [*spoken_names(guide.name), *((item.certificate,) if item and item.certificate else ())]
        kind = Kind.ITEM if item else Kind.TOPIC
        phrases = _phrases(names, guide.aliases, guide.scope, guide.samples, known(questions.about(guide_id)))
        result.append(Entry(guide_id, kind, guide.name, phrases, item.department if item else None))
    for thing in knowledge.unlisted.values():
        phrases = _phrases([thing.name], thing.aliases, (), thing.samples, known(questions.about(thing.id)))
        result.append(Entry(thing.id, Kind.UNLISTED, thing.name, phrases))
    result += [
        Entry(other.id, Kind.REDIRECT, other.name, _phrases([], other.words, (), other.samples, ()))
        for other in knowledge.redirects.values()
    ]
    for kind, texts in ways_to_speak(questions).items():
        if texts:
            result.append(Entry(kind, kind, kind, _phrases((), (), (), (), known(texts))))
    order = list(Kind)
    return tuple(sorted(result, key=lambda entry: order.index(entry.kind)))


def ways_to_speak(questions: Questions) -> dict[Kind, tuple[str, ...]]:
    """All questions by which one of the kinds that are no things is known."""
    vague = tuple(question.text for question in questions.vague)
    several = tuple(question.text for question in questions.several)
    return {Kind.BARE: questions.bare, Kind.VAGUE: vague, Kind.SEVERAL: several, Kind.ELSEWHERE: questions.not_ours}


def known_questions(entries: Sequence[Entry]) -> dict[str, int]:
    """Sample questions and names of one entry only, with its row."""
    owners: dict[str, set[int]] = {}
    for number, entry in enumerate(entries):
        for text in (entry.name, *entry.texts(Role.SAMPLE, Role.ALIAS)):
            owners.setdefault(compact(text), set()).add(number)
    return {text: min(rows) for text, rows in owners.items() if len(rows) == 1}


def _phrases(
    names: Sequence[str],
    aliases: Sequence[str],
    scope: Sequence[str],
    samples: Sequence[str],
    asked: Sequence[str],
) -> tuple[Phrase, ...]:
    seen: set[str] = set()
    result: list[Phrase] = []
    for role, texts in zip(Role, (names, aliases, scope, samples, asked), strict=True):
        for text in texts:
            key = compact(text)
            if key and key not in seen:
                seen.add(key)
                result.append(Phrase(text, role))
    return tuple(result)
