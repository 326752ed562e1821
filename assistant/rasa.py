"""Rasa on loopback: one message through it, bounded in time; and what to do so that it knows what we know.

Our own record of a conversation is the truth, Rasa's tracker a copy of it. A Rasa that is slow, gone, or no longer knows
what was said counts as away: somebody else answers, and before the next message it is told anew where the conversation is.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import httpx
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import DialogueAway
from assistant.exchanges import FORM, Exchange, Exchanges
from assistant.text import without_numbers
from assistant.turnlog import Progress

log = logging.getLogger("daoban.rasa")
TRY_AGAIN_AFTER = 2.0  # seconds in which nobody waits for a Rasa that was just found silent
WRITTEN_AFTERWARDS = (
    6  # times as long as one statement before Rasa is asked: what it did, that it was, the answer, the place left
)
PATIENCE = 1.0  # seconds; a Rasa that got less time than that is not called silent
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def sender_of(conversation_id: str) -> str:
    """The name of a conversation in Rasa: its id, or a digest of one that does not fit into an address."""
    return (
        conversation_id
        if _SAFE.fullmatch(conversation_id)
        else hashlib.sha256(conversation_id.encode("utf-8", "replace")).hexdigest()
    )


class _NotThere(DialogueAway):
    """Nobody listens there: nothing was sent."""


@dataclass
class _Worker:
    """One process of Rasa."""

    client: httpx.AsyncClient
    silent_until: float = 0.0


class Rasa:
    """The client of Rasa's REST channel, in one process or several that share what they remember.

    A conversation stays with one process, unless that was just found silent; as its messages come one at a time,
    the processes need no common lock.
    """

    def __init__(self, urls: Sequence[str], timeout: float, exchanges: Exchanges) -> None:
        self._workers = [_Worker(httpx.AsyncClient(base_url=u, timeout=timeout, trust_env=False)) for u in urls]
        self._timeout = timeout
        self._exchanges = exchanges
        self._closing: set[asyncio.Task[Exchange]] = set()  # a task that nobody holds may vanish

    async def close(self) -> None:
        """Let go of the connections."""
        for worker in self._workers:
            await worker.client.aclose()

    async def say(
        self, conversation_id: str, exchange: Exchange, said: str, effect: dict[str, Any], deadline: float
    ) -> Exchange:
        """Have Rasa decide on a message; DialogueAway where our actions gave no answer to it in time."""
        sender = sender_of(conversation_id)
        exchange.said = said
        message = {
            "sender": sender,
            "message": "/choose" if effect else without_numbers(said),
            "metadata": {"effect": effect, "exchange": exchange.key},
        }
        began = time.monotonic()
        try:
            await asyncio.to_thread(self._exchanges.open, conversation_id, exchange)
            deadline -= WRITTEN_AFTERWARDS * (time.monotonic() - began)  # a slow database takes its time then, too
            try:
                await self._heard(sender, exchange.before, message, deadline)
            finally:
                closing = asyncio.create_task(asyncio.to_thread(self._exchanges.close, exchange))
                self._closing.add(closing)
                closing.add_done_callback(self._closed)
            done = await asyncio.shield(closing)  # without Rasa's answer nobody waits for it
        except SQLAlchemyError as error:
            raise DialogueAway("what is on its way cannot be kept") from error
        if not any(turn.cards or turn.asks for turn in done.turns):
            raise DialogueAway("an empty reply")
        return done

    async def _heard(self, sender: str, before: Progress, message: dict[str, Any], deadline: float) -> None:
        """Have one process hear a message; where it is not there at all nothing has reached it, and the next one is asked."""
        workers = self._order(sender)
        for worker in workers:
            try:
                if before.unheard:
                    await self._tell(worker, sender, before, deadline)
                await self._post(worker, "/webhooks/rest/webhook", message, deadline)
                break
            except _NotThere:
                if worker is workers[-1]:
                    raise

    def _order(self, sender: str) -> list[_Worker]:
        """The process of a conversation and those to ask without it; none that was silent just now, unless all were."""
        first = crc32(sender.encode()) % len(self._workers)
        order = [*self._workers[first:], *self._workers[:first]]
        return [worker for worker in order if time.monotonic() >= worker.silent_until] or order[:1]

    def _closed(self, closing: asyncio.Task[Exchange]) -> None:
        self._closing.discard(closing)
        if not closing.cancelled() and (error := closing.exception()):
            log.warning("an exchange stays open until its time is over: %s", error)

    async def _tell(self, worker: _Worker, sender: str, progress: Progress, deadline: float) -> None:
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
        await self._post(worker, f"/conversations/{sender}/tracker/events", events, deadline)

    async def _post(self, worker: _Worker, path: str, body: Any, deadline: float) -> None:
        """Have Rasa do something; DialogueAway where it is silent, slow or gone."""
        left = min(deadline - time.monotonic(), self._timeout)
        if left <= 0 or time.monotonic() < worker.silent_until:
            raise DialogueAway("no time left, or silent a moment ago")
        try:
            async with asyncio.timeout(left):
                reply = await worker.client.post(path, json=body)
            reply.raise_for_status()
        except (httpx.TransportError, TimeoutError) as error:
            if left >= PATIENCE:
                worker.silent_until = time.monotonic() + TRY_AGAIN_AFTER
            away = _NotThere if isinstance(error, httpx.ConnectError) else DialogueAway
            raise away(str(error) or "no answer in time") from error
        except httpx.HTTPError as error:
            raise DialogueAway(str(error)) from error
