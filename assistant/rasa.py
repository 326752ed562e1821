"""Rasa on loopback: one message through it, bounded in time; and what to do so that it knows what we know.

Our own record of a conversation is the truth, Rasa's tracker a copy of it. A Rasa that is slow, gone, or no longer knows
what was said counts as away: somebody else answers, and before the next message it is told anew where the conversation is.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from assistant.actions.state import Reaction
from assistant.errors import DialogueAway
from assistant.turnlog import Progress

FORM = "checklist_form"
ASK = f"action_ask_{FORM}_"
TRY_AGAIN_AFTER = 2.0  # seconds in which nobody waits for a Rasa that was just found silent
PATIENCE = 1.0  # seconds; a Rasa that got less time than that is not called silent
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def sender_of(conversation_id: str) -> str:
    """The name of a conversation in Rasa: its id, or a digest of one that does not fit into an address."""
    return (
        conversation_id
        if _SAFE.fullmatch(conversation_id)
        else hashlib.sha256(conversation_id.encode("utf-8", "replace")).hexdigest()
    )


@dataclass
class Exchange:
    """One message on its way through Rasa, and what our actions have answered so far."""

    key: str
    before: Progress
    reactions: list[Reaction] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    asked: str | None = None
    seconds: float = 0.0  # spent in our actions

    @property
    def number(self) -> int:
        """The number of this message, by which a copy of what it changed is told from an older one."""
        return self.before.number + 1

    def knows(self, slots: dict[str, Any]) -> bool:
        """Whether Rasa's slots are those of the message before this one (or of this one, once an action has run)."""
        number = (slots.get("memory") or {}).get("heard", 0)
        return bool(number == (self.number if self.slots else self.before.number))

    def acted(self, name: str, reaction: Reaction, slots: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Note what an action answered; gives the slots that Rasa is to keep."""
        self.reactions.append(reaction)
        self.slots = {**slots, "memory": {**(slots.get("memory") or {}), "heard": self.number}}
        self.asked = name.removeprefix(ASK) if name.startswith(ASK) else self.asked
        self.seconds += seconds
        return self.slots

    @property
    def after(self) -> Progress:
        """Where the conversation is once this message is answered."""
        slots, asked = (self.slots, self.asked) if self.slots else (self.before.slots, self.before.asked)
        return Progress(slots, asked, self.number)


class Rasa:
    """The client of Rasa's REST channel."""

    def __init__(self, url: str, timeout: float) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)
        self._timeout = timeout
        self._exchanges: dict[str, Exchange] = {}  # by sender
        self._silent_until = 0.0

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def exchange(self, sender: str, key: str) -> Exchange | None:
        """The exchange to which an action belongs; None where its message was answered otherwise meanwhile."""
        found = self._exchanges.get(sender)
        return found if found is not None and found.key == key else None

    async def say(
        self, conversation_id: str, exchange: Exchange, said: str, effect: dict[str, Any], deadline: float
    ) -> Exchange:
        """Have Rasa decide on a message; DialogueAway where our actions gave no answer to it in time."""
        sender = sender_of(conversation_id)
        message = {
            "sender": sender,
            "message": "/choose" if effect else said,
            "metadata": {"effect": effect, "text": said, "exchange": exchange.key},
        }
        self._exchanges[sender] = exchange
        try:
            if exchange.before.unheard:
                await self._tell(sender, exchange.before, deadline)
            await self._post("/webhooks/rest/webhook", message, deadline)
        finally:
            del self._exchanges[sender]
        if not any(reaction.cards or reaction.asks for reaction in exchange.reactions):
            raise DialogueAway("an empty reply")
        return exchange

    async def decides(self, sender: str, text: str) -> bool:
        """Whether Rasa answers a message through our own actions (a 200 alone proves nothing)."""
        message = {"sender": sender, "message": text, "metadata": {"text": text}}
        try:
            return bool(await self._post("/webhooks/rest/webhook", message, time.monotonic() + self._timeout))
        except DialogueAway:
            return False

    async def _tell(self, sender: str, progress: Progress, deadline: float) -> None:
        """Tell Rasa where the conversation is: a session of its own that begins with what we know."""
        slots = [{"event": "slot", "name": name, "value": value} for name, value in progress.slots.items()]
        events = [
            {"event": "action", "name": "action_session_start"},
            {"event": "session_started"},
            *slots,
            {"event": "active_loop", "name": FORM if progress.asked else None},
            {"event": "slot", "name": "requested_slot", "value": progress.asked},
            {"event": "action", "name": "action_listen"},
        ]
        await self._post(f"/conversations/{sender}/tracker/events", events, deadline)

    async def _post(self, path: str, body: Any, deadline: float) -> Any:
        """What Rasa replies; DialogueAway where it is silent, slow or gone."""
        left = min(deadline - time.monotonic(), self._timeout)
        if left <= 0 or time.monotonic() < self._silent_until:
            raise DialogueAway("no time left, or silent a moment ago")
        try:
            async with asyncio.timeout(left):
                reply = await self._client.post(path, json=body)
            reply.raise_for_status()
            return reply.json()
        except (httpx.TransportError, TimeoutError) as error:
            if left >= PATIENCE:
                self._silent_until = time.monotonic() + TRY_AGAIN_AFTER
            raise DialogueAway(str(error)) from error
        except (httpx.HTTPError, ValueError) as error:
            raise DialogueAway(str(error)) from error
