"""What WeChat can show: plain text of so many bytes, the same with choices to tap, a card that opens a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.cards import Choice

LIMIT = 2048  # bytes of UTF-8 in one text message
SPARE = 100  # bytes that every text leaves free, for the channel to add how the next one is fetched


@dataclass(frozen=True)
class Tap:
    """One choice of a menu message: tapped, it is sent back as these words, of which the number book knows the choice."""

    id: str
    content: str


@dataclass(frozen=True)
class Menu:
    """A text as a menu message (msgmenu), which customer service may send and a passive reply may not."""

    head: str
    choices: tuple[Tap, ...]
    tail: str

    def body(self) -> dict[str, Any]:
        """The message as WeChat's custom/send takes it, without its addressee."""
        menu = {
            "head_content": self.head,
            "list": [{"id": one.id, "content": one.content} for one in self.choices],
            "tail_content": self.tail,
        }
        return {"msgtype": "msgmenu", "msgmenu": menu}


@dataclass(frozen=True)
class Text:
    """Plain text; `menu` is the same with its choices to tap, `more` is what need only be sent if it is asked for."""

    content: str
    menu: Menu | None = None
    more: bool = False


@dataclass(frozen=True)
class News:
    """A card with one line that opens a page."""

    title: str
    description: str
    url: str


Message = Text | News


class Numbers(Protocol):
    """Where choices get the numbers under which they are shown."""

    def give(self, choices: Sequence[Choice]) -> list[int]:
        """A number for each choice, ascending, that leads to it from now on."""
        ...
