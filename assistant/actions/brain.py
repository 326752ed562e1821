"""The parts an action works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from assistant.actions.paper_reading import Reading
from assistant.checklist.facts import FactFinder
from assistant.checklist.known_words import KnownWords
from assistant.checklist.model import Checklist
from assistant.checklist.profile import Profile
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.acts import Acts
from assistant.retrieval.finder import Finder
from assistant.text import compact


class Judge(Protocol):
    """Says of each licence how likely a message tells that it is held, and how likely that it is not."""

    sure: float  # from which probability on something counts as told that the rules did not find
    doubted: float  # under which it does not count though they did
    withdrawn: float  # from which probability on what was told before is taken back

    def read(self, reading: Reading) -> list[tuple[float, ...]]:
        """Shape (3,) for each candidate: whether the message speaks of it not at all, as held, or as not held."""

    def shares(self, figures: Mapping[str, list[float]]) -> dict[str, tuple[float, float]]:
        """P(held), P(not held) of each licence by its figures; empty where the judge does not judge."""


@dataclass(frozen=True)
class Brain:
    """Knowledge, finder, facts, judge, and how a checklist is issued (token and checklist for a profile)."""

    knowledge: Knowledge
    finder: Finder
    issue: Callable[[Profile], tuple[str, Checklist]]
    today: Callable[[], dt.date] = dt.date.today
    demo: bool = False
    judge: Judge | None = None  # without one the rules alone say which licences are told of

    @cached_property
    def facts(self) -> FactFinder:
        """The words for facts in this knowledge."""
        return FactFinder(self.knowledge)

    @cached_property
    def acts(self) -> Acts:
        """The words for what is wanted: to cancel, or to suspend, to hand over …"""
        return Acts(self.knowledge)

    @cached_property
    def offices(self) -> KnownWords[str]:
        """What people call the departments, in full and short: 住建局, 住建."""
        return KnownWords(
            (said, department.id)
            for department in self.knowledge.departments.values()
            for name in map(compact, (department.name.removeprefix("地区"), *department.aliases))
            for said in {name, name.removesuffix("局").removesuffix("队")}
            if len(said) >= 2
        )
