"""How often each term is said of each document, and for each term the documents that have it.

A document that nobody has changed is neither counted nor its terms numbered again for the next finder: that is most of
what building one costs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count

import numpy as np

Terms = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of one document, each once, by their numbers in the vocabulary of all that are cut alike, and how often."""

    terms: np.ndarray  # int32
    times: np.ndarray  # int32


@cache
def _vocabulary(_cut: Terms) -> defaultdict[str, int]:
    """Every term by its number; it only grows, and no two threads that ask it for a new term get the same number."""
    return defaultdict(count().__next__)


@lru_cache(maxsize=32_768)  # phrases, and entries times channels, with room for those of a changed knowledge
def counted(texts: tuple[str, ...], cut: Terms) -> Counted:
    """A document of several texts."""
    found = Counter(term for text in texts for term in cut(text))
    known = _vocabulary(cut)
    return Counted(np.array([known[term] for term in found], np.int32), np.array(list(found.values()), np.int32))


def numbered(terms: Iterable[str], cut: Terms) -> np.ndarray:
    """The terms of a question by their numbers in the vocabulary of all that is cut alike; -1 is one that nobody has said."""
    number = _vocabulary(cut).get
    return np.array([number(term, -1) for term in terms], np.int64)


class Held:
    """The documents by their terms: one long table of (term, document, times), sorted by term and then by document."""

    def __init__(self, documents: Sequence[Counted]) -> None:
        self.size = len(documents)
        said = _joined([one.terms for one in documents])
        here = np.zeros(int(said.max(initial=-1)) + 1, bool)
        here[said] = True
        self._place = np.where(here, here.cumsum() - 1, -1).astype(np.int32)  # in this table, by the number of a term
        terms = self._place[said]
        order = np.argsort(terms, kind="stable")
        owners = np.repeat(np.arange(self.size, dtype=np.int32), [len(one.terms) for one in documents])
        self.term, self.document = terms[order], owners[order]
        self.times = _joined([one.times for one in documents])[order]
        self.holders = np.bincount(terms, minlength=int(here.sum()))  # in how many documents a term stands
        self._starts = np.cumsum(self.holders) - self.holders

    def known(self, numbers: np.ndarray) -> np.ndarray:
        """The places of those terms (`numbered`) that some document has."""
        places: np.ndarray = self._place[
            numbers[(numbers >= 0) & (numbers < len(self._place))]
        ]  # others were heard since
        return np.asarray(places[places >= 0])

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
