"""What was learned, as one file: weights, certainty and thresholds, with an encoder and without."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.retrieval import other_acts
from assistant.retrieval.certainty import SIGNS
from assistant.retrieval.channels import CHANNELS, NONE_CHANNELS
from assistant.retrieval.logistic import Logistic
from assistant.retrieval.thresholds import Thresholds
from assistant.retrieval.weighing import Weights

SHIPPED = Path(__file__).with_name("weights.json")
WITH, WITHOUT = "with_encoder", "without_encoder"


@dataclass(frozen=True)
class Model:
    """Everything that `daoban learn` finds."""

    weights: Weights
    certainty: Logistic  # P(the first guess is right), from the signs of certainty.py
    otherness: Logistic  # P(another act is wanted), from the signs of other_acts.py
    thresholds: Thresholds
    encoder: str | None = None  # the digest of the encoder that it was learned with; None for words alone

    def as_json(self) -> dict[str, Any]:
        """The figures by the names of what they weigh."""

        def named(names: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
            return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}

        return {
            **({"encoder": self.encoder} if self.encoder else {}),
            "channels": named(CHANNELS, self.weights.channels),
            "none": named(NONE_CHANNELS, self.weights.none),
            "certainty": named(SIGNS, self.certainty.weights),
            "other_act": named(other_acts.SIGNS, self.otherness.weights),
            "thresholds": asdict(self.thresholds),
        }


def from_json(data: dict[str, Any]) -> Model:
    """The model that `as_json` wrote."""
    weights = Weights(
        np.array([data["channels"][name] for name in CHANNELS]),
        np.array([data["none"][name] for name in NONE_CHANNELS]),
    )
    certainty = Logistic(np.array([data["certainty"][name] for name in SIGNS]))
    otherness = Logistic(np.array([data["other_act"][name] for name in other_acts.SIGNS]))
    return Model(weights, certainty, otherness, Thresholds(**data["thresholds"]), data.get("encoder"))


def load_model(*, encoder: bool, path: Path = SHIPPED) -> Model:
    """The shipped model, for use with or without an encoder."""
    return from_json(json.loads(path.read_text("utf-8"))[WITH if encoder else WITHOUT])


def learned_file(data: Path, digest: str) -> Path:
    """Where `daoban learn` keeps what it learned with an encoder that a city brings."""
    return data / f"learned-{digest[:16]}.json"


def model_for(digest: str, data: Path) -> Model | None:
    """What was learned with the encoder of this digest, here or before it was shipped; None where nothing usable was."""
    for path in (learned_file(data, digest), SHIPPED):
        with contextlib.suppress(OSError, KeyError, TypeError, ValueError):  # not there, or of an older version
            model = load_model(encoder=True, path=path)
            if model.encoder == digest:
                return model
    return None


def write(path: Path, *, with_encoder: Model | None = None, without_encoder: Model | None = None) -> None:
    """Save one or both models; the one that is not given stays as it is in the file."""
    data = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for key, model in ((WITH, with_encoder), (WITHOUT, without_encoder)):
        if model is not None:
            data[key] = model.as_json()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
