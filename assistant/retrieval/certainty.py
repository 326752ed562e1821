"""How sure the first guess is: a logistic regression on what a ranking looks like, learned from held-out samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.retrieval.channels import CHANNELS, NONE_CHANNELS
from assistant.retrieval.evidence import Evidence

RIVAL = 0.8  # of the best by characters
_CHARACTERS, _PAPER_NAMED = CHANNELS.index("characters_best"), NONE_CHANNELS.index("paper_named")

SIGNS = (
    "bias",
    "log_odds",  # of the first against all the others
    "margin",  # to the second
    "over_none",  # to "none of them"
    "over_ways_to_speak",  # ... to "nothing is named", "several fit", "none of our business"
    "named",  # the first is named, and nothing else by the same word
    "named_share",  # how much of what was said names it
    "words_agree",  # it is first by characters too
    "sounds_agree",
    "meaning_agrees",
    "likelihood_agrees",
    "length",
    "names_apart",  # what is said of the first and not of the second: of its name
    "scope_apart",  # ... of its scope
    "hints_apart",  # ... by a scope word, a sign word, its trade
    "characters_apart",
    "meaning_apart",
    "likelihood_apart",
    "rivals",  # how many others are named as much
    "paper_unknown",  # how much of what the named licence is of the first does not have
)
APART = {
    "names_apart": ("name_said", "mention_weight"),
    "scope_apart": ("scope_said",),
    "hints_apart": ("scope_word", "sign", "trade"),
    "characters_apart": ("characters_best",),
    "meaning_apart": ("near_best", "near_scope"),
    "likelihood_apart": ("likely",),
}


@dataclass(frozen=True)
class Certainty:
    """P(the first guess is right)."""

    weights: np.ndarray  # float64, shape (len(SIGNS),)

    def of(self, signs: np.ndarray) -> float:
        """The probability for one ranking."""
        return float(1 / (1 + np.exp(-signs @ self.weights)))


def signs_of(evidence: Evidence, probability: np.ndarray) -> np.ndarray:
    """What a ranking looks like; `probability` has "none" last."""
    order = np.argsort(-probability[: evidence.things])[:2]
    first, second = int(order[0]), int(order[1])
    best, rest = float(probability[first]), float(1 - probability[first])
    log = np.log(np.maximum(probability, 1e-6))
    row = dict(zip(CHANNELS, evidence.rows[first], strict=True))
    other = dict(zip(CHANNELS, evidence.rows[second], strict=True))
    apart = [max(row[name] for name in names) - max(other[name] for name in names) for names in APART.values()]
    rivals = int((evidence.rows[:, _CHARACTERS] > RIVAL).sum())
    return np.array(
        [
            1,
            np.clip(np.log(max(best, 1e-6) / max(rest, 1e-6)), -6, 8),
            min(log[first] - log[second], 8),
            min(log[first] - log[-1], 8),
            min(log[first] - np.log(max(float(probability[evidence.things : -1].sum()), 1e-6)), 8),
            row["mentioned_alone"],
            row["mention_length"],
            row["characters_best"] > 0.999,
            row["sounds_best"] > 0.999,
            row["near_beside_best"] > 0.999,
            row["likely_best"] > 0.999,
            min(len(evidence.core), 40) / 40,
            *apart,
            np.log1p(rivals),
            evidence.none[_PAPER_NAMED] - row["paper_said"],
        ],
        np.float64,
    )


def learn_certainty(signs: Sequence[np.ndarray], right: Sequence[bool], weight: Sequence[float]) -> Certainty:
    """Weights by maximum likelihood with a small ridge."""
    from scipy.optimize import minimize

    figures, truth, share = np.array(signs), np.array(right, float), np.array(weight) / sum(weight)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utility = figures @ weights
        value = (share * (np.logaddexp(0, utility) - truth * utility)).sum() + 0.002 * (weights @ weights) / 2
        slope = figures.T @ (share * (1 / (1 + np.exp(-utility)) - truth)) + 0.002 * weights
        return float(value), slope

    return Certainty(minimize(loss, np.zeros(figures.shape[1]), jac=True, method="L-BFGS-B").x)
