"""One system in a process of its own: built, asked question after question on one thread, measured.

`python -m assistant.bench.worker MODULE:CLASS TASK OWN [GIVEN] [--ask]`. Runs under Python 3.10 too (Rasa's) and loads
nothing that the measured system does not load itself.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

GUIDES, QUESTIONS, RESULT = "guides.json", "questions.json", "result.json"
KNOWLEDGE, MODEL = "knowledge.pickle", "model.pickle"  # for ours alone
WARMING = 5  # questions that are asked before the clock runs


@dataclass(frozen=True)
class Task:
    """What a system is made from."""

    guides: Sequence[dict[str, Any]]  # of each guide its name and its texts
    folder: Path  # what is common to all systems
    own: Path  # where the system may keep what it has built, for the next start
    given: Path  # the directory of its model, or its settings, where it has any


class System(Protocol):
    """Puts the guides in order."""

    def first_three(self, question: str) -> list[str]:
        """The names of the likeliest guides, best first; fewer where nothing speaks for more."""


@runtime_checkable
class Decides(Protocol):
    """A system that also decides whether to answer, to ask, or to say no."""

    def decided(self, question: dict[str, Any]) -> str:
        """What its decision about a labelled question was worth."""


def memory_mb() -> float:
    """What this process holds now."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main(words: Sequence[str]) -> None:
    """Build the system; with --ask put the questions to it. The result lies in the system's own folder."""
    name, folder, own, given, *rest = words
    module, _, kind = name.partition(":")
    task = Task(json.loads((Path(folder) / GUIDES).read_text("utf-8")), Path(folder), Path(own), Path(given))
    began = time.perf_counter()
    system = getattr(importlib.import_module(module), kind)(task)
    ready = time.perf_counter() - began
    questions = json.loads((task.folder / QUESTIONS).read_text("utf-8")) if "--ask" in rest else []
    result = {"ready_s": ready, **_answers(system, questions), "memory_mb": memory_mb()}
    (task.own / RESULT).write_text(json.dumps(result, ensure_ascii=False), "utf-8")


def _answers(system: System, questions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    for question in questions[:WARMING]:
        system.first_three(question["text"])
    ranked, milliseconds = [], []
    for question in questions:
        began = time.perf_counter()
        ranked.append(system.first_three(question["text"]))
        milliseconds.append((time.perf_counter() - began) * 1000)
    decided = [system.decided(question) for question in questions] if isinstance(system, Decides) else []
    return {"ranked": ranked, "milliseconds": milliseconds, "decided": decided}


if __name__ == "__main__":
    main(sys.argv[1:])
