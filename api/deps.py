"""What every page needs, put together once at start: knowledge, finder, checklists, dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from assistant.actions.brain import Brain
from assistant.cards import Card, Turn
from assistant.checklist.model import Checklist
from assistant.checklist.profile import Profile
from assistant.handover import Handover
from assistant.keeping import Keeping
from assistant.knowledge.whole import Knowledge
from assistant.messages import Messages
from assistant.rasa import Exchange
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.settings import Settings


class Checklists(Protocol):
    """Issued checklists, by the token in their address."""

    def issue(self, profile: Profile) -> tuple[str, Checklist]:
        """A new checklist for a profile, with its token."""

    def get(self, token: str) -> Checklist:
        """The checklist of a token; NotFound where there is none."""

    def use(self, knowledge: Knowledge) -> None:
        """Make new checklists from this knowledge; issued ones stay as they are."""


class Conversations(Protocol):
    """Where messages go."""

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer to a message or to a tapped choice; never raises."""

    def last(self, conversation_id: str) -> list[tuple[str, Turn]]:
        """The messages of a conversation that can be shown again, oldest first: what was said, what was answered."""

    async def forget(self, conversation_id: str, *, with_checklists: bool = False) -> None:
        """Erase a conversation, once what is being said in it is answered."""

    def checklists(self, conversation_id: str) -> tuple[str, ...]:
        """The tokens of the checklists that a conversation led to, oldest first."""

    def told(self, conversation_id: str) -> Card | None:
        """What a conversation has told, each fact with a choice to change it; None where nothing was said."""

    def exchange(self, sender: str, key: str) -> Exchange | None:
        """The exchange to which an action of Rasa belongs; None where its message was answered otherwise meanwhile."""

    def use(self, brain: Brain) -> None:
        """Answer from this knowledge from the next message on."""

    async def ready(self) -> bool:
        """Whether the guided dialogue really answers."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True)
class Service:
    """The running parts."""

    settings: Settings
    knowledge: Knowledge
    finder: Finder
    checklists: Checklists
    conversations: Conversations
    brain: Brain
    actions_secret: str
    handover: Handover
    messages: Messages
    keeping: Keeping
    equipment: Equipment
    fault: str | None = None  # why the knowledge on disk is not the one that is served


def service(request: Request) -> Service:
    """The parts, as `api.app` put them together."""
    found: Service = request.app.state.service
    return found


Parts = Annotated[Service, Depends(service)]
