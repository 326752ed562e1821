"""The queue of a conversation as several processes see it: each has its own engine on the one database."""

import asyncio
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from assistant.db import StoredPlace, connected, now
from assistant.queues import TURN_ENDS_AFTER, Queues


@pytest.fixture
def two(tmp_path: Path) -> tuple[Queues, Queues]:
    """The queues of two processes, on SQLite or on the database that DAOBAN_TEST_DATABASE names."""
    url = os.environ.get("DAOBAN_TEST_DATABASE") or f"sqlite:///{tmp_path / 'daoban.db'}"
    return Queues(connected(url)), Queues(connected(url))


def test_messages_at_several_processes_take_turns(two: tuple[Queues, Queues]) -> None:
    """Messages of one conversation at two processes are answered one at a time, as they arrived."""
    busy: list[int] = []
    order: list[int] = []
    arrived: asyncio.Queue[int] = asyncio.Queue()

    def noting(
        arrive: Callable[[str], tuple[int, bool]], loop: asyncio.AbstractEventLoop
    ) -> Callable[[str], tuple[int, bool]]:
        def noted(conversation_id: str) -> tuple[int, bool]:
            place, first = arrive(conversation_id)
            loop.call_soon_threadsafe(arrived.put_nowait, place)
            return place, first

        return noted

    async def one(number: int) -> None:
        async with two[number % 2].turn_of("mine"):
            busy.append(number)
            assert len(busy) == 1
            await asyncio.sleep(0.01)
            order.append(busy.pop())

    async def all_of_them() -> None:
        for queues in two:
            queues._arrive = noting(queues._arrive, asyncio.get_running_loop())  # type: ignore[method-assign]
        waiting = []
        for number in range(8):
            waiting.append(asyncio.create_task(one(number)))
            await arrived.get()  # two that are on their way at once may come in any order
        await asyncio.gather(*waiting)

    asyncio.run(all_of_them())
    assert order == list(range(8))


def test_other_conversations_do_not_wait(two: tuple[Queues, Queues]) -> None:
    """A conversation that is being answered holds up no other."""

    async def both() -> str:
        async with two[0].turn_of("mine"), two[1].turn_of("yours"):
            return "both"

    assert asyncio.run(asyncio.wait_for(both(), 5)) == "both"


def test_process_that_died_holds_nobody_up(two: tuple[Queues, Queues]) -> None:
    """A turn whose time is over counts as left; nothing stays behind in the table."""
    engine = two[0]._engine
    with engine.begin() as connection:
        row = {"conversation_id": "mine", "turn": 1, "until": now() - dt.timedelta(seconds=1)}
        connection.execute(insert(StoredPlace).values(row))

    async def take() -> bool:
        async with two[1].turn_of("mine"):
            return True

    assert asyncio.run(asyncio.wait_for(take(), 5))
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(StoredPlace)) == 0


def test_turn_ends_when_answering_fails(two: tuple[Queues, Queues]) -> None:
    """A message whose answering raises leaves the queue as well."""

    async def fails() -> None:
        async with two[0].turn_of("mine"):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        asyncio.run(fails())

    async def take() -> bool:
        async with two[1].turn_of("mine"):
            return True

    assert asyncio.run(asyncio.wait_for(take(), 5))


def test_place_is_given_up_once_the_database_can_be_written(two: tuple[Queues, Queues]) -> None:
    """A place that could not be given up holds its conversation up until the database takes it, not until its time is over."""
    engine = two[0]._engine

    async def answered_while_nobody_can_write() -> None:
        with engine.connect() as other:
            async with two[0].turn_of("mine"):
                other.exec_driver_sql("BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "LOCK TABLE places")
        assert two[0]._leaving
        async with asyncio.timeout(TURN_ENDS_AFTER.total_seconds() / 2), two[1].turn_of("mine"):
            assert not two[0]._leaving

    asyncio.run(answered_while_nobody_can_write())
