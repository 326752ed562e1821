"""The way of a message: cleaned → Rasa decides → our actions speak → cards; without Rasa, our actions answer alone."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from assistant import phrases, talk_cards
from assistant.actions.asking import asks_for
from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.alone import answered_alone, state_of
from assistant.cards import Asks, Card, Status, Turn, words
from assistant.db import now
from assistant.errors import DialogueAway
from assistant.exchanges import Exchange
from assistant.hearing import intent_of
from assistant.keeping import Keeping
from assistant.queues import Queues
from assistant.rasa import Rasa
from assistant.text import MAX_LENGTH, cleaned, folded, says_nothing
from assistant.turnlog import Effect, Kept, Progress, TurnLog, sealed

log = logging.getLogger("daoban.dialogue")
IN_RASA: ContextVar[float] = ContextVar("seconds of the last message for which we waited for Rasa", default=0.0)
# The status of a turn with several cards is the most telling one.
_WEIGHT: dict[str, int] = {
    s: n
    for n, s in enumerate(
        ("needs_facts", "unknown", "handed_over", "out_of_scope", "needs_choice", "answered", "failed")
    )
}
_ORDINAL = re.compile(  # 2, 选2号, 第二个; a bare 2个 is a quantity
    r"^(?:选|就|要)*(?P<nth>第)?(?P<number>[0-9]{1,2}|[一二三四五六七八九])(?(nth)(?:个|项|条)?)(?:号|吧|、|\.)*$"
)
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}


@dataclass
class _Message:
    """One message on its way: whose, what is kept of the conversation, until when it must be answered, what it changed."""

    conversation_id: str
    kept: Kept
    deadline: float
    progress: Progress
    changed: bool = False
    kept_turn: bool = True  # False where the person wanted nothing to be kept
    rasa: float = 0.0  # seconds spent waiting for Rasa, our actions not counted


class Dialogue:
    """Conversations with Rasa on loopback; each message finds all it needs in the database, in any process."""

    def __init__(
        self,
        brain: Brain,
        turns: TurnLog,
        keeping: Keeping,
        queues: Queues,
        rasa: Rasa,
        *,
        patience: float,
        silence: timedelta,
    ) -> None:
        self._brain = brain
        self._turns = turns
        self._keeping = keeping
        self._rasa = rasa
        self._patience = patience
        self._silence = silence
        self._queues = queues

    async def close(self) -> None:
        """Let go of the connections."""
        await self._rasa.close()

    async def tried(self, question: str) -> Turn | None:
        """What Rasa and our actions answer to a question that nobody asked, of which nothing is kept; None without Rasa."""
        conversation_id = f"readyz-{secrets.token_urlsafe(9)}"
        exchange = Exchange(secrets.token_urlsafe(6), Progress())
        deadline = time.monotonic() + self._patience
        try:
            done = await self._rasa.say(conversation_id, exchange, question, {}, deadline)
        except DialogueAway:
            return None
        await asyncio.to_thread(self._keeping.forget_in_tracker, [conversation_id])
        return _joined(done.turns)

    def last(self, conversation_id: str) -> list[tuple[str, Turn]]:
        """What was said and answered lately, oldest first."""
        return self._turns.last(conversation_id)

    def checklists(self, conversation_id: str) -> tuple[str, ...]:
        """The tokens of the checklists that a conversation led to, oldest first."""
        return self._turns.checklists(conversation_id)

    def told(self, conversation_id: str) -> Card | None:
        """What a conversation has told, each fact with a choice to change it; None where nothing was said."""
        kept = self._turns.kept(conversation_id)
        if kept.at is None:
            return None
        return self._turns.offer(conversation_id, talk_cards.told(self._brain, kept.progress))

    def use(self, brain: Brain) -> None:
        """Answer from this knowledge from the next message on."""
        self._brain = brain

    async def forget(self, conversation_id: str, *, with_checklists: bool = False) -> None:
        """Erase a conversation, once what is being said in it is answered."""
        async with self._queues.turn_of(conversation_id):
            await asyncio.to_thread(self._keeping.erase, conversation_id, with_checklists=with_checklists)

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer to a message or to a tapped choice; never raises."""
        deadline = time.monotonic() + self._patience
        async with self._queues.turn_of(conversation_id):
            try:
                kept = await asyncio.to_thread(self._turns.kept, conversation_id)
            except SQLAlchemyError:
                log.exception("what is kept of the conversation cannot be read")
                return _plain("failed", phrases.OUR_FAULT)
            message = _Message(conversation_id, kept, deadline, kept.progress)
            said, turn = await self._understood(message, text, payload)
            IN_RASA.set(message.rasa)
            if self._was_silent(kept) and message.changed:
                turn = await asyncio.to_thread(self._with_where_we_were, message, said, turn)
            return await asyncio.to_thread(self._kept, message, said, turn)

    async def _understood(self, message: _Message, text: str | None, payload: str | None) -> tuple[str, Turn]:
        if payload is not None:
            found = message.kept.effect(cleaned(payload))
            if found is None or ("erase" in found[1] and cleaned(payload) not in message.kept.offered):
                return "", _plain("unknown", phrases.PAYLOAD_GONE)
            return found[0], await self._tapped(message, *found)
        said = cleaned(text)
        if not said or says_nothing(said):
            return said, _plain("unknown", phrases.NOTHING_SAID)
        if len(said) > MAX_LENGTH:
            return said[:MAX_LENGTH], _plain("unknown", phrases.TOO_LONG)
        chosen = _numbered(message.kept, said)
        if chosen is not None:
            return said, await self._tapped(message, *chosen)
        typed, said = said, await asyncio.to_thread(self._brain.finder.written_out, said)
        return typed, await self._meant(message, said)

    async def _meant(self, message: _Message, said: str) -> Turn:
        if talk_cards.wants_erasing(said):
            lists = await asyncio.to_thread(self._turns.checklists, message.conversation_id)
            return talk_cards.sure_to_erase(bool(lists), self._asks(message.progress))
        if talk_cards.wants_to_leave_a_message(said):
            return talk_cards.leaving_a_message(self._asks(message.progress))
        return await self._asked(message, said, {})

    def _asks(self, progress: Progress) -> Asks | None:
        """The question that stays open while something else is talked about."""
        asked = progress.asked
        return asks_for(self._brain.knowledge, asked, state_of(progress)) if asked else None

    async def _tapped(self, message: _Message, label: str, effect: Effect) -> Turn:
        """What a choice does: about the conversation itself we see to it here, everything else is decided by Rasa."""
        if effect.get("leave_message"):
            return talk_cards.leaving_a_message(self._asks(message.progress))
        if "erase" in effect:
            what = str(effect["erase"])
            if what in ("talk", "all"):
                message.kept_turn = False
                erase = self._keeping.erase
                await asyncio.to_thread(erase, message.conversation_id, with_checklists=what == "all")
            return talk_cards.erased(what)
        if effect.get("go_on"):
            again = talk_cards.going_on(self._brain, message.progress)
            return again or await self._asked(message, label, {})
        if "start_over_with" in effect:
            first = await self._asked(message, phrases.START_OVER, {})
            then = await self._asked(message, str(effect["start_over_with"]), {})
            return Turn(status=then.status, cards=(*first.cards, *then.cards), asks=then.asks)
        if "say" in effect:
            return await self._asked(message, str(effect["say"]), {})
        return await self._asked(message, label, effect)

    async def _asked(self, message: _Message, said: str, effect: Effect) -> Turn:
        """Rasa's turn; where Rasa is away, our own answer with a sentence that says so, and Rasa is told later."""
        exchange = Exchange(secrets.token_urlsafe(6), message.progress)
        began = time.monotonic()
        try:
            exchange = await self._rasa.say(message.conversation_id, exchange, said, effect, message.deadline)
            turn, progress = _joined(exchange.turns), exchange.after
        except DialogueAway as away:
            log.warning("answered without Rasa: %s", away)
            heard = Said(said, "choose" if effect else intent_of(said), effect)
            alone = await asyncio.to_thread(answered_alone, self._brain, exchange, heard)
            turn = _joined(alone.turns)
            turn = turn.model_copy(update={"cards": (words(phrases.DIALOGUE_AWAY), *turn.cards)})
            progress = replace(alone.after, unheard=True)
        message.rasa += time.monotonic() - began - exchange.seconds
        message.progress, message.changed = progress, True
        return turn

    def _was_silent(self, kept: Kept) -> bool:
        return kept.at is not None and now() - kept.at >= self._silence

    def _with_where_we_were(self, message: _Message, said: str, turn: Turn) -> Turn:
        """The turn, begun with one line that says where we were; as it is where that was just given up."""
        before, at = message.kept.progress, message.kept.at
        if at is None or state_of(message.progress).profile.empty:
            return turn
        here = talk_cards.where_we_were(self._brain, before, at.astimezone().date(), said)
        return turn.model_copy(update={"cards": (here, *turn.cards)}) if here else turn

    def _kept(self, message: _Message, said: str, turn: Turn) -> Turn:
        """The turn as it goes out, stored; an answer that cannot be stored still goes out, and says so."""
        if not message.kept_turn:
            return sealed(turn)[0]
        try:
            progress = message.progress if message.changed else None
            return self._turns.keep(message.conversation_id, said, turn, progress)
        except SQLAlchemyError:
            log.exception("a turn cannot be stored")
            turn = turn.model_copy(update={"cards": (words(phrases.NOT_KEPT), *turn.cards)})
            return sealed(turn)[0]


def _numbered(kept: Kept, said: str) -> tuple[str, Effect] | None:
    """The choice that a typed number or a typed label stands for."""
    plain = folded(said)
    number = _ORDINAL.match(plain)
    index = (_DIGITS.get(number["number"]) or int(number["number"])) - 1 if number else None
    for position, (payload, label) in enumerate(kept.labels()):
        if position == index or plain == folded(label):
            return kept.effect(payload)
    return None


def _joined(turns: list[Turn]) -> Turn:
    """The cards of all actions of a turn, the most telling status, and the last question."""
    cards: list[Card] = []
    status: Status = "needs_facts"
    asks: Asks | None = None
    for turn in turns:
        if not turn.cards and turn.asks is None:
            continue
        cards += turn.cards
        if _WEIGHT[turn.status] > _WEIGHT[status]:
            status = turn.status
        asks = turn.asks or asks
    return Turn(status=status, cards=tuple(cards), asks=asks)


def _plain(status: Status, text: str) -> Turn:
    return Turn(status=status, cards=(words(text),))
