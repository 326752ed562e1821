"""Likelihood channel: how much more often the terms of a question are said of one entry than of all entries.

A query likelihood model with Jelinek-Mercer smoothing. Where the other word channels ask for the phrase that fits best,
this one hears everything that people say of an entry at once, which is what finds topics that have no name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

SMOOTHING = 0.2  # how much of a term's chance comes from all entries together


class Likelihood:
    """For every term the entries in whose phrases it is commoner than elsewhere."""

    def __init__(self, documents: Sequence[Iterable[str]]) -> None:
        counted = [Counter(document) for document in documents]
        self._size = len(counted)
        everywhere: Counter[str] = Counter()
        for count in counted:
            everywhere.update(count)
        total = max(sum(everywhere.values()), 1)
        holders: dict[str, list[tuple[int, float]]] = {}
        for number, count in enumerate(counted):
            length = sum(count.values())
            for term, often in count.items():
                holders.setdefault(term, []).append((number, often / length))
        odds = (1 - SMOOTHING) / SMOOTHING
        self._rows = {
            term: (
                np.array([number for number, _ in held], np.int32),
                np.log1p(odds * np.array([share for _, share in held]) * total / everywhere[term]),
            )
            for term, held in holders.items()
        }

    def of(self, terms: Iterable[str]) -> np.ndarray:
        """Per entry the log of how much likelier these terms are than by chance; float32, shape (entries,), ≥ 0."""
        rows = [row for row in map(self._rows.get, dict.fromkeys(terms)) if row is not None]
        if not rows:
            return np.zeros(self._size, np.float32)
        numbers = np.concatenate([numbers for numbers, _ in rows])
        weights = np.concatenate([weights for _, weights in rows])
        return np.bincount(numbers, weights, self._size).astype(np.float32)
