"""How often the right guide comes first, by the encoder alone, on the questions kept for measuring."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from encoder.known import Known


class Encodes(Protocol):
    """Anything that turns texts into unit vectors."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """One row for each text."""


@dataclass(frozen=True)
class Figures:
    """Shares of questions whose guide came first, and among the first three; in characters: those not in pinyin."""

    questions: int
    first: float
    top3: float
    in_characters: int
    first_in_characters: float
    top3_in_characters: float

    def __str__(self) -> str:
        return (
            f"{self.first:.3f} first, {self.top3:.3f} among three, of {self.questions}; in characters "
            f"{self.first_in_characters:.3f} first, {self.top3_in_characters:.3f} among three, of {self.in_characters}"
        )


def measure(encoder: Encodes, known: dict[str, Known], asked: Iterable[str]) -> Figures:
    """Ask the 常见问法 of some guides against the phrases of all of them; the best phrase of a guide counts."""
    guides = [one for one in known.values() if one.is_guide]
    owner = np.array([n for n, one in enumerate(guides) for _ in one.phrases])
    phrases = encoder.encode([p for one in guides for p in one.phrases])
    wanted = set(asked)
    questions = [(n, sample) for n, one in enumerate(guides) if one.id in wanted for sample in one.samples]
    scores = encoder.encode([text for _, text in questions]) @ phrases.T
    best = np.full((len(questions), len(guides)), -1.0, np.float32)
    for column, number in enumerate(owner):
        best[:, number] = np.maximum(best[:, number], scores[:, column])
    right = np.array([n for n, _ in questions])
    rank = (best > best[np.arange(len(right)), right][:, None]).sum(axis=1)
    characters = np.array([len(re.findall("[A-Za-z]", text)) <= 5 for _, text in questions])
    written = rank[characters]
    return Figures(
        len(rank),
        float((rank == 0).mean()),
        float((rank < 3).mean()),
        len(written),
        float((written == 0).mean()),
        float((written < 3).mean()),
    )


def held_out(known: dict[str, Known], part: int = 0, of: int = 5) -> set[str]:
    """Every fifth guide, in an order that does not follow subject or name."""
    guides = sorted((i for i, one in known.items() if one.is_guide), key=lambda i: hashlib.sha256(i.encode()).digest())
    return set(guides[part::of])
