"""Sayings: what a single clause tells, in whatever words; read by a small transformer learned from nlu/sayings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.errors import EncoderError
from assistant.neural import OnnxModel
from assistant.sayings.clauses import masked
from assistant.settings import ROOT

SHIPPED = ROOT / "encoder" / "clause-reader"
DESCRIPTION = "reader.json"
LIKELIER = 0.5
REMEMBERED = 2000  # clauses
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Saying:
    """P(label) of one clause; `sure` is from where a label counts as told by itself."""

    clause: str
    probability: dict[str, float]
    sure: float

    def of(self, label: str) -> float:
        """The probability of a label; 0 where nothing was learned about it."""
        return self.probability.get(label, 0.0)

    def tells(self, label: str) -> bool:
        """Whether the clause tells this."""
        return self.of(label) >= self.sure

    def likeliest(self, key: str) -> str | None:
        """The value that is told for a key if that key is what was asked about: likelier told than not."""
        own = {label: share for label, share in self.probability.items() if label.startswith(f"{key}=")}
        best = max(own, key=lambda label: own[label], default=None)
        return best.split("=", 1)[1] if best and own[best] >= LIKELIER else None

    def facts(self) -> dict[str, str]:
        """What is told for each key, the likelier value where two are."""
        ranked = sorted(self.probability.items(), key=lambda pair: pair[1])
        return dict(label.split("=", 1) for label, share in ranked if share >= self.sure)


class Reader:
    """The shipped model with its labels; it remembers what it has read."""

    def __init__(self, directory: Path) -> None:
        self._model = OnnxModel(directory, DESCRIPTION, called="读句模型")
        self._labels = [str(label) for label in self._model.described["labels"]]
        self._sure = float(self._model.described["sure"])
        self._read: dict[str, Saying] = {}

    def read(self, clauses: Sequence[str]) -> list[Saying]:
        """What each clause tells, PAPER standing where a licence is named."""
        fresh = [clause for clause in dict.fromkeys(clauses) if clause not in self._read]
        if len(self._read) + len(fresh) > REMEMBERED:
            self._read.clear()
            fresh = list(dict.fromkeys(clauses))
        if fresh:
            utility = self._model.run([masked(clause) for clause in fresh])
            for clause, row in zip(fresh, 1 / (1 + np.exp(-utility)), strict=True):
                self._read[clause] = Saying(clause, dict(zip(self._labels, row.tolist(), strict=True)), self._sure)
        return [self._read[clause] for clause in clauses]


@cache
def _shipped() -> Reader | None:
    try:
        return Reader(SHIPPED)
    except EncoderError as error:
        log.error("clauses are read by their words alone: %s", error)
        return None


def denies_a_paper(clauses: Sequence[str], *, likelier: bool = False) -> bool:
    """Whether some clause reads like a paper that is not held, 兽药那个交回去了; or is `likelier` to than not."""
    return any(
        one.tells("licence=not_held") or (likelier and one.of("licence=not_held") >= LIKELIER) for one in read(clauses)
    )


def read(clauses: Sequence[str]) -> list[Saying]:
    """What each clause tells; nothing where the model cannot be loaded, so that the words alone must do."""
    reader = _shipped()
    return reader.read(clauses) if reader else [Saying(clause, {}, 1.0) for clause in clauses]
