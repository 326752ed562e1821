"""Finder: one question in, one Answer out; the whole way on one page.

question → evidence (all channels) → probability of each entry, and how certain the first is → decision
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from weakref import proxy

import numpy as np

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Answer, Hit, Verdict
from assistant.retrieval.aspects import aspects_in
from assistant.retrieval.certainty import signs_of
from assistant.retrieval.deciding import GUIDES, Decider
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, Kind, entries_of
from assistant.retrieval.evidence import Evidence, Witness
from assistant.retrieval.lately import Lately
from assistant.retrieval.model import Model, load_model
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.spelling import Speller
from assistant.retrieval.thresholds import Thresholds
from assistant.retrieval.weighing import Weights, one_meant
from assistant.text import forget, says_nothing, shortened

KEPT_HITS = 10
LOOKED_AT = 60
LEAST = 30  # of those, however unlikely
NOUGHT = 5e-5  # from here on a probability shows in a hit
REMEMBERED = 500  # texts, the last ones: a conversation looks several times at the same, and many people ask the same


class Finder:
    """Finds what is meant in one Knowledge; without an encoder it works on words alone."""

    def __init__(
        self, knowledge: Knowledge, encoder: Encoder | None, model: Model | None = None, before: Finder | None = None
    ) -> None:
        """`before` is one over an earlier knowledge: what has not changed since is taken from it, and how it spells pinyin."""
        self.encoder_name = encoder.name if encoder else None
        self.entries: tuple[Entry, ...] = entries_of(knowledge)
        self._model = model or load_model(encoder=encoder is not None)
        earlier: Witness | None = before.witness if before else None
        speller = earlier.speller if earlier else None
        self.witness: Witness = Witness(knowledge, self.entries, encoder, speller, self._model.weights.idle, earlier)
        self._decide_over(knowledge)
        forget()

    def over(self, knowledge: Knowledge) -> Finder:
        """The same over knowledge in which nothing is otherwise that it hears; the earlier knowledge is not held by it."""
        other = copy.copy(self)
        other._decide_over(knowledge)
        return other

    def _decide_over(self, knowledge: Knowledge) -> None:
        """Decide over this knowledge, and remember what was decided; what was remembered before is another's."""
        self.knowledge = knowledge
        # Only here, never written down; another speller may read a text otherwise.
        self._answers: Lately[tuple[str, Speller], Answer] = Lately(REMEMBERED)
        self._likely: Lately[tuple[str, Speller], np.ndarray] = Lately(REMEMBERED)
        # A finder that held itself would outlive its use: what a start has made is never looked through for garbage.
        me: Finder = proxy(self)
        self._decider = Decider(knowledge, self.witness, self._model.thresholds, lambda part: me._answered(part))

    @property
    def thresholds(self) -> Thresholds:
        """Where this finder answers, asks or says no."""
        return self._model.thresholds

    @property
    def weights(self) -> Weights:
        """What each channel counts."""
        return self._model.weights

    def written_out(self, text: str) -> str:
        """The text with pinyin as characters, for whoever else reads it; see `Speller`."""
        return self.witness.speller.written_out(text)

    def find(self, question: str) -> Answer:
        """The decision about a question."""
        question = shortened(question)
        if says_nothing(question):
            return Answer(Verdict.UNKNOWN, question, (), reason="no letters")
        return self._answered(question)

    def rank(self, question: str, limit: int = KEPT_HITS) -> tuple[Hit, ...]:
        """The guides in the order of their probability, whatever the decision."""
        question = shortened(question)
        if says_nothing(question):
            return ()
        (probability,) = self._probabilities([question])
        guides = [number for number in self._order(probability) if self.entries[number].kind in GUIDES]
        return tuple(self._hit(number, float(probability[number])) for number in guides[:limit])

    def look_at(self, questions: Sequence[str]) -> None:
        """Look at questions that will be ranked one by one; together they cost less."""
        self._probabilities([short for short in map(shortened, questions) if not says_nothing(short)])

    def among(self, question: str, members: Sequence[str]) -> Hit | None:
        """The one of these entries that the words decide for; None where they do not decide."""
        limits = self._model.thresholds
        (probability,) = self._probabilities([shortened(question)])
        rows = [self.witness.number(member) for member in members]
        share = probability[rows] / max(float(probability[rows].sum()), 1e-9)
        best = int(share.argmax())
        if share[best] < limits.among or probability[rows].sum() < limits.among_mass:
            return None
        return self._hit(rows[best], float(share[best]))

    def _answered(self, text: str) -> Answer:
        """The decision about a text, and what it is found by is remembered, too."""
        key = text, self.witness.speller
        if known := self._answers.get(key):
            return known
        evidence = self.witness.examine(text)
        probability = self._likely.put(key, self._model.weights.probabilities(evidence))
        return self._answers.put(key, self._decided(evidence, self._ranked(evidence, probability)))

    def _probabilities(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The probability of each entry for each text; what was not looked at lately is looked at together."""
        by = self.witness.speller
        found = {text: self._likely.get((text, by)) for text in texts}
        fresh = [text for text, known in found.items() if known is None]
        for text, evidence in zip(fresh, self.witness.examine_all(fresh) if fresh else (), strict=True):
            found[text] = self._likely.put((text, by), self._model.weights.probabilities(evidence))
        return [probability for text in texts if (probability := found[text]) is not None]

    def decide(self, evidence: Evidence) -> Answer:
        """From evidence to decision, with everything that led to it."""
        return self._decided(evidence, self.ranking(evidence))

    def _decided(self, evidence: Evidence, ranking: Ranking) -> Answer:
        found = Answer(
            Verdict.UNKNOWN,
            evidence.text,
            (),
            aspects=aspects_in(evidence.text),
            mentions=evidence.mentions,
            certainty=round(ranking.certainty, 4),
            reason="nothing likely enough",
        )
        decided = self._decider.decide(found, evidence, ranking)
        kept = {hit.id for hit in decided.hits}
        return replace(decided, rejected=tuple(hit for hit in ranking.hits[:KEPT_HITS] if hit.id not in kept))

    def ranking(self, evidence: Evidence) -> Ranking:
        """What is likely to be meant, before anything is decided."""
        return self._ranked(evidence, self._model.weights.probabilities(evidence))

    def _ranked(self, evidence: Evidence, chances: np.ndarray) -> Ranking:
        probability, several = one_meant(chances, self.witness.ways)
        bare, vague, elsewhere = (
            float(probability[self.witness.ways[kind]]) if kind in self.witness.ways else 0.0
            for kind in (Kind.BARE, Kind.VAGUE, Kind.ELSEWHERE)
        )
        otherness = self._model.otherness.of(evidence.other_act)
        return Ranking(
            hits=tuple(self._hits(probability)),
            unlikely=self.witness.hit,
            certainty=self._model.certainty.of(signs_of(evidence, probability)),
            none=float(probability[-1]) + elsewhere,
            bare=bare,
            vague=vague,
            several=several,
            otherness=otherness,
            other_act=self._other_act(evidence, otherness),
        )

    def _hits(self, probability: np.ndarray) -> list[Hit]:
        order = self._order(probability)
        order = order[: max(LEAST, int(np.count_nonzero(probability[order] >= NOUGHT)))]
        return [self._hit(*found) for found in zip(order, probability[order].tolist(), strict=True)]

    def _order(self, probability: np.ndarray) -> list[int]:
        """The rows of the likeliest entries, the likeliest first."""
        rows: list[int] = np.argsort(-probability[: self.witness.things], kind="stable")[:LOOKED_AT].tolist()
        return rows

    def _other_act(self, evidence: Evidence, otherness: float) -> str | None:
        """The act that is wanted, where it is likely not to be ours."""
        if evidence.wanted.other is None and evidence.nearly_all(*evidence.mentions):
            return None  # a licence is named, and nothing is said to be done with it
        if otherness < self._model.thresholds.other_act:
            return None
        return self.witness.other_acts.likeliest(evidence.text, evidence.wanted)

    def _hit(self, number: int, score: float) -> Hit:
        entry = self.entries[number]
        return Hit(entry.id, entry.name, entry.kind, round(score, 4))
