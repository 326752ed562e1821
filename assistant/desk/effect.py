"""The effect of a change before it is made: who would now find it, who would be lost.

Of the sample questions of all guides those are asked of the finder as it is, and of one over the knowledge as it would be,
that the change could touch: the ones that share characters with what is new, and those of the guides near it.
Each is asked without itself, as `daoban learn` does: a sample always finds its own words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from pydantic import TypeAdapter

from assistant.errors import Refused
from assistant.knowledge import model as m
from assistant.knowledge.facts import guide_id
from assistant.knowledge.finding import Finding
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import parsed, validated
from assistant.retrieval.answer import Answer, Verdict
from assistant.retrieval.entries import THINGS, Role
from assistant.retrieval.finder import Finder
from assistant.retrieval.words import STOP, pair_terms

LOOKED_AT = 80  # samples asked before and after: two or three seconds
NEAR = 8  # guides near what is new
RANKED = 100  # new phrases for which those are looked for


class Found(IntEnum):
    """How well a question leads to its guide."""

    NOT = 0
    OFFERED = 1  # among several to choose from
    ANSWERED = 2

    @property
    def label(self) -> str:
        """The same in Chinese."""
        return ("找不到", "反问里有", "直接答")[self]


@dataclass(frozen=True)
class Told:
    """What a question leads to."""

    verdict: Verdict
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """The same in Chinese."""
        shown = "、".join(self.names[:3])
        if not shown:
            return "没听懂"
        if self.verdict is Verdict.UNKNOWN:
            return f"不认得，最近的是{self.names[0]}"
        return {Verdict.ANSWER: "答：", Verdict.CHOOSE: "反问："}.get(self.verdict, "说到：") + shown


@dataclass(frozen=True)
class Change:
    """A question before and after."""

    question: str
    before: Told
    after: Told
    guide: str = ""  # the name of the guide whose sample it is


@dataclass(frozen=True)
class Effect:
    """What a change does: to the questions that are its reason, and to the samples of all guides."""

    asked: tuple[Change, ...]
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    looked_at: int


def changed(knowledge: Knowledge, path: str, text: str) -> Knowledge:
    """The knowledge with one guide, or with the other procedures, as a text has them; Refused where it cannot be read."""
    kind: Any = m.Guide if path.startswith("guides/") else tuple[m.Redirect, ...]
    file, findings = parsed(text.encode("utf-8", "surrogatepass"), path)
    value = None
    if file is not None:
        value, more = validated(file, TypeAdapter(kind))
        findings = [*findings, *more]
    if value is None:
        raise Refused("\n".join(str(one) for one in findings if isinstance(one, Finding)))
    if path.startswith("guides/"):
        guides = {**knowledge.guides, guide_id(path): value}
        return replace(knowledge, guides={own: guide for own, guide in guides.items() if guide.published})
    return replace(knowledge, redirects={one.id: one for one in value})


def effect(
    before: Finder, after: Finder, asked: Sequence[str], phrases: Sequence[str], about: Collection[str]
) -> Effect:
    """What one finder does otherwise than another; `phrases` are what is new, `about` the entries that have them."""
    gained: list[Change] = []
    lost: list[Change] = []
    samples = list(_touched(before, phrases, about))
    for entry, number, text in samples:
        old, new = (finder.decide(finder.witness.examine(text, but=number)) for finder in (before, after))
        was, is_now = found_in(old, entry), found_in(new, entry)
        if was != is_now:
            change = Change(text, told(old), told(new), before.witness.hit(entry).name)
            (gained if is_now > was else lost).append(change)
    return Effect(
        tuple(Change(one, told(before.find(one)), told(after.find(one))) for one in asked),
        tuple(gained),
        tuple(lost),
        len(samples),
    )


def _touched(finder: Finder, phrases: Sequence[str], about: Collection[str]) -> Iterator[tuple[str, int, str]]:
    """The samples that a change could touch, the likeliest first: entry, number, words."""
    new = {pair for phrase in phrases for pair in pair_terms(phrase) if not STOP.issuperset(pair)}
    near = {*about, *(hit.id for phrase in phrases[:RANKED] for hit in finder.rank(phrase, NEAR))}
    weighed: list[tuple[int, str, int, str]] = []
    for entry in finder.entries:
        if entry.kind not in THINGS:
            continue
        for number, text in enumerate(entry.texts(Role.SAMPLE)):
            shared = len(new.intersection(pair_terms(text)))
            if shared or entry.id in near:
                weighed.append((2 * shared + (entry.id in near), entry.id, number, text))
    weighed.sort(key=lambda one: (-one[0], one[1], one[2]))
    return ((entry, number, text) for _, entry, number, text in weighed[:LOOKED_AT])


def found_in(answer: Answer, entry: str) -> Found:
    """How well an answer leads to an entry."""
    ids = [hit.id for hit in answer.hits]
    if entry not in ids:
        return Found.NOT
    return Found.OFFERED if answer.verdict is Verdict.CHOOSE else Found.ANSWERED


def told(answer: Answer) -> Told:
    """An answer as it is shown."""
    return Told(answer.verdict, tuple(hit.name for hit in answer.hits))
