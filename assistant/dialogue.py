"""The way of a message: cleaned → Rasa decides → our actions speak → cards; without Rasa, the finder answers alone."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from assistant import phrases
from assistant.actions.brain import Brain
from assistant.actions.replies import shown
from assistant.actions.state import State
from assistant.cards import Asks, Card, Status, Turn, words
from assistant.db import now
from assistant.errors import DialogueAway
from assistant.text import MAX_LENGTH, cleaned, folded, says_nothing
from assistant.turnlog import TurnLog

# The status of a turn with several cards is the most telling one.
_WEIGHT: dict[str, int] = {
    s: n
    for n, s in enumerate(
        ("needs_facts", "unknown", "handed_over", "out_of_scope", "needs_choice", "answered", "failed")
    )
}
_ORDINAL = re.compile(r"^(?:选|就|要|第)*([0-9]{1,2}|[一二三四五六七八九])(?:个|项|号|条|吧|、|\.)*$")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}


class Dialogue:
    """Conversations with Rasa on loopback; messages of one conversation are taken one after the other."""

    def __init__(self, brain: Brain, log: TurnLog, rasa_url: str, timeout: float) -> None:
        self._brain = brain
        self._log = log
        self._client = httpx.AsyncClient(base_url=rasa_url, timeout=timeout, trust_env=False)
        self._queues: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: dict[str, int] = defaultdict(int)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def ready(self) -> bool:
        """Whether Rasa answers a greeting through our own actions (a 200 alone proves nothing)."""
        try:
            sender = f"readyz-{now():%Y%m%d%H%M}"  # a new one each minute: a tracker that grows for ever gets slow
            return bool(await self._rasa({"sender": sender, "message": "你好", "metadata": {"text": "你好"}}))
        except DialogueAway:
            return False

    def last(self, conversation_id: str) -> list[tuple[str, Turn]]:
        """What was said and answered lately, oldest first."""
        return self._log.last(conversation_id)

    def use(self, brain: Brain) -> None:
        """Answer from this knowledge from the next message on."""
        self._brain = brain

    def forget(self, conversation_id: str) -> None:
        """Erase a conversation."""
        self._log.forget(conversation_id)

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer to a message or to a tapped choice; never raises."""
        async with self._turn_of(conversation_id):
            said, turn = await self._understood(conversation_id, text, payload)
            return await asyncio.to_thread(self._log.keep, conversation_id, said, turn)

    @asynccontextmanager
    async def _turn_of(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait until the earlier messages of this conversation are answered."""
        self._waiting[conversation_id] += 1
        try:
            async with self._queues[conversation_id]:
                yield
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id], self._queues[conversation_id]

    async def _understood(self, conversation_id: str, text: str | None, payload: str | None) -> tuple[str, Turn]:
        if payload is not None:
            found = await asyncio.to_thread(self._log.effect, conversation_id, cleaned(payload))
            if found is None:
                return "", _plain("unknown", phrases.PAYLOAD_GONE)
            label, effect = found
            return label, await self._tapped(conversation_id, label, effect)
        said = cleaned(text)
        if not said or says_nothing(said):
            return said, _plain("unknown", phrases.NOTHING_SAID)
        if len(said) > MAX_LENGTH:
            return said[:MAX_LENGTH], _plain("unknown", phrases.TOO_LONG)
        chosen = self._numbered(conversation_id, said)
        if chosen is not None:
            return said, await self._tapped(conversation_id, *chosen)
        return said, await self._asked(conversation_id, said, {})

    def _numbered(self, conversation_id: str, said: str) -> tuple[str, dict[str, Any]] | None:
        """The choice that a typed number or a typed label stands for."""
        offered = self._log.offered(conversation_id)
        plain = folded(said)
        number = _ORDINAL.match(plain)
        index = (_DIGITS.get(number[1]) or int(number[1])) - 1 if number else None
        for position, (payload, label) in enumerate(offered):
            if position == index or plain == folded(label):
                return self._log.effect(conversation_id, payload)
        return None

    async def _tapped(self, conversation_id: str, label: str, effect: dict[str, Any]) -> Turn:
        if "say" in effect:
            return await self._asked(conversation_id, str(effect["say"]), {})
        return await self._asked(conversation_id, label, effect)

    async def _asked(self, conversation_id: str, said: str, effect: dict[str, Any]) -> Turn:
        """Rasa's turn; where Rasa is away, the finder's answer with a sentence that says so."""
        message = {
            "sender": conversation_id,
            "message": "/choose" if effect else said,
            "metadata": {"effect": effect, "text": said},
        }
        try:
            return _joined(await self._rasa(message))
        except DialogueAway:
            answer = await asyncio.to_thread(self._brain.finder.find, said)
            cards, status, asks = shown(self._brain.knowledge, answer, State())
            return Turn(status=status, cards=(words(phrases.DIALOGUE_AWAY), *cards), asks=asks)

    async def _rasa(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """What our actions said in this turn; DialogueAway where Rasa is silent, slow or gone."""
        try:
            reply = await self._client.post("/webhooks/rest/webhook", json=message)
            reply.raise_for_status()
            parts = [
                part["custom"]
                for part in reply.json()
                if isinstance(part, dict) and isinstance(part.get("custom"), dict)
            ]
        except (httpx.HTTPError, ValueError) as error:
            raise DialogueAway(str(error)) from error
        if not parts:
            raise DialogueAway("an empty reply")
        return parts


def _joined(parts: list[dict[str, Any]]) -> Turn:
    """The cards of all actions of a turn, the most telling status, and the last question."""
    cards: list[Card] = []
    status: Status = "needs_facts"
    asks: Asks | None = None
    for part in parts:
        cards += [Card.model_validate(card) for card in part.get("cards", ())]
        if _WEIGHT[part["status"]] > _WEIGHT[status]:
            status = part["status"]
        if part.get("asks"):
            asks = Asks.model_validate(part["asks"])
    return Turn(status=status, cards=tuple(cards), asks=asks)


def _plain(status: Status, text: str) -> Turn:
    return Turn(status=status, cards=(words(text),))
