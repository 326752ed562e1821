"""An encoder that remembers on disk what it has encoded, so that a start encodes only what an editor has changed."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant.retrieval.encoder import Encoder, Vectors

FEWEST = 65  # smaller batches are questions: encoded afresh, never kept


class RememberingEncoder:
    """Wraps an encoder; vectors of large batches are kept in one file per weights (digest)."""

    def __init__(self, encoder: Encoder, folder: Path, *, keeping: bool = True) -> None:
        self._folder, self._keeping = folder, keeping
        self.name, self.dimension, self.digest = encoder.name, encoder.dimension, encoder.digest
        self._encoder = encoder
        self._file = folder / f"vectors-{encoder.digest[:16]}.npz"

    def reading(self) -> RememberingEncoder:
        """The same, which remembers nothing new."""
        return RememberingEncoder(self._encoder, self._folder, keeping=False)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""
        if len(texts) < FEWEST:
            return self._encoder.encode(texts)
        known = self._read()
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known.update(zip(fresh, self._encoder.encode(fresh), strict=True))
            if self._keeping:
                self._write({text: known[text] for text in dict.fromkeys(texts)})
        return np.stack([known[text] for text in texts])

    def _read(self) -> dict[str, Vectors]:
        """What is on disk; a file that cannot be read counts as nothing remembered."""
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, BadZipFile), np.load(self._file) as stored:
            texts = json.loads(stored["texts"].tobytes().decode("utf-8"))
            vectors = stored["vectors"]
            if vectors.shape == (len(texts), self.dimension):
                return dict(zip(texts, vectors, strict=True))
        return {}

    def _write(self, known: dict[str, Vectors]) -> None:
        """Replace the file as a whole; a full disk costs a slower start, nothing else."""
        texts = np.frombuffer(json.dumps(list(known), ensure_ascii=False).encode("utf-8"), np.uint8)
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".npz")
            try:
                with os.fdopen(handle, "wb") as out:
                    np.savez(out, texts=texts, vectors=np.stack(list(known.values())))
                Path(name).replace(self._file)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
