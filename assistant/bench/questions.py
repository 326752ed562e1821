"""The labelled questions of a comparison: from a file, or from the editors' own samples, each taken out of its guide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import DaobanError
from assistant.knowledge.whole import Knowledge

DEFAULT = Path(__file__).with_name("questions.jsonl")


class Question(BaseModel):
    """One line of the file, as `daoban eval` reads it too."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    expected: tuple[str, ...] = ()
    mode: Literal["one", "all", "clarify", "none", "not_listed"] = "one"
    accept: dict[str, tuple[str, ...]] = {}
    ask_ok: bool = False
    menu_ok: bool = False

    @property
    def is_ranked(self) -> bool:
        """Whether exactly one guide is meant, so that the place it comes in can be counted."""
        return bool(self.expected) and (self.mode == "one" or self.ask_ok)

    @property
    def right(self) -> frozenset[str]:
        """The names of the guides that are right."""
        return frozenset(self.expected).union(*(self.accept.get(name, ()) for name in self.expected))


def read_questions(file: Path) -> tuple[Question, ...]:
    """The questions of a file; DaobanError with the line where one cannot be read."""
    return tuple(_each(file))


def _each(file: Path) -> Iterator[Question]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield Question.model_validate_json(line)
            except ValidationError as error:
                raise DaobanError(f"{file.name} 第 {number} 行不是一个问题，请检查") from error


def without_asked(knowledge: Knowledge) -> tuple[Knowledge, tuple[Question, ...]]:
    """One sample of each guide as a question, and the knowledge without it: of the n-th guide the n-th sample, in turn."""
    asked: list[Question] = []
    guides = dict(knowledge.guides)
    for number, (guide_id, guide) in enumerate(guides.items()):
        if guide.samples:
            place = number % len(guide.samples)
            asked.append(Question(text=guide.samples[place], expected=(guide.name,)))
            rest = (*guide.samples[:place], *guide.samples[place + 1 :])
            guides[guide_id] = guide.model_copy(update={"samples": rest})
    return replace(knowledge, guides=guides), tuple(asked)
