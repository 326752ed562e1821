"""How evidence becomes probability: a choice among all entries and "none of them", learned from sample questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.retrieval.channels import BY_THEMSELVES, CHANNELS, NONE_CHANNELS
from assistant.retrieval.entries import Kind
from assistant.retrieval.evidence import Evidence

if TYPE_CHECKING:
    from assistant.retrieval.cases import Case

# Likeness can speak for an entry, never against it, whatever the samples seem to say.
AGAINST = {"denied"}
FREE = {"mentioned_by_sound", "mention_of_topic_beside_item", "unlisted", "redirect", "redirect_ours",
        "redirect_wrong_act", "registry", "registry_item_named", "registry_item_hinted", "bundle", "bundle_item_named",
        "concept", "concept_item_named", "concept_item_hinted", "bare", "bare_generic", "bare_named", "bare_hinted",
        "vague", "vague_named", "several", "several_parts", "several_meant", "several_named", "elsewhere", "elsewhere_ours", "elsewhere_named"}  # fmt: skip
KNOWN = 16.0  # an editor's own sample question, word for word, leads to the editor's guide
CANDIDATES = 50  # entries that are compared in learning: the likeliest by a rough guess


@dataclass(frozen=True)
class Weights:
    """One weight per channel, with or without an encoder, as `daoban learn` found them."""

    channels: np.ndarray  # float64, shape (len(CHANNELS),)
    none: np.ndarray  # float64, shape (len(NONE_CHANNELS),)

    @property
    def idle(self) -> frozenset[str]:
        """The channels that need not be looked at: they weigh nothing, and nothing else is made of them."""
        return BY_THEMSELVES & {name for name, weight in zip(CHANNELS, self.channels, strict=True) if not weight}

    def utilities(self, evidence: Evidence) -> np.ndarray:
        """How well each entry fits, the last one being "none"; shape (entries + 1,)."""
        utility = np.append(evidence.rows @ self.channels, evidence.none @ self.none)
        if evidence.known is not None:
            utility[evidence.known] += KNOWN
        return utility

    def probabilities(self, evidence: Evidence) -> np.ndarray:
        """P(entry is meant), the last one P(none of them); shape (entries + 1,), sums to 1."""
        utility = self.utilities(evidence)
        weight = np.exp(utility - utility.max())
        return np.asarray(weight / weight.sum())


def one_meant(probability: np.ndarray, ways: Mapping[Kind, int]) -> tuple[np.ndarray, float]:
    """The probabilities if one thing is meant, and P(several are named); `ways` has the rows of the ways to speak."""
    if Kind.SEVERAL not in ways:
        return probability, 0.0
    share = float(probability[ways[Kind.SEVERAL]])
    rest = probability.copy()
    rest[ways[Kind.SEVERAL]] = 0.0
    return rest / max(1 - share, 1e-9), share


@dataclass(frozen=True)
class Blocks:
    """Cases as one tensor, ready for learning: the right row of each comes first."""

    figures: np.ndarray  # float32, shape (cases, CANDIDATES + 1, channels)
    weight: np.ndarray

    def part(self, wanted: np.ndarray) -> Blocks:
        """The cases where `wanted` is true."""
        return Blocks(self.figures[wanted], self.weight[wanted])


def blocks_of(cases: Sequence[Case]) -> Blocks:
    """The figures of the right entry, of the likeliest others and of "none", for each case."""
    width, extra = len(CHANNELS), len(NONE_CHANNELS)
    guess = np.zeros(width)
    for name, value in (("characters", 6), ("name_said", 4), ("near_best", 6), ("mentioned", 2)):
        guess[CHANNELS.index(name)] = value
    figures = np.zeros((len(cases), CANDIDATES + 1, width + extra), np.float32)
    for number, case in enumerate(cases):
        rows = case.evidence.rows
        rough = rows @ guess
        rough[case.evidence.things :] = 1e8  # the ways to speak are weighed in every question
        if case.right >= 0:
            rough[case.right] = 1e9
        best = np.argsort(-rough)[:CANDIDATES]
        places = slice(0, CANDIDATES) if case.right >= 0 else slice(1, CANDIDATES + 1)
        figures[number, places, :width] = rows[best]
        figures[number, CANDIDATES if case.right >= 0 else 0, width:] = case.evidence.none
    return Blocks(figures, np.array([case.weight for case in cases]))


def learn(blocks: Blocks, *, ridge: float = 0.0003) -> Weights:
    """Weights that make what is right most probable, by maximum likelihood."""
    from scipy.optimize import minimize

    figures, weight = blocks.figures, blocks.weight / blocks.weight.sum()
    right = np.einsum("n,nf->f", weight, figures[:, 0].astype(np.float64))
    flat = figures.reshape(-1, figures.shape[2])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utility = (flat @ weights.astype(np.float32)).reshape(figures.shape[:2]).astype(np.float64)
        utility -= utility.max(axis=1, keepdims=True)
        share = np.exp(utility)
        share /= share.sum(axis=1, keepdims=True)
        value = -(weight * np.log(share[:, 0] + 1e-12)).sum() + ridge * (weights @ weights) / 2
        expected = (share * weight[:, None]).reshape(-1).astype(np.float32) @ flat
        return float(value), expected.astype(np.float64) - right + ridge * weights

    limits: list[tuple[float | None, float | None]] = [
        (None, 0) if name in AGAINST else (None, None) if name in FREE else (0, None) for name in CHANNELS
    ]
    limits += [(None, None)] * len(NONE_CHANNELS)
    start = np.zeros(figures.shape[2])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 400})
    return Weights(found.x[: len(CHANNELS)], found.x[len(CHANNELS) :])
