"""The reader of papers: a small transformer that reads a message once and says of each licence what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from assistant.actions.paper_reading import Reading, tensors
from assistant.neural import CheckedModel, Figures
from assistant.settings import ROOT

READER = ROOT / "encoder" / "paper-reader"
DESCRIPTION = "reader.json"


class PaperReader(CheckedModel):
    """The shipped reader; EncoderError where it cannot be loaded."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, DESCRIPTION, called="读一句话里的证的模型")

    def _take(self, directory: Path, files: Mapping[str, str]) -> None:
        self._words = directory / next(name for name in files if name.endswith(".json"))

    def _load(self, model: Path) -> None:
        from tokenizers import Tokenizer

        super()._load(model)
        self._tokenizer: Any = Tokenizer.from_file(str(self._words))

    def read(self, reading: Reading) -> list[tuple[float, ...]]:
        """P(not spoken of), P(held), P(not held) of each candidate, in their order."""
        if not reading.candidates:
            return []
        given = tensors(reading, self._tokenizer)
        inputs = {
            "tokens": given.tokens[None],
            "kinds": given.kinds[None],
            "names": given.names[None],
            "pointing": given.pointing[None],
            "own": given.own[None],
        }
        return [tuple(map(float, row)) for row in softmax(self._session.run(None, inputs)[0][0])]


def softmax(utility: Figures) -> Figures:
    """Shares that sum to one in each row."""
    odds = np.exp(utility - utility.max(-1, keepdims=True))
    shares: Figures = odds / odds.sum(-1, keepdims=True)
    return shares
