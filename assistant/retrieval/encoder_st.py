"""A sentence-transformers model that a city brings; this is the one module that imports sentence-transformers."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import EncoderError
from assistant.neural import BATCH
from assistant.retrieval.encoder import Vectors

WEIGHTS = (".safetensors", ".bin", ".onnx", ".json", ".txt", ".model")


class SentenceTransformerEncoder:
    """Any local sentence-transformers directory, run by torch; nothing is fetched and no code inside it is run."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise EncoderError(f"找不到编码器目录：{path}。请检查设置。")
        try:
            library: Any = importlib.import_module("sentence_transformers")
        except ImportError as error:
            raise EncoderError(
                "这个编码器要用 sentence-transformers，现在没有装。"
                "请安装 requirements/encoder.txt 里的软件包，或换回自带的编码器。"
            ) from error
        try:
            self._model: Any = library.SentenceTransformer(str(path), device="cpu", local_files_only=True)
            self.dimension = int(self._model.encode(["证"], show_progress_bar=False).shape[1])
        except Exception as error:  # the libraries below raise many kinds of their own
            raise EncoderError(
                f"编码器的模型读不出来：{path}。请检查它是不是完整的 sentence-transformers 模型。"
            ) from error
        self.name = path.resolve().name
        self.digest = _digest(path)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def _digest(path: Path) -> str:
    """A hash over the names and contents of all files that decide the vectors."""
    total = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file() and p.suffix in WEIGHTS):
        total.update(file.relative_to(path).as_posix().encode())
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()
