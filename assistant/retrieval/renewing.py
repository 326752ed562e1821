"""A finder over knowledge that has changed: at once where nothing changed that finding hears, otherwise built anew."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.retrieval.remembering import RememberingEncoder


def renewed(finder: Finder, knowledge: Knowledge, equipment: Equipment) -> Finder:
    """The finder over this knowledge: a telephone, a step or a source takes no time, a name or a question half a second.

    A new one spells pinyin as the old one did, until `Finder.witness.speller` is replaced: its own takes seconds more.
    """
    if _heard(finder.knowledge) == _heard(knowledge):
        return finder.over(knowledge)
    with _undisturbed():
        return Finder(knowledge, equipment.encoder, equipment.model, finder)


def previewed(finder: Finder, knowledge: Knowledge, equipment: Equipment) -> Finder:
    """The same for knowledge that is only looked at: nothing of it is remembered on the disk."""
    if isinstance(equipment.encoder, RememberingEncoder):
        equipment = replace(equipment, encoder=equipment.encoder.reading())
    return renewed(finder, knowledge, equipment)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Nobody looks for garbage meanwhile: hardly any is made, and looking through what is made takes a quarter of the time."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:  # else somebody else stopped it, and begins again
            gc.enable()


def _heard(knowledge: Knowledge) -> tuple[Any, ...]:
    """Everything of a knowledge that a finder is built from; what people only read is not in it."""
    return (
        [(own, one.name, one.aliases, one.scope, one.samples) for own, one in knowledge.guides.items()],
        {own: (item.certificate, item.department) for own, item in knowledge.items.items()},
        {own: (one.name, one.aliases) for own, one in knowledge.departments.items()},
        {own: (one.name, one.aliases) for own, one in knowledge.regions.items()},
        knowledge.acts,
        knowledge.groups,
        knowledge.unlisted,
        knowledge.redirects,
        knowledge.industries,
        knowledge.enterprise_types,
        knowledge.procedures,
        knowledge.questions,
    )
