"""Passages cut into characters and pairs of them, as numbers on disk: BM25 of any passages, exactly, without their texts.

A score is the share of what the question could get at most: 0..1 for plain texts.
"""

from __future__ import annotations

import math
from array import array
from collections import ChainMap
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from assistant.retrieval.words import UNKNOWN_SHARE, character_terms

K1, B = 1.2, 0.75  # tantivy's own
MOST_TERMS = 48  # of a question: the rarest ones
TERMS, FREQUENCY, CUT, ENDS = "terms.txt", "frequency.npy", "cut.npy", "ends.npy"


@dataclass(frozen=True)
class Asked:
    """The terms of a question that some passage has, with their weights, and the most that a passage could get."""

    terms: tuple[str, ...]
    numbers: np.ndarray  # of the terms
    idf: np.ndarray
    most: float


@dataclass(frozen=True)
class Vocabulary:
    """All terms by number, and how many passages have each."""

    known: MutableMapping[str, int]
    frequency: np.ndarray
    size: int  # passages
    average: float  # terms of a passage

    def asked(self, text: str) -> Asked:
        """A question as a set of weighed terms; of a long one the rarest terms."""
        said = list(dict.fromkeys(character_terms(text)))
        found = {term: self.known[term] for term in said if term in self.known}
        weight = {term: self._idf(int(self.frequency[number])) for term, number in found.items()}
        kept = sorted(weight, key=lambda term: -weight[term])[:MOST_TERMS]
        unknown = min(len(said) - len(found), MOST_TERMS) * UNKNOWN_SHARE * self._idf(0)
        most = (K1 + 1) * (sum(weight[term] for term in kept) + unknown)
        numbers = np.array([found[term] for term in kept], np.int64)
        return Asked(tuple(kept), numbers, np.array([weight[term] for term in kept], np.float32), max(most, 1e-6))

    def cut(self, texts: Iterable[str]) -> Cut:
        """Other texts in these numbers; -1 for a term that is not known."""
        rows = [[self.known.get(term, -1) for term in character_terms(text)] for text in texts]
        ends = np.cumsum([0, *map(len, rows)])
        return Cut(np.array([number for row in rows for number in row], np.int32), ends)

    def grown(self, texts: Iterable[str]) -> Vocabulary:
        """The same with the terms that only these texts have."""
        new: dict[str, int] = {}
        for text in texts:
            for term in set(character_terms(text)):
                if term not in self.known:
                    new[term] = new.get(term, 0) + 1
        numbers = {term: len(self.frequency) + n for n, term in enumerate(new)}
        frequency = np.append(self.frequency, np.array(list(new.values()), np.int32))
        return Vocabulary(ChainMap(numbers, self.known), frequency, self.size, self.average)

    def _idf(self, holders: int) -> float:
        return math.log(1 + (max(self.size - holders, 0) + 0.5) / (holders + 0.5))


@dataclass(frozen=True)
class Cut:
    """The terms of passages, one passage after another."""

    numbers: np.ndarray  # int32
    ends: np.ndarray  # int64, with the 0 before the first

    def shares(self, question: Asked, vocabulary: Vocabulary, passages: np.ndarray | None = None) -> np.ndarray:
        """What these passages get (all of them, where none are named), float32."""
        lengths = np.diff(self.ends) if passages is None else self.ends[passages + 1] - self.ends[passages]
        if passages is None:
            terms, rows = self.numbers, self._rows
        else:
            rows = np.repeat(np.arange(len(passages)), lengths)
            before = np.cumsum(lengths) - lengths
            terms = self.numbers[np.arange(len(rows)) + (self.ends[passages] - before)[rows]]
        width = len(question.terms)
        place = np.full(len(vocabulary.frequency) + 1, -1, np.int16)  # the last is that of unknown terms
        place[question.numbers] = np.arange(width)
        at = place.take(terms, mode="wrap")
        said = np.flatnonzero(at >= 0)
        times = np.bincount(rows[said] * width + at[said], minlength=len(lengths) * width)
        pairs = np.flatnonzero(times)
        holder, term = np.divmod(pairs, max(width, 1))
        norm = K1 * (1 - B + B * lengths / vocabulary.average)
        gain = question.idf[term] * times[pairs] * (K1 + 1) / (times[pairs] + norm[holder])
        return (np.bincount(holder, gain, len(lengths)) / question.most).astype(np.float32)

    @cached_property
    def _rows(self) -> np.ndarray:
        """The passage of each term."""
        return np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))


def write_terms(folder: Path, texts: Sequence[str]) -> None:
    """Write what `read_terms` reads."""
    known: dict[str, int] = {}
    numbers, ends = array("i"), array("q", [0])
    for text in texts:
        numbers.extend([known.setdefault(term, len(known)) for term in character_terms(text)])
        ends.append(len(numbers))
    cut = Cut(np.frombuffer(numbers, np.int32), np.frombuffer(ends, np.int64))
    once = np.unique(cut._rows * len(known) + cut.numbers) % max(len(known), 1)
    np.save(folder / FREQUENCY, np.bincount(once, minlength=len(known)).astype(np.int32))
    np.save(folder / CUT, cut.numbers)
    np.save(folder / ENDS, cut.ends)
    (folder / TERMS).write_text("\n".join(known), "utf-8")


def read_terms(folder: Path) -> tuple[Vocabulary, Cut]:
    """The vocabulary, and the passages in its numbers, memory-mapped."""
    names = (folder / TERMS).read_text("utf-8")
    cut = Cut(np.load(folder / CUT, mmap_mode="r"), np.load(folder / ENDS, mmap_mode="r"))
    size = len(cut.ends) - 1
    known = {term: number for number, term in enumerate(names.split("\n") if names else ())}
    return Vocabulary(known, np.load(folder / FREQUENCY), size, max(len(cut.numbers) / max(size, 1), 1.0)), cut
