"""Questions that nobody is shown: how people ask about each entry, and what they say that no entry answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import Field

from assistant.knowledge.model import Text, Texts, Written

BY_ENTRY = ("questions/items.yaml", "questions/topics.yaml", "questions/unlisted.yaml")
NOT_OURS, BARE = "questions/not_ours.yaml", "questions/bare.yaml"
VAGUE, SEVERAL, ACTS = "questions/vague.yaml", "questions/several.yaml", "questions/acts.yaml"
_Question = TypeVar("_Question")
# Of three questions about an entry, the third is kept for weighing what the finder sees: the finder knows the other
# two by heart, and the encoder was trained on them (encoder/known.py).
OF, FOR_WEIGHING = 3, 2


class Vague(Written):
    """A question that several guides fit alike."""

    text: Text = Field(alias="问法")
    fits: Texts = Field(alias="可能是")


class Several(Written):
    """A question that names several things."""

    text: Text = Field(alias="问法")
    said: Texts = Field(alias="说的是")


class Wanting(Written):
    """A question in which something is wanted with a licence, be it cancelling or another act."""

    text: Text = Field(alias="问法")
    act: Text = Field(alias="手续")


def known(questions: Sequence[_Question]) -> tuple[_Question, ...]:
    """Two of three: these the finder knows."""
    return tuple(one for place, one in enumerate(questions) if place % OF != FOR_WEIGHING)


def for_weighing(questions: Sequence[_Question]) -> tuple[_Question, ...]:
    """The third of three, which the finder has never heard."""
    return tuple(one for place, one in enumerate(questions) if place % OF == FOR_WEIGHING)


@dataclass(frozen=True)
class Questions:
    """Questions by the id of their entry (of a guide or an unlisted thing), and those that no single entry answers."""

    by_entry: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_ours: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()  # nothing is named: 我要销证
    vague: tuple[Vague, ...] = ()
    several: tuple[Several, ...] = ()
    acts: tuple[Wanting, ...] = ()

    def about(self, entry: str) -> tuple[str, ...]:
        """The questions about one entry."""
        return self.by_entry.get(entry, ())

    def wanting(self, act: str) -> tuple[str, ...]:
        """The questions in which an act is wanted that no word may name."""
        return tuple(question.text for question in self.acts if question.act == act)
