"""Word channels: BM25 over characters and sounds, how much of a name is said, and initials typed for words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np

from assistant.retrieval.entries import Entry, Role
from assistant.retrieval.likelihood import Likelihood
from assistant.text import compact, cut_pinyin, folded, initials, syllables

Scores = np.ndarray  # float32, one score per entry
Terms = Callable[[str], list[str]]
UNKNOWN_SHARE = 0.3  # how much a term that no entry has counts in the weight of a question
STOP = frozenset(
    "的了吗呢吧啊呀么我你您他她它们个这那不还也都就要想是有在去把给跟和与到说能可以怎咋啥什哪谁多少几没办证"
)


def character_terms(text: str) -> list[str]:
    """Single characters and pairs of neighbours; Latin and digit runs stay whole."""
    parts = re.findall(r"[a-z0-9]+|[^a-z0-9]", compact(text))
    return [*(p for p in parts if p not in STOP), *(a + b for a, b in pairwise(parts))]


def pair_terms(text: str) -> list[str]:
    """Pairs of neighbouring characters only."""
    parts = re.findall(r"[a-z0-9]+|[^a-z0-9]", compact(text))
    return [a + b for a, b in pairwise(parts)] or parts


def word_terms(text: str) -> list[str]:
    """Words of two characters and more, as jieba cuts them for searching."""
    import jieba

    jieba.setLogLevel("WARNING")
    return [word for word in jieba.lcut_for_search(compact(text)) if len(word) >= 2]


def sound_terms(text: str) -> list[str]:
    """Pairs of neighbouring syllables: one syllable alone says too little."""
    sounds = syllables(text)
    return [f"{a} {b}" for a, b in pairwise(sounds)] or list(sounds)


class Postings:
    """An inverted index with BM25 weights; a question is scored by adding up the rows of its terms."""

    def __init__(self, documents: Sequence[Iterable[str]], *, k1: float = 1.2, b: float = 0.3) -> None:
        counted = [Counter(document) for document in documents]
        self.size = len(counted)
        lengths = np.array([sum(count.values()) for count in counted], np.float32)
        norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        holders: dict[str, list[tuple[int, int]]] = {}
        for number, count in enumerate(counted):
            for term, often in count.items():
                holders.setdefault(term, []).append((number, often))
        self.idf = {t: math.log(1 + (self.size - len(h) + 0.5) / (len(h) + 0.5)) for t, h in holders.items()}
        self._unseen = math.log(1 + (self.size + 0.5) / 0.5)
        self._rows: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for term, held in holders.items():
            numbers = np.array([n for n, _ in held], np.int32)
            times = np.array([t for _, t in held], np.float32)
            self._rows[term] = (numbers, self.idf[term] * times * (k1 + 1) / (times + norm[numbers]))

    def mass(self, terms: Sequence[str]) -> float:
        """The weight of a question's own terms; those that nothing has count a little."""
        return sum(self.idf.get(term, UNKNOWN_SHARE * self._unseen) for term in terms)

    def raw(self, terms: Sequence[str]) -> np.ndarray:
        """BM25 of every document, shape (size,)."""
        rows = [row for row in map(self._rows.get, terms) if row is not None]
        if not rows:
            return np.zeros(self.size, np.float32)
        numbers = np.concatenate([numbers for numbers, _ in rows])
        weights = np.concatenate([weights for _, weights in rows])
        return np.bincount(numbers, weights, self.size).astype(np.float32)


class Coverage:
    """How much of each phrase is said: the weight of its pairs that stand in the question, best phrase per entry."""

    def __init__(self, phrases: Sequence[tuple[int, str]], entries: int, terms: Terms) -> None:
        self._entries, self._terms = entries, terms
        kept = [(owner, list(dict.fromkeys(terms(text)))) for owner, text in phrases]
        kept = [(owner, own) for owner, own in kept if own]
        held: dict[str, set[int]] = {}
        for owner, own in kept:
            for term in own:
                held.setdefault(term, set()).add(owner)
        self.idf = {t: math.log(1 + (entries - len(h) + 0.5) / (len(h) + 0.5)) for t, h in held.items()}
        mass = [sum(self.idf[t] for t in own) for _, own in kept]
        self._full = np.array(mass, np.float32) + 2
        owners = np.array([owner for owner, _ in kept], np.int64)  # in rising order, as the phrases are given
        self._owners, self._starts = np.unique(owners, return_index=True)
        rows: dict[str, list[int]] = {}
        for number, (_, own) in enumerate(kept):
            for term in own:
                rows.setdefault(term, []).append(number)
        self._rows = {t: (np.array(held, np.int32), np.full(len(held), self.idf[t])) for t, held in rows.items()}

    def best(self, text: str) -> Scores:
        """Per entry the best share of a phrase that is said."""
        rows = [row for row in map(self._rows.get, dict.fromkeys(self._terms(text))) if row is not None]
        share = np.zeros(self._entries, np.float32)
        if rows:
            numbers = np.concatenate([numbers for numbers, _ in rows])
            weights = np.concatenate([weights for _, weights in rows])
            said = np.bincount(numbers, weights, len(self._full)).astype(np.float32)
            share[self._owners] = np.maximum.reduceat(said / self._full, self._starts)
        return share


class Words:
    """The word channels over all entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._count = len(entries)
        texts = [list(entry.texts(Role.NAME, Role.ALIAS, Role.SCOPE)) for entry in entries]
        self.characters = Postings([[t for text in own for t in character_terms(text)] for own in texts])
        self.words = Postings([[t for text in own for t in word_terms(text)] for own in texts])
        self.sounds = Postings([[t for text in own for t in sound_terms(text)] for own in texts])
        self.asked = Postings([[t for text in e.texts(Role.ASKED) for t in character_terms(text)] for e in entries])
        # Not the samples: the finder is judged by each of them without itself.
        told = [list(entry.texts(Role.NAME, Role.ALIAS, Role.SCOPE, Role.ASKED)) for entry in entries]
        self.likely = Likelihood([[t for text in own for t in character_terms(text)] for own in told])
        self.likely_sounds = Likelihood([[t for text in own for t in sound_terms(text)] for own in told])
        names = [(n, text) for n, e in enumerate(entries) for text in e.texts(Role.NAME, Role.ALIAS)]
        scope = [(n, text) for n, e in enumerate(entries) for text in e.texts(Role.SCOPE)]
        self.names_said = Coverage(names, self._count, pair_terms)
        self.scope_said = Coverage(scope, self._count, pair_terms)
        held: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for text in {*entry.texts(Role.NAME, Role.ALIAS)}:
                for letters in {initials(v) for v in (text, *endings(text))}:
                    if len(letters) >= 3:
                        held.setdefault(letters, []).append(number)
        self._initials = {letters: np.array(numbers, np.int32) for letters, numbers in held.items()}
        self._longest = max(map(len, held), default=0)
        self._holding: dict[str, list[str]] = {}  # by three letters that stand in them
        for letters in held:
            for three in {letters[at : at + 3] for at in range(len(letters) - 2)}:
                self._holding.setdefault(three, []).append(letters)

    def initials(self, text: str) -> Scores:
        """1 for an entry whose name somebody typed by its initials (spjyxkz), less for a part of it."""
        scores = np.zeros(self._count, np.float32)
        for run in re.findall(r"[a-z]{3,}", folded(text)):
            if cut_pinyin(run) and len(run) > 6:
                continue
            for letters in self._near_runs(run):
                value = (min(len(letters), len(run)) / max(len(letters), len(run))) ** 3
                owners = self._initials[letters]
                scores[owners] = np.maximum(scores[owners], value)
        return scores

    def _near_runs(self, run: str) -> set[str]:
        """The known runs of initials that contain this one or stand in it."""
        ends = ((at, end) for at in range(len(run) - 2) for end in range(at + 3, min(at + self._longest, len(run)) + 1))
        within = {run[at:end] for at, end in ends} & self._initials.keys()
        return within.union(letters for letters in self._holding.get(run[:3], ()) if run in letters)


def endings(text: str) -> tuple[str, ...]:
    """A name with the endings that people use alike."""
    stem = re.sub(r"(的证|许可证|许可|证书|证)$", "", text)
    return (stem + "证", stem + "许可证", stem) if len(stem) >= 3 else (stem + "证", stem + "许可证")
