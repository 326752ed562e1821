"""Passages: texts that can be found, each with the entry, the region and the department it belongs to; as columns on disk."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.retrieval.entries import Entry

TEXTS, COLUMNS, NAMES = "texts.bin", "columns.npy", "names.json"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text by which an entry can be found; `region` and `department` are None where it is of none."""

    text: str
    entry: str
    region: str | None = None
    department: str | None = None


def passages_of(entries: Iterable[Entry]) -> list[Passage]:
    """Every phrase of every entry as a passage."""
    return [Passage(phrase.text, entry.id, None, entry.department) for entry in entries for phrase in entry.phrases]


class Passages:
    """Passages by number, memory-mapped; immutable."""

    def __init__(self, folder: Path) -> None:
        names = json.loads((folder / NAMES).read_text("utf-8"))
        self._entries: list[str] = names["entries"]
        self._regions: list[str | None] = names["regions"]
        self._departments: list[str | None] = names["departments"]
        columns = np.load(folder / COLUMNS, mmap_mode="r")
        self._starts, self.entry, self.region, self.department = columns
        self._texts: np.ndarray = np.memmap(folder / TEXTS, np.uint8, "r")
        self._number = {name: n for n, name in enumerate(self._entries)}

    def __len__(self) -> int:
        return len(self.entry)

    def text(self, number: int) -> str:
        """The text of one passage."""
        end = self._starts[number + 1] if number + 1 < len(self) else len(self._texts)
        return bytes(self._texts[self._starts[number] : end]).decode("utf-8")

    def __getitem__(self, number: int) -> Passage:
        return Passage(
            self.text(number),
            self._entries[self.entry[number]],
            self._regions[self.region[number]],
            self._departments[self.department[number]],
        )

    def of(self, entries: Collection[str]) -> np.ndarray:
        """The numbers of the passages of these entries, in order."""
        known = [self._number[entry] for entry in entries if entry in self._number]
        return np.flatnonzero(np.isin(self.entry, known))

    def allowed(
        self, regions: Collection[str | None] | None, departments: Collection[str | None] | None
    ) -> np.ndarray | None:
        """Which passages are of these regions and departments, one bool each; None where all are."""
        kept: np.ndarray | None = None
        for wanted, names, column in (
            (regions, self._regions, self.region),
            (departments, self._departments, self.department),
        ):
            if wanted is not None:
                part = np.array([name in wanted for name in names])[column]
                kept = part if kept is None else kept & part
        return kept


def write_passages(folder: Path, passages: Sequence[Passage]) -> None:
    """Write the columns that `Passages` reads."""
    codes: dict[str, dict[str | None, int]] = {"entries": {}, "regions": {}, "departments": {}}
    columns = np.zeros((4, len(passages)), np.int64)
    at = 0
    with (folder / TEXTS).open("wb") as texts:
        for number, passage in enumerate(passages):
            columns[0, number] = at
            at += texts.write(passage.text.encode("utf-8"))
            for row, (name, value) in enumerate(
                (("entries", passage.entry), ("regions", passage.region), ("departments", passage.department)), 1
            ):
                columns[row, number] = codes[name].setdefault(value, len(codes[name]))
    np.save(folder / COLUMNS, columns)
    named = {name: list(known) for name, known in codes.items()}
    (folder / NAMES).write_text(json.dumps(named, ensure_ascii=False), "utf-8")
