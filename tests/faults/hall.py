"""The whole hall for faults: PostgreSQL, Redis, two web processes and two Rasa, and people who ask all the while."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from assistant.bench.postgresql import PostgreSQL
from assistant.bench.redis_server import Redis
from assistant.db import engine
from assistant.serving import AT_WORK
from assistant.settings import ROOT
from assistant.staff.desk import desk
from assistant.staff.roles import Role
from assistant.supervisor import LOOPBACK
from tests.dialogue.stack import Stack, another
from tests.faults.people import IN_TIME, UNSENT, WRONG, People
from tests.faults.table import Cells, row
from tests.staff.builders import somebody

WELL_WITHIN = 120.0  # seconds; then it is not well by itself
CALM = 4.0  # seconds with everybody there before anything breaks


@dataclass
class Hall:
    """A stack, what it stands on, and where what is found goes."""

    stack: Stack
    rows: list[Cells]
    postgresql: PostgreSQL | None = None
    redis: Redis | None = None
    knowledge: Path = ROOT / "knowledge"
    database: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.database = engine(self.postgresql.address if self.postgresql else f"sqlite:///{self.stack.data}/daoban.db")

    @contextmanager
    def people(self, *also: str, well: bool = True) -> Iterator[People]:
        """People who are there within the block, also at these doors; already answered as usual, where all is well."""
        people = People([self.stack.address, *also], clerk="clerk")
        with people.about():
            if well:
                self.well(people, time.monotonic())
                time.sleep(CALM)
            yield people

    def well(self, people: People, since: float) -> float:
        """Seconds from a moment until everybody is answered as usual again."""
        while not (people.well_since(since) and self.stack.is_ready() and self.stack.is_ready()):
            if time.monotonic() - since > WELL_WITHIN:
                log = self.stack.log.read_text("utf-8", "replace")
                raise AssertionError(f"not well after {WELL_WITHIN:.0f} s: {people.tried[-8:]}\n{log[-3000:]}")
            time.sleep(0.1)
        return round(time.monotonic() - since, 1)

    def judged(
        self, fault: str, how: str, people: People, began: float, seconds: float, *, unsent: bool = False
    ) -> None:
        """Fails where somebody waited too long, was told nonsense, or lost something; the row of the table otherwise.

        Only where processes died (`unsent`) may something not have been sent.
        """
        seen = people.since(began)
        wrong = [f"nonsense: {one}" for one in seen if one.how.startswith(WRONG) or (one.how == UNSENT and not unsent)]
        wrong += [f"slow: {one}" for one in seen if one.took > IN_TIME]
        wrong += [f"lost: {one}" for one in people.lost(self.database)]
        wrong += [f"doubled: {one}" for one in people.doubled(self.database)]
        assert not wrong, "\n".join(wrong)
        counted = sum(map(len, people.said.values())), len(people.left), len(people.taken)
        assert min(counted[1:]) > 0
        self.rows.append(row(fault, how, seen, seconds, counted))


@contextmanager
def servers(host: str = "") -> Iterator[tuple[PostgreSQL, Redis, Path]]:
    """What a stack stands on: both servers, on an address of their own where that is wanted, and a folder of knowledge."""
    with tempfile.TemporaryDirectory(prefix="daoban-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL is somebody else
        (folder / "postgresql").mkdir()
        shutil.copytree(ROOT / "knowledge", folder / "knowledge")
        postgresql = PostgreSQL(folder / "postgresql", also=f"{host}/24" if host else "")
        redis = Redis(host or LOOPBACK)
        postgresql.start()
        redis.start()
        try:
            yield postgresql, redis, folder / "knowledge"
        finally:
            redis.stop()
            postgresql.stop()


@contextmanager
def a_hall(rows: list[Cells]) -> Iterator[Hall]:
    """The hall with everything in it."""
    with servers() as (postgresql, redis, knowledge):
        settings = {
            "DAOBAN_DATABASE": postgresql.address,
            "DAOBAN_KNOWLEDGE": str(knowledge),
            "DAOBAN_RASA_PROCESSES": "2",
            "DAOBAN_LIMITS": "1",
            "DAOBAN_LIMITS_STORAGE": redis.address,
        }
        stack = another(2, more=settings)
        until_all_are_there(stack)
        yield with_clerk(Hall(stack, rows, postgresql, redis, knowledge))
        stack.stop()


def until_all_are_there(stack: Stack) -> None:
    """Wait for the second Rasa, too: it begins when the first one answers."""
    end = time.monotonic() + WELL_WITHIN
    while stack.log.read_text("utf-8").count(AT_WORK) == 0:
        assert time.monotonic() < end
        time.sleep(0.2)


def with_clerk(hall: Hall) -> Hall:
    """The hall, in which a clerk may sign in."""
    somebody(desk(hall.database, hall.stack.data), Role.CLERK, region="shilixian")
    return hall


def killed(process: int) -> float:
    """When a process was ended without a chance to tidy up."""
    os.kill(process, signal.SIGKILL)
    return time.monotonic()
