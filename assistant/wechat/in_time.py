"""In time (四秒之内): a message is answered within four seconds, or told where its answer will be, and that answer comes.

A verified account gets a slow answer as customer-service messages; one that is not asks for it with a number. A reply is
one message: what else an answer says is sent after it in the same way, or waits until its person says 继续.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from assistant import phrases
from assistant.db import now
from assistant.render.wechat_messages import Message, Text
from assistant.wechat import words
from assistant.wechat.deliveries import Deliveries, Delivery
from assistant.wechat.inbound import Heard
from assistant.wechat.kept import Kept
from assistant.wechat.people import after
from assistant.wechat.replies import passive, served, with_note

log = logging.getLogger("daoban.wechat")
PATIENCE = 3.5  # seconds until an answer is late
LIMIT = 3.9  # seconds until something must have been replied, whatever the database does
LOOK_EVERY = 0.1  # seconds
TELL_EVERY = 15.0  # seconds
CLOSING = 5.0  # seconds for what is late when the service stops

Answer = Callable[[], Awaitable[Sequence[Message]]]
Result = TypeVar("Result")


class Outbox(Protocol):
    """What sends customer-service messages."""

    def put(self, openid: str, *bodies: dict[str, Any]) -> None:
        """Send these, one after the other, as soon as WeChat takes them."""
        ...


@dataclass
class _Work:
    """An answer that is being made: whether it is late, whether even the reply was, and whether the message is still ours."""

    late: bool = False
    overdue: bool = False
    ours: bool = True
    noted: asyncio.Event = field(default_factory=asyncio.Event)


class InTime:
    """The replies to what comes in; `outbox` is None for an account that may not write first."""

    def __init__(
        self,
        deliveries: Deliveries,
        kept: Kept,
        outbox: Outbox | None,
        clock: Callable[[], dt.datetime] = now,
        *,
        patience: float = PATIENCE,
        limit: float = LIMIT,
    ) -> None:
        self._deliveries = deliveries
        self._kept = kept
        self._outbox = outbox
        self._clock = clock
        self._patience = patience
        self._limit = limit
        self._tasks: set[asyncio.Task[Any]] = set()

    async def reply(self, heard: Heard, answer: Answer, look: Callable[[], int]) -> str:
        """The reply in XML, empty where there is none (yet); `answer` runs once for all deliveries of a message.

        `look` gives the number with which somebody asks for an answer that is late.
        """
        work = _Work()
        task = self._begun(self._reply(work, heard, answer, look))
        done, _ = await asyncio.wait({task}, timeout=self._limit)
        if done:
            return task.result()
        work.overdue = True
        log.error("a reply took too long to be written down")
        return ""

    async def close(self) -> None:
        """Let late answers come, for a while."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSING)

    async def tell_broken_off(self, outbox: Outbox) -> None:
        """Ask everybody to say again what a process that died has not answered: WeChat was told `success`, and sends no more."""
        while True:
            try:
                for openid in await asyncio.to_thread(self._deliveries.broken_off):
                    await asyncio.to_thread(outbox.put, openid, served(Text(words.BROKEN_OFF)))
            except SQLAlchemyError as error:
                _tell("broken-off answers cannot be looked for", error)
            await asyncio.sleep(TELL_EVERY)

    async def _reply(self, work: _Work, heard: Heard, answer: Answer, look: Callable[[], int]) -> str:
        ends = time.monotonic() + self._patience
        try:
            delivery = await self._taken(heard, ends)
        except SQLAlchemyError as error:
            _tell("a message cannot be written down", error)
            return passive(Text(phrases.OUR_FAULT), heard, self._clock())
        if not delivery.ours:
            return delivery.reply or ""
        task = self._begun(self._answered(work, heard, delivery, answer))
        await asyncio.wait({task}, timeout=max(ends - time.monotonic(), 0))
        if task.done():
            return await self._at_once(work, delivery, heard, task.result())
        work.late = True  # in the same breath as the look at the task, so that one of us two hands the answer out
        try:
            reply = "" if self._outbox else passive(await self._announced(look), heard, self._clock())
            work.ours = await self._keep(delivery, reply, late=True)
        finally:
            work.noted.set()
        return reply if work.ours else ""

    async def _taken(self, heard: Heard, ends: float) -> Delivery:
        """The delivery once it is ours or answered, or as it is when the time is over."""
        while True:
            delivery = await asyncio.to_thread(self._deliveries.take, heard.key, heard.openid)
            if delivery.ours or delivery.reply is not None or time.monotonic() >= ends:
                return delivery
            await asyncio.sleep(LOOK_EVERY)

    async def _answered(self, work: _Work, heard: Heard, delivery: Delivery, answer: Answer) -> Sequence[Message]:
        """The answer; where it is late it is handed out from here."""
        try:
            messages = await answer()
        except Exception as error:  # whatever it is, its person gets a reply and WeChat no error
            _tell("an answer failed", error)
            messages = [Text(phrases.OUR_FAULT)]
        if work.late:
            await work.noted.wait()
            if work.ours:
                await self._later(heard, messages)
                await self._done(delivery)
        return messages

    async def _at_once(self, work: _Work, delivery: Delivery, heard: Heard, messages: Sequence[Message]) -> str:
        """The first message as the reply; the others follow, or wait to be asked for."""
        if not messages:
            await self._keep(delivery, "")
            return ""
        follow, kept = self._split(messages[1:], heard)
        shown = [messages[0], *follow]
        first, *others = _announcing(shown) if kept else shown
        reply = passive(first, heard, self._clock())
        if not await self._keep(delivery, reply):
            return ""  # another delivery has taken the message over, and replies
        if work.overdue:
            await self._later(heard, messages)
            return ""
        await self._handed_over(heard.openid, others, kept, begun=True)
        return reply

    async def _later(self, heard: Heard, messages: Sequence[Message]) -> None:
        """A late answer: sent, or kept until it is asked for."""
        shown, kept = self._split(messages, heard)
        await self._handed_over(heard.openid, _announcing(shown) if kept else shown, kept, begun=bool(shown))

    async def _done(self, delivery: Delivery) -> None:
        try:
            await asyncio.to_thread(self._deliveries.done, delivery.key)
        except SQLAlchemyError as error:
            _tell("a late answer stays on the list of what is awaited", error)

    async def _handed_over(self, openid: str, sent: Sequence[Message], kept: Sequence[Message], *, begun: bool) -> None:
        try:
            if self._outbox and sent:
                await asyncio.to_thread(self._outbox.put, openid, *map(served, sent))
            await asyncio.to_thread(self._kept.put, openid, kept, begun=begun)
        except SQLAlchemyError as error:
            _tell("the rest of an answer is lost", error)

    def _split(self, messages: Sequence[Message], heard: Heard) -> tuple[list[Message], list[Message]]:
        """What is sent unasked, no more than WeChat takes, and what can wait."""
        waits = [isinstance(one, Text) and one.more for one in messages]
        room = after(heard.kind) if self._outbox else 0
        sent = [n for n, can_wait in enumerate(waits) if not can_wait][:room]
        return [messages[n] for n in sent], [one for n, one in enumerate(messages) if n not in sent]

    async def _announced(self, look: Callable[[], int]) -> Text:
        """Where the late answer will be."""
        try:
            number: object = await asyncio.to_thread(look)
        except SQLAlchemyError as error:
            _tell("a late answer has no number", error)
            number = words.LOOK
        return Text(words.WAIT.format(number=number))

    async def _keep(self, delivery: Delivery, reply: str, *, late: bool = False) -> bool:
        """Keep a reply for the next deliveries; False where the message is not ours any more."""
        try:
            return await asyncio.to_thread(self._deliveries.answer, delivery, reply, late=late)
        except SQLAlchemyError as error:
            _tell("a reply cannot be kept", error)
            return True

    def _begun(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """A task that nothing forgets before it is done."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _announcing(messages: Sequence[Message]) -> list[Message]:
    """The messages, the last of which says that there is more."""
    return [*messages[:-1], with_note(messages[-1], words.MORE)] if messages else []


def _tell(what: str, error: Exception) -> None:
    """Log where it went wrong; the words of an error could hold what somebody wrote."""
    log.error("%s: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
