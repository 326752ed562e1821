"""Card: the one shape of everything that is shown, whatever the channel."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["answered", "needs_choice", "needs_facts", "unknown", "out_of_scope", "handed_over", "failed"]
Kind = Literal["text", "answer", "choices", "question", "checklist", "progress"]


class Part(BaseModel):
    """A part of a card: immutable, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemRef(Part):
    """The guide a card or a choice stands for."""

    id: str
    name: str


class Line(Part):
    """One line: text, and what may go with it."""

    text: str
    tag: str | None = None  # 待核, 已核, 演示数据 …
    href: str | None = None
    phone: str | None = None


class Section(Part):
    """Lines under a heading."""

    heading: str | None = None
    lines: tuple[Line, ...]


class Choice(Part):
    """Something to tap. `effect` is what it does; it stays on the server and is replaced by an opaque payload."""

    label: str
    payload: str = ""
    item: ItemRef | None = None
    pick: bool | None = None  # true where several like it may be chosen together
    effect: dict[str, Any] = Field(default_factory=dict)


class Asks(Part):
    """Which fact the card asks for."""

    key: str
    multiple: bool = False


class Card(Part):
    """Everything one reply shows."""

    kind: Kind
    title: str | None = None
    sections: tuple[Section, ...] = ()
    choices: tuple[Choice, ...] = ()
    sources: tuple[str, ...] = ()
    item: ItemRef | None = None
    aspect: str | None = None
    asks: tuple[Asks, ...] | None = None  # all facts, where one question asks for several
    checklist: dict[str, Any] | None = None

    def public(self) -> dict[str, Any]:
        """The card as other programs see it: no effects, no nulls."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"choices": {"__all__": {"effect"}}})


class Turn(Part):
    """What one message is answered with."""

    status: Status
    cards: tuple[Card, ...]
    asks: Asks | None = None


def words(*texts: str, heading: str | None = None, title: str | None = None, choices: tuple[Choice, ...] = ()) -> Card:
    """A plain text card."""
    lines = tuple(Line(text=text) for text in texts)
    return Card(kind="text", title=title, sections=(Section(heading=heading, lines=lines),), choices=choices)
