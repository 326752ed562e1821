"""What a finder works with: an encoder and what was learned with it, or words alone and a sentence that says why."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import EncoderError
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.model import Model, load_model, model_for
from assistant.retrieval.remembering import RememberingEncoder

log = logging.getLogger("daoban.encoder")


@dataclass(frozen=True)
class Equipment:
    """An encoder and a model that belong together; `warning` says why there is no encoder though one was wanted."""

    encoder: Encoder | None
    model: Model
    warning: str | None = None


def equipped(encoder_path: Path | None, data: Path) -> Equipment:
    """The encoder with the model learned with it; words alone where it cannot be loaded or nothing was learned with it."""
    try:
        loaded = load_encoder(encoder_path)
    except EncoderError as error:
        return _words_alone(f"{error}眼下只按字词找。")
    if loaded is None:
        return _words_alone(None)
    encoder = RememberingEncoder(loaded, data)
    model = model_for(encoder.digest, data)
    if model is None:
        return _words_alone(f"编码器“{encoder.name}”还没有校准，眼下只按字词找。请运行 daoban learn，再重新启动。")
    return Equipment(encoder, model)


def _words_alone(warning: str | None) -> Equipment:
    if warning:
        log.warning(warning)
    return Equipment(None, load_model(encoder=False), warning)
