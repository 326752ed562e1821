"""The plain systems of the field: BM25 over words, BM25 over characters, and nearest sentence vector."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from assistant.bench.worker import Task


def jieba_words(text: str) -> list[str]:
    """The words that jieba cuts."""
    import jieba

    jieba.setLogLevel("WARNING")
    return [word for word in jieba.lcut(text.lower()) if re.search(r"\w", word)]


def characters(text: str) -> list[str]:
    """Single characters and pairs of neighbours."""
    found = re.findall(r"\w", text.lower())
    return [*found, *(first + second for first, second in pairwise(found))]


class _BM25:
    """bm25s as it comes: one document a guide, its texts one after another."""

    def __init__(self, task: Task, cut: Callable[[str], list[str]]) -> None:
        import bm25s

        self._cut = cut
        self._names = [guide["name"] for guide in task.guides]
        self._index = bm25s.BM25()
        self._index.index(
            [[t for text in guide["texts"] for t in cut(text)] for guide in task.guides], show_progress=False
        )

    def first_three(self, question: str) -> list[str]:
        """The names of the likeliest guides, best first."""
        terms = self._cut(question)
        return _best(self._index.get_scores(terms), self._names) if terms else []


class JiebaWords(_BM25):
    """BM25 over jieba's words."""

    def __init__(self, task: Task) -> None:
        super().__init__(task, jieba_words)


class Characters(_BM25):
    """BM25 over characters and pairs of them."""

    def __init__(self, task: Task) -> None:
        super().__init__(task, characters)


class Encoder:
    """Nearest sentence vector: a guide is as near as the nearest of its texts."""

    def __init__(self, task: Task) -> None:
        from assistant.retrieval.encoder import load_encoder
        from assistant.retrieval.remembering import RememberingEncoder

        encoder = load_encoder(task.given)
        assert encoder is not None
        self._encoder = RememberingEncoder(encoder, task.own)
        self._names = [guide["name"] for guide in task.guides]
        self._owner = np.array([n for n, guide in enumerate(task.guides) for _ in guide["texts"]])
        self._vectors = self._encoder.encode([text for guide in task.guides for text in guide["texts"]])

    def first_three(self, question: str) -> list[str]:
        """The names of the likeliest guides, best first."""
        near = np.full(len(self._names), -1.0, np.float32)
        np.maximum.at(near, self._owner, self._vectors @ self._encoder.encode([question])[0])
        return _best(near + 1, self._names)


def _best(scores: np.ndarray, names: Sequence[str]) -> list[str]:
    """The three best of those for which anything speaks."""
    order = np.argsort(-scores, kind="stable")[:3]
    return [names[int(number)] for number in order if scores[number] > 0]
