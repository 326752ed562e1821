"""One message of a conversation at a time, in the order of arrival, whichever process takes it: a queue in the database."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import ColumnElement, Engine, case, delete, exists, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import aliased

from assistant.db import StoredPlace, now

log = logging.getLogger("daoban.queues")
LOOK_EVERY = 0.03  # seconds
LEFT_WITHIN = 0.2  # seconds; then the answer goes out, and the place is given up later
LEAVE_AGAIN_AFTER = 0.5  # seconds, where the database cannot be written
LONGEST_WAIT = 30.0  # seconds; then an answer out of order is better than none
TURN_ENDS_AFTER = dt.timedelta(seconds=15)  # the turn of a process that died
PLACE_ENDS_AFTER = dt.timedelta(seconds=3)  # the place of a process that died while it waited


class Queues:
    """The places of the messages that are being answered or wait for that."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # each step is one statement
        self._doors: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # who arrive here line up as they came
        self._here: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # of those only the first looks
        self._waiting: dict[str, int] = defaultdict(int)
        self._leaving: set[asyncio.Task[None]] = set()  # a task that nobody holds may vanish

    @asynccontextmanager
    async def turn_of(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait until the earlier messages of this conversation are answered; no database, no queue."""
        place, ours = None, True
        self._waiting[conversation_id] += 1
        try:
            async with self._doors[conversation_id]:
                try:
                    place, ours = await asyncio.to_thread(self._arrive, conversation_id)
                except SQLAlchemyError:
                    log.exception("the queue of a conversation cannot be kept")
            async with self._here[conversation_id]:
                try:
                    place = place if ours else await self._turn(conversation_id, place)
                    yield
                finally:
                    if place is not None:
                        self._leaving.add(leaving := asyncio.create_task(self._leave(place)))
                        leaving.add_done_callback(self._leaving.discard)
                        await asyncio.wait((leaving,), timeout=LEFT_WITHIN)
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
                self._here.pop(conversation_id, None)
                self._doors.pop(conversation_id, None)

    async def _turn(self, conversation_id: str, place: int | None) -> int | None:
        """The place, once it is at the head of the queue."""
        waited_enough = time.monotonic() + LONGEST_WAIT
        while place is not None and time.monotonic() < waited_enough:
            try:
                place, ours = await asyncio.to_thread(self._look, conversation_id, place)
            except SQLAlchemyError:
                log.exception("the queue of a conversation cannot be kept")
                return place
            if ours:
                return place
            await asyncio.sleep(LOOK_EVERY)
        log.warning("an earlier message of this conversation took too long to wait for")
        return place

    def _arrive(self, conversation_id: str) -> tuple[int, bool]:
        """A place at the end of the queue, and whether that is its head."""
        try:
            return self._stand(conversation_id, ~exists().where(StoredPlace.conversation_id == conversation_id))
        except IntegrityError:  # two came at once and found nobody there
            return self._stand(conversation_id, None)

    def _stand(self, conversation_id: str, first: ColumnElement[bool] | None) -> tuple[int, bool]:
        turn = None if first is None else case((first, 1))
        values = {"conversation_id": conversation_id, "turn": turn, "until": now() + TURN_ENDS_AFTER}
        standing = insert(StoredPlace).values(values).returning(StoredPlace.id, StoredPlace.turn)
        with self._engine.connect() as connection:
            place, given = connection.execute(standing).one()
            return place, given == 1

    def _look(self, conversation_id: str, place: int) -> tuple[int, bool]:
        """The place, kept for another while, and whether it has come to the head."""
        other = aliased(StoredPlace)
        before_us = select(other.id).where(
            other.conversation_id == conversation_id, other.id < place, other.until >= now()
        )
        first = ~exists(before_us)
        its_turn, its_place = (
            literal(now() + lasts, StoredPlace.until.type) for lasts in (TURN_ENDS_AFTER, PLACE_ENDS_AFTER)
        )
        until = case((first, its_turn), else_=its_place)
        standing = update(StoredPlace).where(StoredPlace.id == place).values(turn=case((first, 1)), until=until)
        try:
            with self._engine.connect() as connection:
                kept = connection.execute(standing.returning(StoredPlace.turn)).one_or_none()
        except IntegrityError:  # somebody whose turn should have ended still has it
            with self._engine.connect() as connection:
                connection.execute(delete(StoredPlace).where(StoredPlace.until < now()))
            return place, False
        return (place, kept.turn == 1) if kept else self._arrive(conversation_id)

    async def _leave(self, place: int) -> None:
        """Give up a place, again and again while the database does not let it go: its conversation waits for that."""
        over = time.monotonic() + TURN_ENDS_AFTER.total_seconds()  # then it counts as left
        while time.monotonic() < over:
            if await asyncio.to_thread(self._left, place):
                return
            await asyncio.sleep(LEAVE_AGAIN_AFTER)

    def _left(self, place: int) -> bool:
        """Take a place away, and those of processes that died; False where the database cannot be written."""
        over = or_(StoredPlace.id == place, StoredPlace.until < now())
        try:
            with self._engine.connect() as connection:
                connection.execute(delete(StoredPlace).where(over))
        except SQLAlchemyError as error:
            log.warning("a place in the queue cannot be given up now: %s", error)
            return False
        return True
