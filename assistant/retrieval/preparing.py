"""`python -m assistant.retrieval.preparing`: encode all that people say of the guides before the first start, as the set-up does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.knowledge.load import load
from assistant.retrieval.encoder import Encoder, Vectors, load_encoder
from assistant.retrieval.entries import entries_of
from assistant.retrieval.remembering import RememberingEncoder
from assistant.settings import Settings, from_environment

AT_ONCE = 500  # texts, after which it says how far it is


class _Telling:
    """An encoder that prints how far it is."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self.digest = encoder.name, encoder.dimension, encoder.digest
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""
        rows = []
        for start in range(0, len(texts), AT_ONCE):
            rows.append(self._encoder.encode(texts[start : start + AT_ONCE]))
            print(f"{min(start + AT_ONCE, len(texts))}/{len(texts)}", flush=True)
        return np.concatenate(rows)


def prepare(settings: Settings) -> None:
    """Leave the vectors of every phrase in the data folder; EncoderError or KnowledgeError where there is nothing to do it with."""
    encoder = load_encoder(settings.encoder_path)
    if encoder is None:
        return
    entries = entries_of(load(settings.knowledge, demo=settings.demo))
    phrases = [phrase.text for entry in entries for phrase in entry.phrases]
    RememberingEncoder(_Telling(encoder), settings.data).encode(phrases)


if __name__ == "__main__":
    prepare(from_environment())
