"""Ranking: what is likely to be meant by one question, before anything is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.retrieval.answer import Hit


@dataclass(frozen=True)
class Ranking:
    """The likeliest entries with all that speaks against answering with the first."""

    hits: tuple[Hit, ...]  # never empty
    unlikely: Callable[[str], Hit]  # an entry that is not among the likeliest, as a hit
    certainty: float  # P(the first is right)
    none: float  # P(none of them, or the business of others)
    bare: float  # P(nothing is named)
    vague: float  # P(several fit alike)
    several: float  # P(several are named)
    otherness: float  # P(something else than cancelling is wanted)
    other_act: str | None  # ... and what, where that is likely enough

    @property
    def best(self) -> Hit:
        """The likeliest entry."""
        return self.hits[0]

    def of(self, entry_id: str) -> Hit:
        """The hit of an entry, likely or not."""
        return next((hit for hit in self.hits if hit.id == entry_id), None) or self.unlikely(entry_id)
