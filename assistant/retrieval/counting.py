"""How often each term is said of each document, and for each term the documents that have it.

A document that nobody has changed is neither counted nor its terms numbered again for the next finder: that is most of
what building one costs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count

import numpy as np

Terms = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of one document, each once, by their numbers in a vocabulary, and how often it has them."""

    terms: np.ndarray  # int32
    times: np.ndarray  # int32
    vocabulary: Mapping[str, int]  # of all documents that are cut alike


@cache
def _vocabulary(_cut: Terms) -> defaultdict[str, int]:
    """Every term by its number; it only grows, and no two threads that ask it for a new term get the same number."""
    return defaultdict(count().__next__)


@lru_cache(maxsize=32_768)  # phrases, and entries times channels, with room for those of a changed knowledge
def counted(texts: tuple[str, ...], cut: Terms) -> Counted:
    """A document of several texts."""
    found = Counter(term for text in texts for term in cut(text))
    known = _vocabulary(cut)
    return Counted(np.array([known[term] for term in found], np.int32), np.array(list(found.values()), np.int32), known)


class Held:
    """The documents by their terms: one long table of (term, document, times), sorted by term and then by document."""

    def __init__(self, documents: Sequence[Counted]) -> None:
        self.size = len(documents)
        self._vocabulary = documents[0].vocabulary if documents else {}
        said = _joined([one.terms for one in documents])
        here = np.zeros(len(self._vocabulary), bool)
        here[said] = True
        self._place = np.where(here, here.cumsum() - 1, -1).astype(np.int32)  # in this table, by the number of a term
        terms = self._place[said]
        order = np.argsort(terms, kind="stable")
        owners = np.repeat(np.arange(self.size, dtype=np.int32), [len(one.terms) for one in documents])
        self.term, self.document = terms[order], owners[order]
        self.times = _joined([one.times for one in documents])[order]
        self.holders = np.bincount(terms, minlength=int(here.sum()))  # in how many documents a term stands
        self._starts = np.cumsum(self.holders) - self.holders

    def known(self, terms: Iterable[str]) -> np.ndarray:
        """The places of those terms that some document has."""
        numbers = [number for number in map(self._vocabulary.get, terms) if number is not None]
        heard = np.array(numbers, np.int64)
        places = self._place[heard[heard < len(self._place)]]  # others were heard since
        return places[places >= 0]

    def as_table(self, weights: np.ndarray) -> np.ndarray:
        """The weights (one for each row) as one row per term and one column per document; float64."""
        table = np.zeros((len(self.holders), self.size))
        table[self.term, self.document] = weights
        return table

    def added_up(self, weights: np.ndarray, known: np.ndarray) -> np.ndarray:
        """The weights (one for each row of the table) of the terms in these places, per document; float32, shape (size,)."""
        if not len(known):
            return np.zeros(self.size, np.float32)
        lengths = self.holders[known]
        ends = lengths.cumsum()
        rows = np.arange(ends[-1]) + (self._starts[known] - ends + lengths).repeat(lengths)
        return np.bincount(self.document[rows], weights[rows], self.size).astype(np.float32)


def rareness(holders: np.ndarray, size: int) -> np.ndarray:
    """How rare what so many of `size` documents have is (idf); float64."""
    return np.log(1 + (size - holders + 0.5) / (holders + 0.5))


def _joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)
