"""The parts an action works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from assistant.checklist.facts import FactFinder
from assistant.checklist.model import Checklist
from assistant.checklist.profile import Profile
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.acts import Acts
from assistant.retrieval.finder import Finder


@dataclass(frozen=True)
class Brain:
    """Knowledge, finder, facts, and how a checklist is issued (token and checklist for a profile)."""

    knowledge: Knowledge
    finder: Finder
    issue: Callable[[Profile], tuple[str, Checklist]]
    today: Callable[[], dt.date] = dt.date.today
    demo: bool = False

    @cached_property
    def facts(self) -> FactFinder:
        """The words for facts in this knowledge."""
        return FactFinder(self.knowledge)

    @cached_property
    def acts(self) -> Acts:
        """The words for what is wanted: to cancel, or to suspend, to hand over …"""
        return Acts(self.knowledge)
