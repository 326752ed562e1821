"""Where the finder answers, asks or says no; found by `daoban learn` on sample questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WRONG_AT_MOST = 0.01  # of all questions: a wrong guide given as certain
REDIRECTED_AT_MOST = 0.005  # of our own questions: sent away as another procedure
REFUSED_AT_MOST = 0.01  # of our own questions: "I do not know that"


@dataclass(frozen=True)
class Thresholds:
    """Probabilities at which a decision changes."""

    answer: float = 0.6  # certainty from which one guide is given
    redirect: float = 0.5  # another procedure is meant
    unlisted: float = 0.5  # a known thing that is not on the list is meant
    none: float = 0.5  # nothing that we know is meant
    offer: float = 0.05  # a guide is worth offering as a choice
    settled: float = 0.8  # within a confusion group, the other words have decided
    among: float = 0.7  # an answer to "which one?" has decided
    among_mass: float = 0.02
    topic_over_act: float = 0.5


def lowest(scores: Sequence[float], bad: Sequence[bool], share: float, *, floor: float, step: float = 0.01) -> float:
    """The lowest threshold from `floor` on at which at most `share` of all questions are decided badly by it."""
    values, wrong = np.array(scores), np.array(bad)
    for threshold in np.arange(floor, 1.0, step):
        if (wrong & (values >= threshold)).sum() <= share * len(values):
            return round(float(threshold), 4)
    return 1.0
