"""Our own finder as a system of the comparison, with the encoder and on words alone."""

from __future__ import annotations

import pickle
from typing import Any

from assistant.bench.worker import KNOWLEDGE, MODEL, Task
from assistant.evaluation import ASKED, REFUSED, judged
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.finder import Finder
from assistant.retrieval.remembering import RememberingEncoder


class Words:
    """The finder without an encoder."""

    def __init__(self, task: Task) -> None:
        self._knowledge: Knowledge = pickle.loads((task.folder / KNOWLEDGE).read_bytes())
        self._finder = self._made(task)

    def _made(self, task: Task) -> Finder:
        return Finder(self._knowledge, None)

    def first_three(self, question: str) -> list[str]:
        """The names of the likeliest guides, best first."""
        return [hit.name for hit in self._finder.rank(question, 3)]

    def decided(self, question: dict[str, Any]) -> str:
        """right; certain (and wrong); asked; refused."""
        outcome = judged(self._knowledge, self._finder, question)
        asked = outcome.verdict in ASKED
        if outcome.right or (asked and question["ask_ok"] and set(outcome.got) & _names(question)):
            return "right"
        return "asked" if asked else "refused" if outcome.verdict in REFUSED else "certain"


class WithEncoder(Words):
    """The finder as it is served."""

    def _made(self, task: Task) -> Finder:
        encoder = load_encoder(task.given)
        assert encoder is not None
        model = pickle.loads((task.folder / MODEL).read_bytes())
        return Finder(self._knowledge, RememberingEncoder(encoder, task.own), model)


def _names(question: dict[str, Any]) -> set[str]:
    return {name for one in question["expected"] for name in (one, *question["accept"].get(one, ()))}
