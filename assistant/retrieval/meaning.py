"""Meaning channel: nearest phrases by sentence vectors, compared all at once (exact: right up to about 2e4 vectors)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, Role

NEIGHBOURS = 200


@dataclass(frozen=True)
class Nearness:
    """Best cosine per entry and role; an entry not among the neighbours has `floor`."""

    floor: float
    by_role: dict[Role, np.ndarray]  # float32, shape (entries,)


class Meaning:
    """All phrases as unit vectors in one flat index (exact: right up to about 2e4 vectors)."""

    def __init__(self, entries: Sequence[Entry], encoder: Encoder, vectors: np.ndarray | None = None) -> None:
        self._encoder = encoder
        self._entries = len(entries)
        phrases = [(role, n, text) for role in Role for n, entry in enumerate(entries) for text in entry.texts(role)]
        texts = [text for _, _, text in phrases]
        places = [p for e in entries for p, _ in enumerate(e.texts(Role.SAMPLE))]
        self._place = np.full(len(texts), -1, np.int32)
        self._place[[role is Role.SAMPLE for role, _, _ in phrases]] = places
        self.vectors = encoder.encode(texts) if vectors is None else vectors
        self._blocks: dict[Role, tuple[slice, np.ndarray, np.ndarray]] = {}
        start = 0
        for role in Role:
            owners = [n for r, n, _ in phrases if r is role]
            firsts = [i for i, n in enumerate(owners) if i == 0 or owners[i - 1] != n]
            held = np.array([owners[i] for i in firsts], np.int32)
            self._blocks[role] = (slice(start, start + len(owners)), np.array(firsts, np.int64), held)
            start += len(owners)

    def nearness(self, texts: Sequence[str], *, but: int | None = None) -> list[Nearness]:
        """Cosines of every entry's nearest phrase to each text; `but` leaves out each entry's sample of this number."""
        found = []
        for vector in self._encoder.encode(list(texts)):
            line = self.vectors @ vector  # one at a time: two together would wake BLAS's other threads
            if but is not None:
                line[self._place == but] = -1
            found.append(self._best(line))
        return found

    def _best(self, line: np.ndarray) -> Nearness:
        floor = float(np.partition(line, -NEIGHBOURS)[-NEIGHBOURS]) if len(line) > NEIGHBOURS else float(line.min())
        by_role = {role: np.full(self._entries, floor, np.float32) for role in Role}
        for role, (block, firsts, held) in self._blocks.items():
            if len(firsts):
                by_role[role][held] = np.maximum(np.maximum.reduceat(line[block], firsts), floor)
        return Nearness(floor, by_role)
