"""How often each term is said of each document, and for each term the documents that have it.

A document that nobody has changed is not counted again for the next finder: counting is most of what building one costs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

import numpy as np

Terms = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of one document, each once, and how often it has them."""

    terms: tuple[str, ...]
    times: np.ndarray  # int32


@lru_cache(maxsize=32_768)  # phrases, and entries times channels, with room for those of a changed knowledge
def counted(texts: tuple[str, ...], cut: Terms) -> Counted:
    """A document of several texts."""
    found = Counter(term for text in texts for term in cut(text))
    return Counted(tuple(map(intern, found)), np.array(list(found.values()), np.int32))


class Held:
    """The documents by their terms: one long table of (term, document, times), sorted by term and then by document."""

    def __init__(self, documents: Sequence[Counted]) -> None:
        self.size = len(documents)
        self.number: dict[str, int] = {}
        number = self.number
        terms = np.array([number.setdefault(term, len(number)) for one in documents for term in one.terms], np.int64)
        order = np.argsort(terms, kind="stable")
        owners = np.repeat(np.arange(self.size, dtype=np.int32), [len(one.terms) for one in documents])
        times = np.concatenate([one.times for one in documents]) if documents else np.zeros(0, np.int32)
        self.term, self.document, self.times = terms[order], owners[order], times[order]
        self.holders = np.bincount(terms, minlength=len(number))  # in how many documents a term stands
        self._starts = np.cumsum(self.holders) - self.holders

    def known(self, terms: Iterable[str]) -> list[int]:
        """The numbers of those terms that some document has."""
        return [at for at in map(self.number.get, terms) if at is not None]

    def as_table(self, weights: np.ndarray) -> np.ndarray:
        """The weights (one for each row) as one row per term and one column per document; float64."""
        table = np.zeros((len(self.number), self.size))
        table[self.term, self.document] = weights
        return table

    def added_up(self, weights: np.ndarray, terms: Iterable[str]) -> np.ndarray:
        """The weights (one for each row of the table) of these terms, per document; float32, shape (size,)."""
        known = self.known(terms)
        if not known:
            return np.zeros(self.size, np.float32)
        lengths = self.holders[known]
        ends = lengths.cumsum()
        rows = np.arange(ends[-1]) + (self._starts[known] - ends + lengths).repeat(lengths)
        return np.bincount(self.document[rows], weights[rows], self.size).astype(np.float32)
