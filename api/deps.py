"""What every page needs, put together once at start: knowledge, finder, checklists, dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from assistant.actions.brain import Brain
from assistant.cards import Card, Turn
from assistant.cases.keeping import Keeping as CaseKeeping
from assistant.cases.scans import FOLDER, Scans
from assistant.cases.store import Cases
from assistant.checklist.calendar import calendar_of
from assistant.exchanges import Exchanges
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.keeping import Keeping
from assistant.knowledge.whole import Knowledge
from assistant.messages import Messages
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.settings import Settings
from assistant.wechat.channel import Channel


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

    def use(self, brain: Brain) -> None:
        """Answer from this knowledge from the next message on."""

    async def tried(self, question: str) -> Turn | None:
        """What the guided dialogue answers to a question that nobody asked, of which nothing is kept; None without it."""

    async def close(self) -> None:
        """Let go of connections."""


SCANS = FOLDER


@dataclass(frozen=True)
class Service:
    """The running parts."""

    settings: Settings
    knowledge: Knowledge
    finder: Finder
    checklists: IssuedChecklists
    conversations: Conversations
    brain: Brain
    actions_secret: str
    handover: Handover
    messages: Messages
    keeping: Keeping
    exchanges: Exchanges
    equipment: Equipment
    wechat: Channel | None = None  # None where no account is connected
    fault: str | None = None  # why the knowledge on disk is not the one that is served


async def service(request: Request) -> Service:
    """The parts, as `api.app` put them together; async, as FastAPI takes the rest through threads, where messages overtake."""
    found: Service = request.app.state.service
    return found


Parts = Annotated[Service, Depends(service)]


def cases_of(parts: Service) -> Cases:
    """The service files of the window, in the working days of the knowledge that is served."""
    assert isinstance(parts.checklists, IssuedChecklists)
    return Cases(parts.checklists.engine, lambda: calendar_of(parts.knowledge.holidays.values()))


def case_keeping(parts: Service) -> CaseKeeping:
    """What erases the persons in service files whose time is over."""
    cases = cases_of(parts)
    return CaseKeeping(cases, Scans(cases, parts.settings.data / SCANS))
