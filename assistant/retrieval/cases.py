"""What the finder is taught and judged by: questions made from the editors' data, with what should be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.entries import Kind, Role
from assistant.retrieval.evidence import Evidence, Witness

# Weight in learning: a sample question of a guide counts 1.
HIDDEN_WEIGHT = 0.5


@dataclass(frozen=True)
class Case:
    """A question, what is right, and what is hidden so that the question is about something unknown."""

    text: str
    right: int  # row of the entry; -1 for none
    evidence: Evidence = field(repr=False)
    hidden: tuple[int, ...] = ()
    weight: float = 1.0
    fold_key: int = 0  # cases of one entry are never in both halves of a fold


def cases_of(knowledge: Knowledge, witness: Witness) -> Iterator[Case]:
    """The editors' sample questions, each without itself; those of other procedures and unlisted things also as unknown."""
    for row, entry in enumerate(witness.entries):
        for place, text in enumerate(entry.texts(Role.SAMPLE)):
            seen = witness.examine(text, but=place)
            yield Case(text, row, seen, fold_key=row)
            if entry.kind in (Kind.REDIRECT, Kind.UNLISTED):
                yield Case(text, -1, seen, hidden=(row,), weight=HIDDEN_WEIGHT, fold_key=row)
