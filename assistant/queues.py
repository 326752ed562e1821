"""One message of a conversation at a time, in the order of arrival, whichever process takes it: a queue in the database."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import ColumnElement, Engine, case, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import aliased

from assistant.db import StoredPlace, now

log = logging.getLogger("daoban.queues")
LOOK_EVERY = 0.03  # seconds
LONGEST_WAIT = 30.0  # seconds; then an answer out of order is better than none
TURN_ENDS_AFTER = dt.timedelta(seconds=15)  # the turn of a process that died
PLACE_ENDS_AFTER = dt.timedelta(seconds=3)  # the place of a process that died while it waited


class Queues:
    """The places of the messages that are being answered or wait for that."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._door = asyncio.Lock()  # those who arrive in this process line up as they came
        self._here: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # of those only the first looks
        self._waiting: dict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def turn_of(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait until the earlier messages of this conversation are answered; no database, no queue."""
        place, ours = None, True
        self._waiting[conversation_id] += 1
        try:
            async with self._door:
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
                        await asyncio.shield(asyncio.to_thread(self._leave, place))
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
                self._here.pop(conversation_id, None)

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
        with self._engine.begin() as connection:
            connection.execute(delete(StoredPlace).where(StoredPlace.until < now()))
            place = connection.execute(insert(StoredPlace).values(values).returning(StoredPlace.id)).scalar_one()
            return place, connection.scalar(select(StoredPlace.turn).where(StoredPlace.id == place)) == 1

    def _look(self, conversation_id: str, place: int) -> tuple[int, bool]:
        """The place, kept for another while, and whether it has come to the head."""
        other = aliased(StoredPlace)
        before_us = select(other.id).where(
            other.conversation_id == conversation_id, other.id < place, other.until >= now()
        )
        turn = case((~exists(before_us), 1))
        try:
            with self._engine.begin() as connection:
                standing = update(StoredPlace).where(StoredPlace.id == place)
                kept = connection.execute(standing.values(turn=turn, until=now() + PLACE_ENDS_AFTER)).rowcount
                if kept and connection.scalar(select(StoredPlace.turn).where(StoredPlace.id == place)) == 1:
                    connection.execute(standing.values(until=now() + TURN_ENDS_AFTER))
                    return place, True
        except IntegrityError:  # somebody whose turn should have ended still has it
            with self._engine.begin() as connection:
                connection.execute(delete(StoredPlace).where(StoredPlace.until < now()))
            return place, False
        return (place, False) if kept else self._arrive(conversation_id)

    def _leave(self, place: int) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(StoredPlace).where(StoredPlace.id == place))
        except SQLAlchemyError:
            log.exception("a place in the queue stays until its time is over")
