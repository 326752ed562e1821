"""Texts to unit vectors: the shipped int8 ONNX encoder, and the choice between it and a model a city brings.

Nothing here needs torch: onnxruntime and tokenizers are imported when an encoder is loaded, never before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError
from assistant.neural import OnnxModel

Vectors = NDArray[np.float32]
DESCRIPTION = "encoder.json"
BROUGHT = ("modules.json", "config.json")  # either makes a directory one that sentence-transformers reads


class Encoder(Protocol):
    """Turns texts into unit vectors; `digest` names the weights, so an index knows what it was built with."""

    @property
    def name(self) -> str:
        """What people call the model."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def digest(self) -> str:
        """A hash that changes whenever the vectors may change."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""


class OnnxEncoder:
    """The shipped sentence-transformers directory, run by onnxruntime on one thread."""

    def __init__(self, directory: Path) -> None:
        self._model = OnnxModel(directory, DESCRIPTION, called="编码器")
        try:
            self.name = str(self._model.described["name"])
            self.dimension = int(self._model.described["dimension"])
        except (KeyError, TypeError, ValueError) as error:
            raise EncoderError(f"编码器目录里的 {DESCRIPTION} 写得不完整：{directory}。请重新取得这个目录。") from error
        self.digest = self._model.digest

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""
        return self._model.run(texts) if texts else np.zeros((0, self.dimension), np.float32)


def load_encoder(path: Path | None) -> Encoder | None:
    """The encoder in a directory (shipped, or any sentence-transformers model); None when no path is set."""
    if path is None:
        return None
    if (path / DESCRIPTION).is_file() or not any((path / name).is_file() for name in BROUGHT):
        return OnnxEncoder(path)
    from assistant.retrieval.encoder_st import SentenceTransformerEncoder

    return SentenceTransformerEncoder(path)
