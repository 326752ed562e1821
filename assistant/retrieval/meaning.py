"""Meaning channel: nearest phrases by sentence vectors, in a flat FAISS index (right up to a few times 1e4 vectors).

Vectors are kept as whole numbers of eight bits: four times as fast as floats, cosines right to about .001.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.retrieval import remembering
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, Role

NEIGHBOURS = 200
LARGEST = 127
NOUGHT = 128  # as FAISS keeps it


@dataclass(frozen=True)
class Nearness:
    """Best cosine per entry and role; an entry not among the neighbours has `floor`."""

    floor: float
    by_role: dict[Role, np.ndarray]  # float32, shape (entries,)


class Meaning:
    """All phrases as unit vectors in one index; those that an earlier one has are taken from it."""

    def __init__(self, entries: Sequence[Entry], encoder: Encoder, before: Meaning | None = None) -> None:
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
        self._texts = [text for _, _, text in phrases]
        codes = self._taken_over(before) if before and before._encoder.digest == encoder.digest else None
        if codes is None:
            vectors = encoder.encode(self._texts)
            self._scale = LARGEST / max(float(np.abs(vectors).max(initial=0)), 1e-9)
            codes = self._codes(vectors)
        eight_bits, likeness = faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        self._index = faiss.IndexScalarQuantizer(encoder.dimension, eight_bits, likeness)
        self._index.add_sa_codes(codes)

    def _taken_over(self, before: Meaning) -> np.ndarray | None:
        """The codes, with what is new encoded; None where that is so much that it is to be remembered, or out of scale."""
        import faiss

        rows = {text: row for row, text in enumerate(before._texts)}
        fresh = [text for text in dict.fromkeys(self._texts) if text not in rows]
        if len(fresh) >= remembering.FEWEST:
            return None
        known = faiss.vector_to_array(before._index.codes).reshape(len(before._texts), -1)
        self._scale = before._scale
        if fresh:
            vectors = self._encoder.encode(fresh)
            if float(np.abs(vectors).max()) * self._scale > LARGEST:
                return None
            rows.update(zip(fresh, range(len(known), len(known) + len(fresh)), strict=True))
            known = np.concatenate([known, self._codes(vectors)])
        return known[[rows[text] for text in self._texts]]

    def _codes(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors as FAISS keeps them."""
        return (self._whole(vectors) + NOUGHT).astype(np.uint8)

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
