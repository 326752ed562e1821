"""Index: passages found by words and meaning together; saved, opened again, changed guide by guide while it is read.

A score is the share of the question's words that a passage has, plus the cosine of both. Flat up to `FLAT_LIMIT`
passages: every one is scored. Above it each part names its likeliest, and those alone are scored, exactly.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.retrieval.encoder import Encoder
from assistant.retrieval.index.changes import MOST, Changes, no_changes, read_changes
from assistant.retrieval.index.manifest import IndexOutdated, Manifest, read_manifest
from assistant.retrieval.index.meaning import Clusters, Vectors, chunks, write_clusters
from assistant.retrieval.index.passages import Passage, Passages, write_passages
from assistant.retrieval.index.terms import Asked, Cut, Vocabulary, read_terms, write_terms
from assistant.retrieval.index.words import Words, write_words
from assistant.text import shortened

FLAT_LIMIT = 20_000
DEPTH = 256  # passages that each part names
WORDS, VECTORS, CLUSTERS = "words", "vectors.f16", "clusters.faiss"

Names = Collection[str | None] | None  # regions or departments to keep to; None for all


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its score: the share of the words and the cosine."""

    passage: Passage
    score: float
    words: float
    meaning: float


@dataclass(frozen=True)
class Built:
    """What `build` made; never changes."""

    folder: Path
    passages: Passages
    vocabulary: Vocabulary
    cut: Cut
    vectors: Vectors | None  # None without an encoder
    matrix: np.ndarray | None  # all vectors, where it is flat
    words: Words | None  # where it is large
    clusters: Clusters | None

    def likeliest(self, terms: Asked, vector: np.ndarray | None, regions: Names, departments: Names) -> np.ndarray:
        """The numbers of the passages that are worth scoring: in a flat index all that are allowed."""
        allowed = self.passages.allowed(regions, departments)
        if self.words is None:
            return np.arange(len(self.passages)) if allowed is None else np.flatnonzero(allowed)
        numbers = self.words.best(terms, DEPTH, regions, departments)
        if vector is None or self.clusters is None:
            return numbers
        return np.union1d(numbers, self.clusters.best(vector, DEPTH, allowed))

    def cosines(self, vector: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """How alike these passages are to one vector."""
        if self.matrix is not None:
            return np.asarray((self.matrix @ vector)[numbers])
        return self.vectors.cosines(vector, numbers) if self.vectors else np.zeros(len(numbers), np.float32)


@dataclass(frozen=True)
class View:
    """The index as it is at one moment; a reader keeps it as long as it likes."""

    built: Built
    manifest: Manifest
    changes: Changes
    gone: np.ndarray  # the numbers of the built passages that were replaced since
    vocabulary: Vocabulary  # with the terms that only the changes have
    cut: Cut  # of the changed passages

    def search(
        self, question: str, vector: np.ndarray | None, k: int, regions: Names, departments: Names
    ) -> list[Found]:
        """The k best passages of these regions and departments, the best first."""
        terms = self.vocabulary.asked(question)
        built = self.built
        numbers = built.likeliest(terms, vector, regions, departments)
        numbers = numbers[~np.isin(numbers, self.gone)] if len(self.gone) else numbers
        share = built.cut.shares(terms, self.vocabulary, numbers if len(numbers) < len(built.passages) else None)
        near = np.zeros_like(share) if vector is None else built.cosines(vector, numbers)
        best = np.lexsort((numbers, -(share + near)))[:k]
        found = [
            Found(built.passages[int(numbers[n])], float(share[n] + near[n]), float(share[n]), float(near[n]))
            for n in best
        ]
        return sorted([*found, *self._changed(terms, vector, regions, departments)], key=lambda one: -one.score)[:k]

    def _changed(self, terms: Asked, vector: np.ndarray | None, regions: Names, departments: Names) -> list[Found]:
        """Every changed passage of these regions and departments."""
        share = self.cut.shares(terms, self.vocabulary)
        near = np.zeros_like(share) if vector is None else self.changes.vectors @ vector
        return [
            Found(self.changes.passages[n], float(share[n] + near[n]), float(share[n]), float(near[n]))
            for n in self.changes.allowed(regions, departments)
        ]


def _view(built: Built, manifest: Manifest, changes: Changes) -> View:
    texts = [passage.text for passage in changes.passages]
    vocabulary = built.vocabulary.grown(texts) if texts else built.vocabulary
    return View(built, manifest, changes, built.passages.of(changes.entries), vocabulary, vocabulary.cut(texts))


class Index:
    """A saved index; `search` from any thread, `replace` one guide at a time."""

    def __init__(self, folder: Path, knowledge: str, encoder: Encoder | None) -> None:
        """Open what `build` made; IndexOutdated where it was made of other knowledge or with another encoder."""
        self._encoder = encoder
        self._one_writer = threading.Lock()
        self.view = _opened(folder, knowledge, encoder)

    def search(self, question: str, k: int, *, regions: Names = None, departments: Names = None) -> list[Found]:
        """The k best passages of these regions and departments (None for those of none), the best first."""
        question = shortened(question)
        vector = self._encoder.encode([question])[0] if self._encoder else None
        return self.view.search(question, vector, k, regions, departments)

    def replace(self, entry: str, passages: Sequence[Passage], knowledge: str) -> None:
        """Give one entry these passages instead of those it had; `knowledge` is the digest that is true from now on.

        Who is searching goes on with the view he has; who comes later gets the new one.
        """
        with self._one_writer:
            view, encoder, folder = self.view, self._encoder, self.view.built.folder
            texts = [passage.text for passage in passages]
            fresh = encoder.encode(texts) if encoder else np.zeros((len(texts), 0), np.float32)
            changes = view.changes.replaced(entry, passages, fresh)
            file = f"changes-{knowledge[:16]}.npz"
            changes.write(folder / file)
            manifest = replace(view.manifest, knowledge=knowledge, changes=file)
            manifest.write(folder)
            if view.manifest.changes not in (None, file):
                (folder / str(view.manifest.changes)).unlink(missing_ok=True)
            self.view = _view(view.built, manifest, changes)

    @property
    def has_changed_much(self) -> bool:
        """Whether it is time to build it anew."""
        return len(self.view.changes.passages) > MOST


def build(
    folder: Path,
    passages: Sequence[Passage],
    knowledge: str,
    encoder: Encoder | None,
    *,
    vectors: np.ndarray | None = None,
    flat_limit: int = FLAT_LIMIT,
    threads: int = 1,
) -> Index:
    """Build an index beside the one that is there, put it in its place, and open it."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    texts = [passage.text for passage in passages]
    write_passages(fresh, passages)
    write_terms(fresh, texts)
    if encoder:
        vectors = encoder.encode(texts) if vectors is None else vectors
        with (fresh / VECTORS).open("wb") as out:
            for part in chunks(vectors):
                part.astype(np.float16).tofile(out)
    large = len(passages) > flat_limit
    if large:
        write_words(fresh / WORDS, passages)
        if vectors is not None:
            write_clusters(fresh / CLUSTERS, vectors, threads)
    Manifest(knowledge, encoder.digest if encoder else None, len(passages), large).write(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return Index(folder, knowledge, encoder)


def opened_or_built(
    folder: Path, passages: Callable[[], Sequence[Passage]], knowledge: str, encoder: Encoder | None
) -> Index:
    """The index on disk where it is of this knowledge and this encoder, else one built now."""
    try:
        return Index(folder, knowledge, encoder)
    except IndexOutdated:
        return build(folder, passages(), knowledge, encoder)


def _opened(folder: Path, knowledge: str, encoder: Encoder | None) -> View:
    manifest = read_manifest(folder, knowledge, encoder.digest if encoder else None)
    dimension = encoder.dimension if encoder else 0
    vectors = Vectors(folder / VECTORS, dimension) if encoder else None
    built = Built(
        folder,
        Passages(folder),
        *read_terms(folder),
        vectors,
        matrix=vectors.all() if vectors and not manifest.large else None,
        words=Words(folder / WORDS) if manifest.large else None,
        clusters=Clusters(folder / CLUSTERS) if vectors and manifest.large else None,
    )
    changes = read_changes(folder / manifest.changes) if manifest.changes else no_changes(dimension)
    return _view(built, manifest, changes)
