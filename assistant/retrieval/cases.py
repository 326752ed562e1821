"""What the finder is taught and judged by: questions made from the editors' data, with what should be decided."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from assistant.knowledge.questions import Questions, for_weighing
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import THINGS, Kind, Role, ways_to_speak
from assistant.retrieval.evidence import Evidence, Witness
from assistant.retrieval.papers import ENDING
from assistant.text import compact

FOLDS = 5
# Weight in learning: a sample question of a guide counts 1.
HIDDEN_WEIGHT = {Kind.ITEM: 0.05, Kind.UNLISTED: 0.1, Kind.REDIRECT: 0.2}  # unknown things are rare
WAY_WEIGHT = 0.5
HIDDEN_SAMPLES = 3  # of an entry: enough to learn what the unknown looks like
VAGUE_WEIGHT = 0.3
FEWEST_SHARERS, MOST_SHARERS = 2, 6
_SAYINGS = ("{}的证怎么注销", "{}那个批文不要了，交给谁", "{}那张许可证咋退")
_ISSUED = ("{}发的证怎么注销", "那个证是{}批的，不干了咋退")


class Sort(StrEnum):
    """Where a case comes from."""

    KNOWN = "known"  # a sample question, judged without itself
    ASKED = "asked"  # a question from knowledge/questions, which no entry has among its phrases
    HIDDEN = "unknown"  # about nothing that the witness knows: an entry that it never heard of, or none of our business
    VAGUE = "vague"  # several entries fit: no one of them may be given as certain
    SEVERAL = "several"  # several things are named


_SORTS = {Kind.BARE: Sort.HIDDEN, Kind.ELSEWHERE: Sort.HIDDEN, Kind.VAGUE: Sort.VAGUE, Kind.SEVERAL: Sort.SEVERAL}


@dataclass(frozen=True)
class Case:
    """A question, what was seen in it, and what is right."""

    text: str
    sort: Sort
    kind: Kind  # of the entry that it was made from
    right: int  # row of the entry; -1 for none
    evidence: Evidence = field(repr=False)
    witness: Witness = field(repr=False)
    weight: float = 1.0
    fold: int = 0  # cases of one entry are never in both halves of a fold

    @property
    def answerable(self) -> bool:
        """Whether one entry is right."""
        return self.sort in (Sort.KNOWN, Sort.ASKED)


def known_cases(witness: Witness) -> Iterator[Case]:
    """The editors' sample questions, each without itself."""
    for row, entry in enumerate(witness.entries):
        for place, text in enumerate(entry.texts(Role.SAMPLE)):
            seen = witness.examine(text, but=place)
            yield Case(text, Sort.KNOWN, entry.kind, row, seen, witness, fold=row % FOLDS)


def asked_cases(questions: Questions, witness: Witness) -> Iterator[Case]:
    """Questions that the finder has never heard: about a thing, or resembling a way to speak."""
    ways = ways_to_speak(questions)
    for row, entry in enumerate(witness.entries):
        if entry.kind in THINGS:
            for text in for_weighing(questions.about(entry.id)):
                yield Case(text, Sort.ASKED, entry.kind, row, witness.examine(text), witness, fold=row % FOLDS)
            continue
        for number, text in enumerate(for_weighing(ways[entry.kind])):
            seen = witness.examine(text)
            elsewhere = any(witness.is_redirect[witness.number(owner)] for m in seen.mentions for owner in m.owners)
            if entry.kind is Kind.ELSEWHERE and (elsewhere or seen.wanted.wrong):
                continue  # those have a better answer than "that is not ours"
            yield Case(text, _SORTS[entry.kind], entry.kind, row, seen, witness, WAY_WEIGHT, number % FOLDS)


def hidden_cases(knowledge: Knowledge, witness: Witness, encoder: Encoder | None) -> Iterator[Case]:
    """Sample questions in a world without their entry, and without a fifth of the others: nothing known is right.

    A question by a word that other entries have too is left out: there they are right.
    """
    for fold in range(FOLDS):
        kept = [e for row, e in enumerate(witness.entries) if row % FOLDS != fold or e.kind not in THINGS]
        blind = Witness(knowledge, kept, encoder, witness.speller)
        for row, entry in enumerate(witness.entries):
            if row % FOLDS != fold or entry.kind not in HIDDEN_WEIGHT:
                continue
            for place, text in list(enumerate(entry.texts(Role.SAMPLE)))[:HIDDEN_SAMPLES]:
                owners = [m.owners for m in witness.mentions.find(text) if entry.id in m.owners]
                if all(len(one) == 1 for one in owners):
                    seen = blind.examine(text, but=place)
                    weight = HIDDEN_WEIGHT[entry.kind]
                    yield Case(text, Sort.HIDDEN, entry.kind, -1, seen, blind, weight, fold)


def vague_cases(knowledge: Knowledge, witness: Witness) -> Iterator[Case]:
    """Questions by a word that begins the names of several items, or by who issued it."""
    texts: dict[str, int] = {}
    for number, (word, row) in enumerate(_shared_words(witness)):
        texts[_SAYINGS[number % len(_SAYINGS)].format(word)] = row
    for department in knowledge.departments.values():
        rows = [row for row, entry in enumerate(witness.entries) if entry.department == department.id]
        if len(rows) > 1:
            for number, name in enumerate(dict.fromkeys((department.name.removeprefix("地区"), *department.aliases))):
                texts[_ISSUED[number % len(_ISSUED)].format(name)] = rows[0]
    for text, row in texts.items():
        seen = witness.examine(text)
        if not any(m.group or m.certain for m in seen.mentions if m.paper):
            yield Case(text, Sort.VAGUE, Kind.ITEM, row, seen, witness, VAGUE_WEIGHT, row % FOLDS)


def _shared_words(witness: Witness) -> Iterator[tuple[str, int]]:
    """Words of two to four characters with which names of a few items begin, and the first such item."""
    held: dict[str, set[int]] = defaultdict(set)
    for row, entry in enumerate(witness.entries):
        if entry.kind is Kind.ITEM:
            for text in entry.texts(Role.NAME, Role.ALIAS):
                stem = re.sub(rf"(?:的|那个)?{ENDING}.*$", "", compact(text))
                for length in (2, 3, 4):
                    if length <= len(stem):
                        held[stem[:length]].add(row)
    longer = {word[:length]: rows for word, rows in held.items() for length in (2, 3) if length < len(word)}
    for word, rows in sorted(held.items()):
        if FEWEST_SHARERS <= len(rows) <= MOST_SHARERS and longer.get(word) != rows:
            yield word, min(rows)


def memberships(knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    """Answers to "which one?" with the members to choose from: the words of an option, and words that decide nothing."""
    others = [text for other in knowledge.redirects.values() for text in other.samples[:2]]
    for number, group in enumerate(knowledge.groups.values()):
        members = group.members
        for option in group.options:
            yield option.label, members, option.guide
            yield from ((sign, members, option.guide) for sign in option.signs[:2])
        for text in ("不知道", "就是那个证", others[number % len(others)]):
            yield text, members, None


def narrowings(knowledge: Knowledge, witness: Witness) -> Iterator[tuple[str, str, str | None]]:
    """Words of confusion groups beside a word of the scope of one member alone, or beside nothing: text, group, member."""
    for group in knowledge.groups.values():
        scope = {o.guide: set(map(compact, knowledge.guides[o.guide].scope)) for o in group.options}
        for number, option in enumerate(group.options):
            word = group.words[number % len(group.words)]
            others = set().union(*(words for guide, words in scope.items() if guide != option.guide))
            own = [text for text in knowledge.guides[option.guide].scope if compact(text) not in others]
            for text in own[:2]:
                yield f"{text}的，{word}怎么注销", group.id, option.guide
        for word in group.words:
            yield f"{word}不要了，怎么注销", group.id, None


def wanting_cases(knowledge: Knowledge, witness: Witness, cases: Iterable[Case]) -> Iterator[tuple[np.ndarray, bool]]:
    """The signs that another act is wanted, and whether it is; from questions that the witness has never heard."""
    for act in knowledge.acts.values():
        for text in for_weighing(knowledge.questions.wanting(act.id)):
            yield witness.examine(text).other_act, not act.ours
    for text, _ in act_cases(knowledge, list(knowledge.items)):
        yield witness.examine(text).other_act, True
    for case in cases:
        if case.sort in (Sort.ASKED, Sort.SEVERAL) and case.kind in (
            Kind.ITEM,
            Kind.TOPIC,
            Kind.UNLISTED,
            Kind.SEVERAL,
        ):
            yield case.evidence.other_act, False


def act_cases(knowledge: Knowledge, items: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Another act with a licence, in the editors' words and in ours: text, act."""
    for place, act in enumerate(act for act in knowledge.acts.values() if not act.ours):
        for number, word in enumerate(act.words[:12]):
            guide = knowledge.guides[items[(7 * number + place) % len(items)]]
            name = guide.aliases[number % len(guide.aliases)] if guide.aliases else guide.name
            yield (f"{name}怎么{word}", f"{word}{name}要什么", f"想{word}，{name}")[number % 3], act.id
