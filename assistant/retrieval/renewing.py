"""A finder over knowledge that has changed: at once where nothing changed that finding hears, otherwise built anew."""

from __future__ import annotations

import copy
from typing import Any

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder


def renewed(finder: Finder, knowledge: Knowledge, equipment: Equipment) -> Finder:
    """The finder over this knowledge: a telephone, a step or a source takes no time, a name or a question seconds.

    A new one spells pinyin as the old one did, until `Finder.witness.speller` is replaced: its own takes seconds more.
    """
    if _heard(finder.knowledge) == _heard(knowledge):
        same = copy.copy(finder)
        same.knowledge = knowledge
        return same
    new = Finder(knowledge, equipment.encoder, equipment.model)
    new.witness.speller = finder.witness.speller
    return new


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
