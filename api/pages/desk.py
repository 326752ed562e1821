"""What stands behind the pages of checklists, each made from the database of the issued ones."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.deps import Parts
from assistant.attempts import ADDRESS, Attempts
from assistant.issued import IssuedChecklists
from assistant.wrong_facts import WrongFacts


def _lists(parts: Parts) -> IssuedChecklists:
    assert isinstance(parts.checklists, IssuedChecklists)
    return parts.checklists


Lists = Annotated[IssuedChecklists, Depends(_lists)]


def _attempts(parts: Parts, lists: Lists) -> Attempts:
    """Counted everywhere but in the demonstration, where one machine is everybody."""
    return Attempts(lists.engine, counting=not parts.settings.demo)


def _wrong_facts(lists: Lists) -> WrongFacts:
    return WrongFacts(lists.engine)


def _visitor(request: Request) -> str:
    """The network address that a request comes from."""
    return f"{ADDRESS}{request.client.host if request.client else ''}"


Tries = Annotated[Attempts, Depends(_attempts)]
Reports = Annotated[WrongFacts, Depends(_wrong_facts)]
Visitor = Annotated[str, Depends(_visitor)]
