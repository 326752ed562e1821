"""Meaning channel: nearest phrases by sentence vectors, in a flat FAISS index (right up to a few times 1e4 vectors).

Vectors are kept as whole numbers of eight bits: four times as fast as floats, cosines right to about .001.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, Role

NEIGHBOURS = 200
LARGEST = 127


@dataclass(frozen=True)
class Nearness:
    """Best cosine per entry and role; an entry not among the neighbours has `floor`."""

    floor: float
    by_role: dict[Role, np.ndarray]  # float32, shape (entries,)


class Meaning:
    """All phrases as unit vectors in one index."""

    def __init__(self, entries: Sequence[Entry], encoder: Encoder, vectors: np.ndarray | None = None) -> None:
        import faiss

        self._encoder = encoder
        self._entries = len(entries)
        roles = list(Role)
        phrases = [(role, n, text) for role in roles for n, entry in enumerate(entries) for text in entry.texts(role)]
        self._role = np.array([roles.index(role) for role, _, _ in phrases], np.int64)
        self._owner = np.array([number for _, number, _ in phrases], np.int64)
        self._place = np.full(len(phrases), -1, np.int64)  # which of its entry's samples a phrase is
        self._place[self._role == roles.index(Role.SAMPLE)] = [
            place for entry in entries for place, _ in enumerate(entry.texts(Role.SAMPLE))
        ]
        vectors = encoder.encode([text for _, _, text in phrases]) if vectors is None else vectors
        self._scale = LARGEST / max(float(np.abs(vectors).max(initial=0)), 1e-9)
        eight_bits, likeness = faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        self._index = faiss.IndexScalarQuantizer(encoder.dimension, eight_bits, likeness)
        self._index.add(self._whole(vectors))

    def _whole(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors as whole numbers from -127 to 127."""
        return np.clip(np.rint(vectors * self._scale), -LARGEST, LARGEST).astype(np.float32)

    def nearness(self, texts: Sequence[str], *, but: int | None = None) -> list[Nearness]:
        """Cosines of every entry's nearest phrase to each text; `but` leaves out each entry's sample of this number."""
        return [self._nearness(vector[None], but) for vector in self._encoder.encode(list(texts))]

    def _nearness(self, vector: np.ndarray, but: int | None) -> Nearness:
        import faiss

        faiss.omp_set_num_threads(1)  # holds for the thread that says it; two a worker are far worse under load
        whole = self._whole(vector)
        left_out = self._place == but if but is not None else None
        wanted = min(NEIGHBOURS, len(self._role) - (int(left_out.sum()) if left_out is not None else 0))
        if left_out is None:
            scores, numbers = self._index.search(whole, wanted)
        else:
            kept = faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.flatnonzero(~left_out)))  # type: ignore[call-arg]
            scores, numbers = self._index.search(whole, wanted, params=kept)
        scores = scores / self._scale**2
        floor = float(scores[0, -1])
        best = np.full((len(Role), self._entries), floor, np.float32)
        np.maximum.at(best, (self._role[numbers[0]], self._owner[numbers[0]]), scores[0])
        return Nearness(floor, dict(zip(Role, best, strict=True)))
