"""Answer: what was found and why, without wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assistant.retrieval.aspects import Aspect
from assistant.retrieval.entries import Kind
from assistant.retrieval.mentions import Mention


class Verdict(StrEnum):
    """What the finder decided; the closed list."""

    ANSWER = "answer"  # these guides, certainly
    CHOOSE = "choose"  # one of these: ask
    NO_OBJECT = "no_object"  # wants to cancel, does not say what: ask for the trade
    UNLISTED = "unlisted"  # known, but not on the list
    WRONG_ACT = "wrong_act"  # the right licence, another act
    REDIRECT = "redirect"  # another procedure
    UNKNOWN = "unknown"  # nothing we know; hits are the nearest, where a licence is named that is none of ours


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry with its probability."""

    id: str
    name: str
    kind: Kind
    score: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word beside the others that means several: what it can mean, likeliest first."""

    hits: tuple[Hit, ...]
    group: str | None  # the confusion group whose question tells them apart


@dataclass(frozen=True)
class Answer:
    """The decision about one question with everything that led to it."""

    verdict: Verdict
    question: str
    hits: tuple[Hit, ...]  # what is answered with, or offered to choose from
    aspects: tuple[Aspect, ...] = ()
    group: str | None = None  # the confusion group whose question tells the hits apart
    act: str | None = None  # the act that is not ours
    beside: tuple[Doubt, ...] = ()  # what is asked about besides
    mentions: tuple[Mention, ...] = ()
    certainty: float = 0.0
    rejected: tuple[Hit, ...] = field(default=(), repr=False)
    reason: str = ""  # why, in a few English words, for `explain`

    @property
    def unheard_of(self) -> bool:
        """Whether a licence is named that we have never heard of: not on the list, as far as we can tell."""
        return self.verdict is Verdict.UNKNOWN and bool(self.hits)
