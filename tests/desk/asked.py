"""Conversations for the tests of questions without answer."""

from __future__ import annotations

from sqlalchemy import Engine

from assistant.cards import Choice, Status, Turn, words
from assistant.turnlog import TurnLog


def asked(engine: Engine, *turns: tuple[str, Status] | tuple[str, Status, str], who: str = "one") -> None:
    """A conversation: what was said, how it was answered, and the label of a choice that was offered."""
    log = TurnLog(engine)
    for said, status, *labels in turns:
        choices = tuple(Choice(label=label) for label in labels)
        log.keep(who, said, Turn(status=status, cards=(words("。", choices=choices),)))
