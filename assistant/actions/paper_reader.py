"""The reader of papers: a small transformer that reads a message once and says of each licence what is said of it."""

from __future__ import annotations

from pathlib import Path

from assistant.actions.paper_reading import Reading, tensors
from assistant.neural import ReadingModel, softmax
from assistant.settings import ROOT

READER = ROOT / "encoder" / "paper-reader"
DESCRIPTION = "reader.json"


class PaperReader(ReadingModel):
    """The shipped reader; EncoderError where it cannot be loaded."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, DESCRIPTION, called="读一句话里的证的模型")

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
