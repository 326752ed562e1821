"""Likelihood channel: how much more often the terms of a question are said of one entry than of all entries.

A query likelihood model with Jelinek-Mercer smoothing. Where the other word channels ask for the phrase that fits best,
this one hears everything that people say of an entry at once, which is what finds topics that have no name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.retrieval.counting import Counted, Held

FEW = 16  # documents: so many fit into a whole table
SMOOTHING = 0.2  # how much of a term's chance comes from all entries together


class Likelihood:
    """For every term the entries in whose phrases it is commoner than elsewhere."""

    def __init__(self, documents: Sequence[Counted]) -> None:
        self._held = held = Held(documents)
        lengths = np.array([one.times.sum() for one in documents], np.float64)
        everywhere = np.bincount(held.term, held.times, len(held.holders))
        total = max(float(everywhere.sum()), 1.0)
        odds = (1 - SMOOTHING) / SMOOTHING
        self._weights = np.log1p(odds * (held.times / lengths[held.document]) * total / everywhere[held.term])
        self._table = held.as_table(self._weights) if held.size <= FEW else None

    def of(self, terms: np.ndarray) -> np.ndarray:
        """Per entry the log of how much likelier these terms, each once, are than by chance; float32, shape (entries,), ≥ 0."""
        known = self._held.known(terms)
        if self._table is None:
            return self._held.added_up(self._weights, known)
        return np.asarray(self._table[known].sum(axis=0), np.float32)
