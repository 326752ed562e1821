"""Learn weights, certainty and thresholds from the editors' samples, each scored without itself; say how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.cases import Case, cases_of
from assistant.retrieval.certainty import Certainty, learn_certainty, signs_of
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Kind, entries_of
from assistant.retrieval.evidence import Witness
from assistant.retrieval.model import SHIPPED, Model, write
from assistant.retrieval.thresholds import (
    REDIRECTED_AT_MOST,
    REFUSED_AT_MOST,
    WRONG_AT_MOST,
    Thresholds,
    lowest,
)
from assistant.retrieval.weighing import blocks_of, learn

__all__ = ["SHIPPED", "Lesson", "Miss", "teach", "write"]
FOLDS = 5


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
    cases: int
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class _Held:
    """One case judged by weights that never saw its entry."""

    case: Case
    probability: np.ndarray
    order: np.ndarray
    signs: np.ndarray

    @property
    def right_row(self) -> int:
        return self.case.right if self.case.right >= 0 else len(self.probability) - 1

    @property
    def first(self) -> int:
        """The best entry, "none" left out."""
        return int(np.argmax(self.probability[:-1]))


def teach(knowledge: Knowledge, encoder: Encoder | None) -> Lesson:
    """The model from all samples, judged by folds over entries: no entry is in both halves of a fold."""
    witness = Witness(knowledge, entries_of(knowledge), encoder)
    cases = list(cases_of(knowledge, witness))
    blocks = blocks_of(cases)
    folds = np.array([case.fold_key % FOLDS for case in cases])
    held: list[_Held] = []
    for number in range(FOLDS):
        weights = learn(blocks.part(folds != number))
        for case in (case for case, fold in zip(cases, folds, strict=True) if fold == number):
            probability = weights.probabilities(case.evidence, case.hidden)
            held.append(_Held(case, probability, np.argsort(-probability)[:3], signs_of(case.evidence, probability)))
    close = _close(knowledge, witness)
    certainty, scores = _certainty(held, close)
    limits = _thresholds(witness, held, scores, close)
    model = Model(learn(blocks), certainty, limits)
    return _lesson(witness, held, scores, close, model)


def _close(knowledge: Knowledge, witness: Witness) -> dict[int, set[int]]:
    """For each guide those beside it that answer its questions too: its related guides and its parent topic."""
    known = {entry.id for entry in witness.entries}
    found: dict[int, set[int]] = {}
    for guide_id, guide in knowledge.guides.items():
        topic = knowledge.topics.get(guide_id)
        others = {guide_id, *guide.related, *((topic.parent,) if topic and topic.parent else ())} & known
        found.setdefault(witness.number(guide_id), set()).update(witness.number(other) for other in others)
    return found


def _certainty(held: Sequence[_Held], close: dict[int, set[int]]) -> tuple[Certainty, list[float]]:
    """The certainty from all held-out cases, and each case's own from the other folds."""
    right = [one.first == one.case.right or one.first in _answers(one, close) for one in held]
    weight = [one.case.weight for one in held]
    scores = [0.0] * len(held)
    for number in range(FOLDS):
        rest = [i for i, one in enumerate(held) if one.case.fold_key % FOLDS != number]
        part = learn_certainty([held[i].signs for i in rest], [right[i] for i in rest], [weight[i] for i in rest])
        for i, one in enumerate(held):
            if one.case.fold_key % FOLDS == number:
                scores[i] = part.of(one.signs)
    return learn_certainty([one.signs for one in held], right, weight), scores


def _answers(one: _Held, close: dict[int, set[int]]) -> set[int]:
    return close.get(one.case.right, set()) if one.case.right >= 0 else set()


def _misleads(witness: Witness, one: _Held, close: dict[int, set[int]]) -> bool:
    """Whether giving the first guess would be wrong; topics answer one another's questions and are not counted."""
    if one.first == one.case.right or one.first in _answers(one, close):
        return False
    return one.case.right < 0 or witness.entries[one.case.right].kind is not Kind.TOPIC


def _thresholds(
    witness: Witness, held: Sequence[_Held], scores: Sequence[float], close: dict[int, set[int]]
) -> Thresholds:
    """The lowest thresholds that keep the written shares of bad decisions."""
    kinds = [entry.kind for entry in witness.entries]
    guides = (Kind.ITEM, Kind.TOPIC)
    gives_guide = [kinds[one.first] in guides for one in held]
    wrong = [given and _misleads(witness, one, close) for one, given in zip(held, gives_guide, strict=True)]
    ours = [i for i, one in enumerate(held) if one.case.right >= 0 and kinds[one.case.right] in guides]

    def away(kind: Kind) -> tuple[list[float], list[bool]]:
        probability = [float(held[i].probability[held[i].first]) for i in ours]
        return probability, [kinds[held[i].first] is kind for i in ours]

    redirected, unlisted = away(Kind.REDIRECT), away(Kind.UNLISTED)
    none = [float(held[i].probability[-1]) for i in ours]
    return Thresholds(
        answer=lowest(scores, wrong, WRONG_AT_MOST, floor=0.3),
        redirect=lowest(*redirected, REDIRECTED_AT_MOST, floor=0.2),
        unlisted=lowest(*unlisted, REDIRECTED_AT_MOST, floor=0.2),
        none=lowest(none, [True] * len(none), REFUSED_AT_MOST, floor=0.2),
    )


def _lesson(
    witness: Witness, held: Sequence[_Held], scores: Sequence[float], close: dict[int, set[int]], model: Model
) -> Lesson:
    """The figures, for people to read."""
    by_kind: dict[str, list[_Held]] = {}
    misses: list[Miss] = []
    answered = wrong = 0
    ours = [i for i, one in enumerate(held) if _name(witness, one.case) in ("item", "topic")]
    for one in held:
        by_kind.setdefault(_name(witness, one.case), []).append(one)
    for i in ours:
        one = held[i]
        sure = scores[i] >= model.thresholds.answer
        answered += sure
        wrong += sure and _misleads(witness, one, close)
        if one.order[0] != one.right_row:
            names = [(_title(witness, int(n)), round(float(one.probability[n]), 3)) for n in one.order]
            misses.append(Miss(one.case.text, _title(witness, one.case.right), tuple(names)))
    shares = {
        kind: (
            len(own),
            _share([o.order[0] == o.right_row for o in own]),
            _share([o.right_row in o.order for o in own]),
        )
        for kind, own in by_kind.items()
    }
    first = _share([held[i].order[0] == held[i].right_row for i in ours])
    three = _share([held[i].right_row in held[i].order for i in ours])
    truth = [one.first == one.case.right or one.first in _answers(one, close) for one in held]
    brier = float(np.mean((np.array(scores) - np.array(truth, float)) ** 2))
    return Lesson(model, first, three, shares, brier, answered / len(ours), wrong / len(ours), len(held), tuple(misses))


def _name(witness: Witness, case: Case) -> str:
    """The kind of a case: of its entry, or unknown where the entry was hidden."""
    if case.right >= 0:
        return witness.entries[case.right].kind.value
    return f"unknown {witness.entries[case.hidden[0]].kind.value}"


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
            f"answered {lesson.answered:.3f}, wrong {lesson.answered_wrong:.4f}, Brier {lesson.brier:.4f}"
        )
        lines += [f"  {kind}: {n}, first {a:.3f}, three {b:.3f}" for kind, (n, a, b) in lesson.by_kind.items()]
        lines.append(f"  {lesson.model.thresholds}")
    return "\n".join(lines)
