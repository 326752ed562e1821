"""Word channels: BM25 over characters and sounds, how much of a name is said, and initials typed for words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from assistant.retrieval.counting import Counted, Held, Terms, counted, numbered, rareness
from assistant.retrieval.entries import Entry, Role
from assistant.retrieval.likelihood import Likelihood
from assistant.text import compact, cut_pinyin, folded, initials, syllables

Scores = np.ndarray  # float32, one score per entry
UNKNOWN_SHARE = 0.3  # how much a term that no entry has counts in the weight of a question
KEPT = 16_384  # names whose initials the next finder need not work out again
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
    return [word for word in _cutter()(compact(text)) if len(word) >= 2]


@lru_cache(maxsize=1)
def _cutter() -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel("WARNING")
    cut: Callable[[str], list[str]] = jieba.lcut_for_search
    return cut


def sound_terms(text: str) -> list[str]:
    """Pairs of neighbouring syllables: one syllable alone says too little."""
    sounds = syllables(text)
    return [f"{a} {b}" for a, b in pairwise(sounds)] or list(sounds)


class Postings:
    """An inverted index with BM25 weights; a question is scored by adding up the rows of its terms."""

    def __init__(self, documents: Sequence[Counted], *, k1: float = 1.2, b: float = 0.3) -> None:
        self._held = held = Held(documents)
        lengths = np.array([one.times.sum() for one in documents], np.float32)
        norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        self.idf = rareness(held.holders, held.size)
        self._unseen = math.log(1 + (held.size + 0.5) / 0.5)
        times, rare = held.times.astype(np.float32), self.idf.astype(np.float32)
        self._weights = rare[held.term] * times * (k1 + 1) / (times + norm[held.document])

    def scored(self, terms: np.ndarray) -> tuple[Scores, float]:
        """BM25 of every document, and what one can have of these terms at most; those that nothing has count a little."""
        known = self._held.known(terms)
        mass = float(self.idf[known].sum()) + (len(terms) - len(known)) * UNKNOWN_SHARE * self._unseen
        return self._held.added_up(self._weights, known), max(2.2 * mass, 1e-6)

    def share(self, terms: np.ndarray) -> Scores:
        """BM25 of every document as a share of the most."""
        scores, most = self.scored(terms)
        return scores / most


class Coverage:
    """How much of each phrase is said: the weight of its pairs that stand in the question, best phrase per entry."""

    def __init__(self, phrases: Sequence[tuple[int, str]], entries: int, terms: Terms) -> None:
        self._entries, self._terms = entries, terms
        kept = [(owner, counted((text,), terms)) for owner, text in phrases]
        kept = [(owner, own) for owner, own in kept if len(own.terms)]
        self._held = held = Held([own for _, own in kept])
        owners = np.array([owner for owner, _ in kept], np.int64)  # in rising order, as the phrases are given
        first = np.ones(len(held.term), bool)  # of the rows of a term, the first of each entry
        first[1:] = np.diff(held.term * entries + owners[held.document]) != 0
        self._weights = rareness(np.bincount(held.term[first], minlength=len(held.holders)), entries)[held.term]
        self._full = np.bincount(held.document, self._weights, held.size).astype(np.float32) + 2
        self._owners, self._starts = np.unique(owners, return_index=True)

    def best(self, text: str) -> Scores:
        """Per entry the best share of a phrase that is said."""
        share = np.zeros(self._entries, np.float32)
        if len(self._full):
            said = self._held.added_up(
                self._weights, self._held.known(numbered(dict.fromkeys(self._terms(text)), self._terms))
            )
            share[self._owners] = np.maximum.reduceat(said / self._full, self._starts)
        return share


class Words:
    """The word channels over all entries; `words` and `asked` are None where they are idle."""

    def __init__(self, entries: Sequence[Entry], idle: Collection[str] = ()) -> None:
        self._count = len(entries)
        texts = [tuple(entry.texts(Role.NAME, Role.ALIAS, Role.SCOPE)) for entry in entries]
        asked = [tuple(entry.texts(Role.ASKED)) for entry in entries]
        self.characters = Postings([counted(own, character_terms) for own in texts])
        self.words = None if "words" in idle else Postings([counted(own, word_terms) for own in texts])
        self.sounds = Postings([counted(own, sound_terms) for own in texts])
        self.asked = None if "asked" in idle else Postings([counted(own, character_terms) for own in asked])
        # Not the samples: the finder is judged by each of them without itself.
        told = [own + more for own, more in zip(texts, asked, strict=True)]
        self.likely = Likelihood([counted(own, character_terms) for own in told])
        self.likely_sounds = Likelihood([counted(own, sound_terms) for own in told])
        names = [(n, text) for n, e in enumerate(entries) for text in e.texts(Role.NAME, Role.ALIAS)]
        scope = [(n, text) for n, e in enumerate(entries) for text in e.texts(Role.SCOPE)]
        self.names_said = Coverage(names, self._count, pair_terms)
        self.scope_said = Coverage(scope, self._count, pair_terms)
        held: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for text in {*entry.texts(Role.NAME, Role.ALIAS)}:
                for letters in _typed(text):
                    held.setdefault(letters, []).append(number)
        self._initials = held
        self._longest = max(map(len, held), default=0)
        self._all_initials = " ".join(held)

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
        return within.union(re.findall(rf"\S*{run}\S*", self._all_initials))


@lru_cache(maxsize=KEPT)
def _typed(name: str) -> tuple[str, ...]:
    """What is typed by whoever types the initials of a name, with one of its endings."""
    return tuple({letters for v in (name, *endings(name)) if len(letters := initials(v)) >= 3})


def endings(text: str) -> tuple[str, ...]:
    """A name with the endings that people use alike."""
    stem = re.sub(r"(的证|许可证|许可|证书|证)$", "", text)
    return (stem + "证", stem + "许可证", stem) if len(stem) >= 3 else (stem + "证", stem + "许可证")
