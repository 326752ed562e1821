"""Vectors of generated passages, encoded once: a file that grows, kept under the data folder, never in the repository."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from assistant.retrieval.encoder import Encoder

THREADS = 2
AT_ONCE = 1024  # texts of one call: what is lost when the run is broken off


def encoded(file: Path, texts: Sequence[str], encoder: Encoder) -> np.ndarray:
    """The vectors of the texts, float16, memory-mapped; only those that the file lacks are encoded.

    A larger set begins with the smaller one, so the file is right for every size.
    """
    width = encoder.dimension * 2
    file.parent.mkdir(parents=True, exist_ok=True)
    known = file.stat().st_size // width if file.exists() else 0
    with file.open("ab") as out, ThreadPoolExecutor(THREADS) as pool:
        out.truncate(known * width)
        parts = (texts[at : at + AT_ONCE] for at in range(known, len(texts), AT_ONCE))
        while batch := [part for _, part in zip(range(THREADS), parts, strict=False)]:
            for vectors in pool.map(encoder.encode, batch):
                out.write(vectors.astype(np.float16).tobytes())
    return np.memmap(file, np.float16, "r", shape=(file.stat().st_size // width, encoder.dimension))[: len(texts)]
