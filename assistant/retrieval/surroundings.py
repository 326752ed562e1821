"""What stands around the names in a question: trades, departments, sign words, and the acts that have a guide."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.acts import Wanted
from assistant.retrieval.entries import Entry, Kind, Role
from assistant.text import compact

BUNDLE = "一业一证"


class Surroundings:
    """Words that speak for some entries without naming them."""

    def __init__(self, knowledge: Knowledge, entries: Sequence[Entry]) -> None:
        number = {entry.id: n for n, entry in enumerate(entries)}
        self._words: dict[str, list[tuple[str, np.ndarray, float]]] = {}
        scope: dict[str, list[int]] = defaultdict(list)
        for n, entry in enumerate(entries):
            for text in entry.texts(Role.SCOPE):
                scope[compact(text)].append(n)
        for word, owners in scope.items():
            rare = 1 - 0.5 * math.log(len(owners)) / math.log(20) if len(owners) < 20 else 0.5
            self._add(word, "scope_word", owners, min(len(word), 5) / 5 * rare)
        for trade in knowledge.industries.values():
            for name in (trade.name, *trade.aliases):
                self._add(compact(name), "trade", [number[i] for i in trade.must_have if i in number], 1.0)
                self._add(compact(name), "trade", [number[i] for i in trade.may_have if i in number], 0.5)
        for department in knowledge.departments.values():
            owned = [n for n, entry in enumerate(entries) if entry.department == department.id]
            for name in {department.name, department.name.removeprefix("地区"), *department.aliases}:
                self._add(compact(name), "department", owned, 1.0)
        for group in knowledge.groups.values():
            for option in group.options:
                for sign in option.signs:
                    if option.guide in number:
                        self._add(compact(sign), "sign", [number[option.guide]], 1.0)
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in self._words:
            lengths[word[:2]].add(len(word))
        self._lengths = dict(lengths)  # by the two characters that words begin with
        self.kinds = _kinds_of_topics(knowledge, entries)
        self._topics = {
            act.id: number[act.topic]
            for act in knowledge.acts.values()
            if act.topic is not None and act.topic in number
        }

    def _add(self, word: str, channel: str, owners: Sequence[int], value: float) -> None:
        if len(word) >= 2 and owners:
            self._words.setdefault(word, []).append((channel, np.array(sorted(set(owners)), np.int32), value))

    def note(self, plain: str, wanted: Wanted, columns: dict[str, np.ndarray]) -> None:
        """Note every such word that stands in the (compact) question."""
        for word in self._said(plain):
            for channel, owners, value in self._words[word]:
                column = columns[channel]
                column[owners] = np.maximum(column[owners], value)
        if wanted.other is not None and wanted.other.id in self._topics:
            columns["act_topic"][self._topics[wanted.other.id]] = 1

    def speaks_for(self, plain: str, row: int) -> bool:
        """Whether a trade, a scope word, a department or a sign in the (compact) text speaks for an entry."""
        return any(row in owners for word in self._said(plain) for _, owners, _ in self._words[word])

    def _said(self, plain: str) -> set[str]:
        """The known words that stand in the text."""
        starts = ((at, self._lengths.get(plain[at : at + 2], ())) for at in range(len(plain) - 1))
        return {plain[at : at + length] for at, lengths in starts for length in lengths} & self._words.keys()


def _kinds_of_topics(knowledge: Knowledge, entries: Sequence[Entry]) -> dict[str, np.ndarray]:
    """Which topics are steps of leaving the market, which bundle the licences of a trade, which are about a concept."""
    steps = {step.guide for procedure in knowledge.procedures.values() for step in procedure.steps}
    steps |= {kind.registry for kind in knowledge.enterprise_types.values() if kind.registry}
    topics = np.array([entry.kind is Kind.TOPIC for entry in entries])
    registry = np.array([entry.id in steps for entry in entries]) & topics
    bundle = np.array([entry.name.startswith(BUNDLE) for entry in entries]) & topics
    found = {"registry": registry, "bundle": bundle, "concept": topics & ~registry & ~bundle}
    return {name: members.astype(np.float32) for name, members in found.items()}
