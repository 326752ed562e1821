"""A probability from a handful of signs: logistic regression, learned by maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Logistic:
    """P(something is so), from signs of it."""

    weights: np.ndarray  # float64, shape (signs,)

    def of(self, signs: np.ndarray) -> float:
        """The probability for one case; `signs` has the shape (signs,)."""
        return float(1 / (1 + np.exp(-signs @ self.weights)))


def learned(
    signs: Sequence[np.ndarray], truth: Sequence[bool], *, ridge: float, weight: Sequence[float] | None = None
) -> Logistic:
    """The weights that make what is true most probable; `weight` says how much each case counts."""
    from scipy.optimize import minimize

    figures, true = np.array(signs), np.array(truth, float)
    share = np.ones(len(true)) if weight is None else np.array(weight, float)
    share /= share.sum()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utility = figures @ weights
        value = (share * (np.logaddexp(0, utility) - true * utility)).sum() + ridge * (weights @ weights) / 2
        slope = figures.T @ (share * (1 / (1 + np.exp(-utility)) - true)) + ridge * weights
        return float(value), slope

    return Logistic(minimize(loss, np.zeros(figures.shape[1]), jac=True, method="L-BFGS-B").x)
