"""What a form was filled with: fields whose names are made while the page is drawn (fault-7, form-7) read one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from api.auth import FIELD
from assistant.cases.states import State
from assistant.text import cleaned

VERSION = "version"
LARGEST = 2**31  # of an id
BROKEN = "这一页不完整，请退回去刷新一下再办。"


class Filled:
    """The text fields of a form, in the order in which they were sent."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = [(name, value) for name, value in pairs if name != FIELD]

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a name."""
        return tuple(value for one, value in self.pairs if one == name)

    def has(self, name: str) -> bool:
        """Whether a box was ticked or a button pressed."""
        return any(self.many(name))

    def text(self, name: str, longest: int = 1000) -> str:
        """What was typed, cleaned; nothing where nothing was."""
        values = self.many(name)
        return cleaned(values[-1])[:longest] if values else ""

    def numbers(self, name: str) -> tuple[int, ...]:
        """The ids that were ticked."""
        return tuple(_number(value) for value in self.many(name))

    def number(self, name: str) -> int:
        """One id."""
        return _number(self.text(name))

    @property
    def state(self) -> State:
        """The state that the button leads to."""
        if (wanted := self.text("to")) not in list(State):
            raise HTTPException(422, BROKEN)
        return State(wanted)

    @property
    def version(self) -> int:
        """The version of the case that was seen when the form was drawn."""
        return self.number(VERSION)

    @property
    def again(self) -> list[tuple[str, str]]:
        """What has to be sent to do the same again, in another version."""
        return [(name, value) for name, value in self.pairs if name != VERSION]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:11]) < LARGEST):
        raise HTTPException(422, BROKEN)
    return int(text)


async def _filled(request: Request) -> Filled:
    form = await request.form()
    return Filled((name, value) for name, value in form.multi_items() if isinstance(value, str))


Form = Annotated[Filled, Depends(_filled)]
