"""Rasa's own way to answer frequent questions: a ResponseSelector trained on the guides' texts. Runs in Rasa's Python 3.10."""

from __future__ import annotations

import asyncio
import importlib
import json
from pathlib import Path
from typing import Any

from assistant.bench.worker import Task

TRAINING = {"epochs": 60, "batch_size": [256, 256], "dense_dimension": {"text": 128, "label": 128}}
INTENT = "faq"
NOT_FEATURES = ("Classifier",)


class Faq:
    """The featurizers of our own pipeline and a ResponseSelector instead of its classifiers."""

    def __init__(self, task: Task) -> None:
        self._names = [guide["name"] for guide in task.guides]
        model = task.own / "faq.tar.gz"
        if not model.exists():
            self._train(task, model)
        agents: Any = importlib.import_module("rasa.core.agent")
        self._agent = agents.Agent.load(str(model))
        self._loop = asyncio.new_event_loop()

    def _train(self, task: Task, model: Path) -> None:
        """Write the project, in that part of YAML which is JSON too, and train it."""
        config = _yaml(task.given)
        pipeline = [part for part in config["pipeline"] if not part["name"].endswith(NOT_FEATURES)]
        selector = {"name": "ResponseSelector", "random_seed": 1, "constrain_similarities": True, **TRAINING}
        labels = [f"{INTENT}/{number}" for number in range(len(self._names))]
        files: dict[str, Any] = {
            "config.yml": {"recipe": "default.v1", "language": "zh", "pipeline": [*pipeline, selector]},
            "domain.yml": {
                "version": "3.1",
                "intents": [INTENT],
                "responses": {f"utter_{label}": [{"text": n}] for label, n in zip(labels, self._names)},  # noqa: B905
            },
            "nlu.yml": {
                "version": "3.1",
                "nlu": [
                    {"intent": label, "examples": [{"text": text} for text in guide["texts"]]}
                    for label, guide in zip(labels, task.guides)  # noqa: B905
                ],
            },
        }
        for name, content in files.items():
            lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in content.items()]
            (task.own / name).write_text("".join(lines), "utf-8")
        training: Any = importlib.import_module("rasa.model_training")
        training.train_nlu(
            str(task.own / "config.yml"),
            str(task.own / "nlu.yml"),
            str(model.parent),
            fixed_model_name=model.name.split(".")[0],
            domain=str(task.own / "domain.yml"),
        )

    def first_three(self, question: str) -> list[str]:
        """The names of the likeliest guides, best first."""
        parsed = self._loop.run_until_complete(self._agent.parse_message(question))
        ranking = parsed["response_selector"]["default"]["ranking"]
        return [self._names[int(one["intent_response_key"].split("/")[1])] for one in ranking[:3]]


def _yaml(path: Path) -> dict[str, Any]:
    reader: Any = importlib.import_module("rasa.shared.utils.io")
    found: dict[str, Any] = reader.read_yaml_file(str(path))
    return found
