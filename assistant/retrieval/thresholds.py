"""Where the finder answers, asks or says no: found by `daoban learn`; written by people are only the budgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WRONG_AT_MOST = 0.01  # of questions about what we know: a wrong guide given as certain
UNKNOWN_GIVEN_AT_MOST = 0.2  # of questions about what we have never heard of: one of our guides given as certain
GUESSED_AT_MOST = 0.15  # of questions that several guides fit alike: one of them given as certain
REDIRECTED_AT_MOST = 0.005  # of our own questions: sent away as another procedure, or as a thing not on the list
REFUSED_AT_MOST = 0.01  # of our own questions: "I do not know that"
BARE_AT_MOST = 0.005  # of our own questions: "you have not said which"
SEVERAL_AT_MOST = 0.02  # of our own questions: looked at part by part though one thing is meant
ASKED_BACK_AT_MOST = 0.015  # of our own questions: "which of these?" because it sounds like several
UNHEARD_AT_MOST = 0.01  # of our own questions: "that does not seem to be on the list", with the nearest to choose
UNOFFERED_AT_MOST = 0.01  # of our own questions: nothing offered to choose from
SETTLED_WRONG_AT_MOST = 0.02  # of words that mean several, beside a word that decides: decided wrongly
PICKED_WRONG_AT_MOST = 0.02  # of answers to "which one?": another one taken, or one taken where nothing decides
ACT_PRESUMED_AT_MOST = 0.015  # of our own questions: taken for another act
ACT_MISSED_AT_MOST = 0.02  # of questions for another act: answered as if it were ours


@dataclass(frozen=True)
class Thresholds:
    """Probabilities at which a decision changes."""

    answer: float  # certainty from which one guide is given
    redirect: float  # another procedure is meant
    unlisted: float  # a known thing that is not on the list is meant
    none: float  # nothing that we know is meant
    bare: float  # nothing is named
    several: float  # several things are named
    vague: float  # several guides fit alike
    unheard: float  # a licence is named that is none of ours
    asking: float  # certainty from which it is worth asking which one is meant
    offer: float  # a guide is worth offering as a choice
    overrules: float  # certainty from which a word that means several needs no question
    settled: float  # within a confusion group, the other words have decided
    among: float  # an answer to "which one?" has decided: its share of the members' probability
    among_mass: float  # ... and what they have together
    other_act: float  # something else than cancelling is wanted
    topic_over_act: float  # a general topic is meant, though another act is named


def lowest(
    scores: Sequence[float], bad: Sequence[bool], share: float, *, weight: Sequence[float] | None = None
) -> float:
    """The lowest threshold at which at most `share` of all questions are decided badly by it."""
    values, wrong = np.array(scores, float), np.array(bad, bool)
    weights = np.ones(len(values)) if weight is None else np.array(weight, float)
    for threshold in np.arange(0.0, 1.0, 0.01):
        if weights[wrong & (values >= threshold)].sum() <= share * weights.sum():
            return round(float(threshold), 4)
    return 1.0


def highest(scores: Sequence[float], share: float) -> float:
    """The highest threshold that at most `share` of the scores stay under."""
    return round(float(np.floor(np.quantile(np.array(scores, float), share) * 1000) / 1000), 4) if scores else 0.0
