"""Learn weights, certainty and thresholds from the editors' samples, each scored without itself; say how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.knowledge.whole import Knowledge
from assistant.retrieval import certainty as sure_of_first
from assistant.retrieval import other_acts
from assistant.retrieval.calibrating import GUIDES, Held, learned_thresholds
from assistant.retrieval.cases import FOLDS, Sort, asked_cases, hidden_cases, known_cases, vague_cases, wanting_cases
from assistant.retrieval.certainty import signs_of
from assistant.retrieval.encoder import Encoder, Vectors
from assistant.retrieval.entries import Kind, entries_of
from assistant.retrieval.evidence import Witness
from assistant.retrieval.logistic import Logistic, learned
from assistant.retrieval.model import SHIPPED, Model, write
from assistant.retrieval.weighing import blocks_of, learn, one_meant

__all__ = ["SHIPPED", "Lesson", "Miss", "teach", "write"]


@dataclass(frozen=True)
class Miss:
    """A sample whose own guide does not come first."""

    text: str
    wanted: str
    found: tuple[tuple[str, float], ...]  # the first three names with their probabilities


@dataclass(frozen=True)
class Lesson:
    """What was learned, and how it does on samples of entries that it was not learned from."""

    model: Model
    first: float  # guides' samples whose guide comes first
    first_three: float
    by_kind: dict[str, tuple[int, float, float]]  # cases, first, first three
    brier: float  # of the certainty
    answered: float  # share of guides' samples answered outright, at the learned threshold
    answered_wrong: float
    unknown_given: float  # share of unknown things for which one of our guides is given as certain
    guessed: float  # share of vague questions answered with one guide
    cases: int
    misses: tuple[Miss, ...]


class _Repeating:
    """An encoder that encodes no text twice, however many worlds are built from the same phrases."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self.digest = encoder.name, encoder.dimension, encoder.digest
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        if fresh:
            self._known.update(zip(fresh, self._encoder.encode(fresh), strict=True))
        return np.stack([self._known[text] for text in texts])


def teach(knowledge: Knowledge, encoder: Encoder | None) -> Lesson:
    """The model from all cases, judged by folds over entries: no entry is in both halves of a fold."""
    repeating = _Repeating(encoder) if encoder else None
    witness = Witness(knowledge, entries_of(knowledge), repeating)
    sure = [
        *known_cases(witness),
        *asked_cases(knowledge.questions, witness),
        *hidden_cases(knowledge, witness, repeating),
    ]
    cases = [*sure, *vague_cases(knowledge, witness)]
    blocks = blocks_of(sure)
    folds = np.array([case.fold for case in sure])
    held: list[Held] = []
    for number in range(FOLDS):
        weights = learn(blocks.part(folds != number))
        for case in (case for case in cases if case.fold == number):
            probability, several = one_meant(weights.probabilities(case.evidence), case.witness.ways)
            held.append(Held(case, probability, signs_of(case.evidence, probability), several))
    close = _close(knowledge, witness)
    certainty, held = _certainty(held, close)
    weights = learn(blocks)
    signs, other = zip(*wanting_cases(knowledge, witness, sure), strict=True)
    otherness = learned(signs, other, ridge=other_acts.RIDGE)
    presumed = [otherness.of(figures) for figures, another in zip(signs, other, strict=True) if not another]
    limits = learned_thresholds(
        knowledge, witness, weights, certainty, held, presumed, lambda one: _misleads(one, close)
    )
    model = Model(weights, certainty, otherness, limits, encoder.digest if encoder else None)
    return _lesson(witness, held, close, model)


def _close(knowledge: Knowledge, witness: Witness) -> dict[int, set[int]]:
    """For each guide those beside it that answer its questions too: its related guides and its parent topic."""
    known = {entry.id for entry in witness.entries}
    found: dict[int, set[int]] = {}
    for guide_id, guide in knowledge.guides.items():
        topic = knowledge.topics.get(guide_id)
        others = {guide_id, *guide.related, *((topic.parent,) if topic and topic.parent else ())} & known
        found.setdefault(witness.number(guide_id), set()).update(witness.number(other) for other in others)
    return found


def _certainty(held: Sequence[Held], close: dict[int, set[int]]) -> tuple[Logistic, list[Held]]:
    """The certainty from all held-out cases, and each case with its own from the other folds."""
    right = [_first_is_right(one, close) for one in held]
    weight = [0.0 if one.case.sort is Sort.SEVERAL else one.case.weight for one in held]  # one of them is half right

    def from_cases(some: Sequence[int]) -> Logistic:
        signs, truth = [held[i].signs for i in some], [right[i] for i in some]
        return learned(signs, truth, ridge=sure_of_first.RIDGE, weight=[weight[i] for i in some])

    judged: list[Held] = []
    for number in range(FOLDS):
        rest = [i for i, one in enumerate(held) if one.case.fold != number]
        part = from_cases(rest)
        judged += [replace(one, certainty=part.of(one.signs)) for one in held if one.case.fold == number]
    return from_cases(range(len(held))), judged


def _first_is_right(one: Held, close: dict[int, set[int]]) -> bool:
    """Whether the first guess is right, or answers the question too."""
    case = one.case
    return case.answerable and (one.first == case.right or one.first in close.get(case.right, set()))


def _misleads(one: Held, close: dict[int, set[int]]) -> bool:
    """Whether giving the first guess would be wrong; topics answer one another's questions and are not counted."""
    if _first_is_right(one, close):
        return False
    return not one.case.answerable or one.case.kind is not Kind.TOPIC


def _lesson(witness: Witness, held: Sequence[Held], close: dict[int, set[int]], model: Model) -> Lesson:
    """The figures, for people to read."""
    by_kind: dict[str, list[tuple[bool, bool]]] = {}
    misses: list[Miss] = []
    ours = [one for one in held if one.ours]
    unknown, vague = ([one for one in held if one.case.sort is sort] for sort in (Sort.HIDDEN, Sort.VAGUE))
    for one in held:
        if one.case.sort is Sort.SEVERAL or (one.case.sort is Sort.VAGUE and one.case.right < 0):
            continue  # no one entry is right
        order = np.argsort(-one.probability)[:3].tolist()
        row = one.case.right if one.case.right >= 0 else len(one.probability) - 1
        name = one.case.kind.value if one.case.sort is Sort.KNOWN else f"{one.case.sort.value} {one.case.kind.value}"
        by_kind.setdefault(name, []).append((order[0] == row, row in order))
        if one.ours and order[0] != row:
            names = [(_title(witness, n), round(float(one.probability[n]), 3)) for n in order]
            misses.append(Miss(one.case.text, _title(witness, row), tuple(names)))
    guides = [figures for kind in ("item", "topic", "asked item", "asked topic") for figures in by_kind.get(kind, ())]
    sure = model.thresholds.answer
    truth = np.array([_first_is_right(one, close) for one in held], float)
    return Lesson(
        model,
        first=_share([first for first, _ in guides]),
        first_three=_share([three for _, three in guides]),
        by_kind={k: (len(v), _share([a for a, _ in v]), _share([b for _, b in v])) for k, v in by_kind.items()},
        brier=float(np.mean((np.array([one.certainty for one in held]) - truth) ** 2)),
        answered=_share([one.certainty >= sure for one in ours]),
        answered_wrong=_share([one.certainty >= sure and _misleads(one, close) for one in ours]),
        unknown_given=_share([one.certainty >= sure and one.kind in GUIDES for one in unknown]),
        guessed=_share([one.certainty >= sure and one.kind is Kind.ITEM for one in vague]),
        cases=len(held),
        misses=tuple(misses),
    )


def _title(witness: Witness, row: int) -> str:
    return witness.entries[row].name if row < len(witness.entries) else "—"


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else 0.0


def relearn(knowledge: Knowledge, encoder: Encoder | None, path: Path = SHIPPED) -> str:
    """Learn both models (that with the encoder only where there is one), save them, and say how good they are."""
    lines: list[str] = []
    for name, one in (("with encoder", encoder), ("without encoder", None)):
        if name == "with encoder" and encoder is None:
            continue
        lesson = teach(knowledge, one)
        if one is None:
            write(path, without_encoder=lesson.model)
        else:
            write(path, with_encoder=lesson.model)
        lines.append(
            f"{name}: {lesson.cases} cases, guides first {lesson.first:.3f}, first three {lesson.first_three:.3f}, "
            f"answered {lesson.answered:.3f}, wrong {lesson.answered_wrong:.4f}, "
            f"unknown answered {lesson.unknown_given:.3f}, guessed {lesson.guessed:.3f}, Brier {lesson.brier:.4f}"
        )
        lines += [f"  {kind}: {n}, first {a:.3f}, three {b:.3f}" for kind, (n, a, b) in lesson.by_kind.items()]
        lines.append(f"  {lesson.model.thresholds}")
    return "\n".join(lines)
