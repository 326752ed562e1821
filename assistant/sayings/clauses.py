"""The clauses that teach what clauses tell (nlu/sayings): one a line, with what it tells of a business."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import DaobanError

PAPER = "【】"  # stands where a licence is named
_MASK = "[MASK]"  # the token that the models know for what is left out


@dataclass(frozen=True)
class Clause:
    """One clause with its labels: proxy=self, bank_account=no, licence=not_held …"""

    text: str
    labels: frozenset[str]


def masked(text: str) -> str:
    """A text with PAPER as the models read it."""
    return text.replace(PAPER, _MASK)


def read_clauses(folder: Path) -> list[Clause]:
    """All clauses of a folder, each text once; DaobanError names the line that cannot be read."""
    found: dict[str, Clause] = {}
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            text, tab, told = line.partition("\t")
            labels = frozenset(() if told == "-" else told.split(","))
            if not tab or not text or not all(label.count("=") == 1 for label in labels):
                raise DaobanError(f"{path.name} 第 {number} 行：要写成“一句话<Tab>说明的事”，像 proxy=self，没有就写 -")
            found.setdefault(text, Clause(text, labels))
    return list(found.values())
