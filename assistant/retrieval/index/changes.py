"""What was changed since an index was built: entries that were written anew, few enough to be looked at one by one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from assistant.retrieval.index.passages import Passage

MOST = 2_000  # passages; with more the index should be built anew


@dataclass(frozen=True)
class Changes:
    """Entries that no longer count as built, and the passages they have now; immutable."""

    entries: frozenset[str]
    passages: tuple[Passage, ...]
    vectors: np.ndarray  # float32, shape (passages, dimension)

    def replaced(self, entry: str, passages: Collection[Passage], vectors: np.ndarray) -> Changes:
        """The same with one entry written anew."""
        kept = [n for n, passage in enumerate(self.passages) if passage.entry != entry]
        return Changes(
            self.entries | {entry},
            (*(self.passages[n] for n in kept), *passages),
            np.concatenate([self.vectors[kept], vectors]),
        )

    def allowed(self, regions: Collection[str | None] | None, departments: Collection[str | None] | None) -> list[int]:
        """Which of the passages are of these regions and departments."""
        return [
            n
            for n, passage in enumerate(self.passages)
            if (regions is None or passage.region in regions)
            and (departments is None or passage.department in departments)
        ]

    def write(self, file: Path) -> None:
        """Save them."""
        told = {"entries": sorted(self.entries), "passages": [astuple(passage) for passage in self.passages]}
        text = np.frombuffer(json.dumps(told, ensure_ascii=False).encode("utf-8"), np.uint8)
        fresh = file.with_name(file.name + ".new")
        with fresh.open("wb") as out:
            np.savez(out, told=text, vectors=self.vectors)
        fresh.replace(file)


def no_changes(dimension: int) -> Changes:
    """Nothing was changed."""
    return Changes(frozenset(), (), np.zeros((0, dimension), np.float32))


def read_changes(file: Path) -> Changes:
    """What `write` saved."""
    with np.load(file) as stored:
        told = json.loads(stored["told"].tobytes().decode("utf-8"))
        passages = tuple(Passage(*one) for one in told["passages"])
        return Changes(frozenset(told["entries"]), passages, stored["vectors"])
