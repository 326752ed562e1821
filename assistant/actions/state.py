"""What is remembered between two messages, as it lies in Rasa's slots."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.cards import Asks, Card, Status
from assistant.checklist.profile import QUESTIONS, Profile, open_questions
from assistant.knowledge.whole import Knowledge
from assistant.text import without_numbers

REMEMBERED_SAYINGS = 6
REMEMBERED_PROFILES = 5


class Business(BaseModel):
    """One of several businesses: what was told of it, and its checklist."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: int = 1  # the first, the second … that was told of
    profile: Profile = Profile()
    item: str | None = None  # the guide spoken of last
    token: str | None = None  # its last checklist
    issued: Profile | None = None  # the profile that was issued for
    stays: bool = False  # it goes on trading: nothing is asked of it
    called: str = ""  # the words it was told of with: 一个做影视的


class Memory(BaseModel):
    """The small things: what was said lately, what is waited for, how often we did not understand."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    said: tuple[str, ...] = ()
    earlier: tuple[Profile, ...] = ()
    waiting: str | None = (
        None  # "progress": an acceptance number was asked for; or the question that was asked beside the form
    )
    aspect: str | None = None  # the aspect of the question that was ambiguous
    together: tuple[str, ...] = ()  # licences that were answered about in one reply: 兽药证和农药证咋退
    not_understood: int = 0
    missed: dict[str, int] = {}  # how often the answer to a question was not understood
    passed: dict[str, int] = {}  # how often something else came where a question was to be answered
    stopped: bool = False  # the questions ended because he does not want to cancel after all
    token: str | None = None  # the last checklist
    issued: Profile | None = None  # the profile it was issued for
    number: int = 1  # which business is spoken of
    called: str = ""  # the words it was told of with
    parked: tuple[Business, ...] = ()  # the others, in the order in which they were told of
    beside: str | None = None  # a trade named beside the first, by default on the same business licence


@dataclass(frozen=True)
class State:
    """Where the conversation is."""

    profile: Profile = field(default_factory=Profile)
    item: str | None = None  # the guide spoken of last
    memory: Memory = field(default_factory=Memory)
    asked: str | None = None  # the question that is open, by its key

    @classmethod
    def of(cls, slots: dict[str, Any]) -> State:
        """The state in Rasa's slots; whatever is not ours to read counts as nothing told."""
        try:
            profile = Profile.model_validate(slots.get("profile") or {})
            memory = Memory.model_validate(slots.get("memory") or {})
        except ValidationError:
            profile, memory = Profile(), Memory()
        item = slots.get("item")
        asked = slots.get("requested_slot")
        return cls(profile, item if isinstance(item, str) else None, memory, asked if asked in QUESTIONS else None)

    def with_(self, **changes: Any) -> State:
        """A copy with some parts changed."""
        return replace(self, **changes)

    def remembering(self, **changes: Any) -> State:
        """A copy with some small things changed."""
        return replace(self, memory=self.memory.model_copy(update=changes))

    def hearing(self, text: str) -> State:
        """A copy that has heard one more saying; numbers of persons are no part of it, as Rasa keeps it too."""
        return self.remembering(said=(*self.memory.said, without_numbers(text[:120]))[-REMEMBERED_SAYINGS:])

    def asked_about(self, knowledge: Knowledge) -> tuple[str, ...]:
        """The licence that was asked about last, or the several (兽药证和农药证咋退), as long as nothing was told of it."""
        item, together = self.item, self.memory.together
        asked = together if item in together else (str(item),) if item in knowledge.items else ()
        told = (*(self.profile.licences or ()), *self.profile.denied)
        return tuple(one for one in asked if one not in told)

    def spoken_of(self, knowledge: Knowledge) -> tuple[str, ...]:
        """The licences told so far; before any is, what was asked about."""
        return self.profile.licences or self.asked_about(knowledge)

    @property
    def business(self) -> Business:
        """The business that is spoken of."""
        memory = self.memory
        return Business(
            number=memory.number,
            profile=self.profile,
            item=self.item,
            token=memory.token,
            issued=memory.issued,
            called=memory.called,
        )

    def parking(self, *others: Business) -> State:
        """A copy in which these are the other businesses."""
        return self.remembering(parked=tuple(sorted(others, key=lambda other: other.number)))

    def turning_to(self, business: Business) -> State:
        """A copy that speaks of this business, the present one put aside; nothing is carried over."""
        others = (self.business, *(other for other in self.memory.parked if other.number != business.number))
        memory = Memory(number=business.number, token=business.token, issued=business.issued, called=business.called)
        return State(business.profile, business.item, memory).parking(*others)

    def slots(self, knowledge: Knowledge) -> dict[str, Any]:
        """The slots that hold this state: one per question, None where it is to be asked now."""
        still_open = open_questions(knowledge, self.profile)
        still_open = tuple(key for key in still_open if key not in self.profile.put_off) or still_open
        return {
            "profile": self.profile.model_dump(mode="json", exclude_defaults=True),
            "item": self.item,
            "memory": self.memory.model_dump(mode="json", exclude_defaults=True),
            **{key: None if key in still_open else "settled" for key in QUESTIONS},
        }


@dataclass(frozen=True)
class Reaction:
    """What an action does: the new state, what is shown, and the course that Rasa's rules go on from."""

    state: State
    cards: tuple[Card, ...] = ()
    status: Status = "answered"
    asks: Asks | None = None
    course: str | None = None  # answer · checklist · ready
    answers: bool = False  # the open question was not passed over, although it is still open
