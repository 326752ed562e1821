"""A hall with PostgreSQL, Redis, two web processes and two Rasa: each part is taken away while people ask."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.faults.hall import WELL_WITHIN, Hall, a_hall, killed, until_all_are_there
from tests.faults.table import Cells

pytestmark = [pytest.mark.rasa, pytest.mark.faults]
AWAY = 30.0  # seconds


@pytest.fixture(scope="module")
def hall(rows: list[Cells]) -> Iterator[Hall]:
    """The one hall of these tests."""
    with a_hall(rows) as hall:
        yield hall


@pytest.mark.parametrize("part", ["网页", "Rasa"])
def test_process_killed_at_random(hall: Hall, part: str) -> None:
    """One of the two dies while people ask: the other one goes on, and a new one comes."""
    find = hall.stack.web_processes if part == "网页" else hall.stack.rasa_processes
    with hall.people() as people:
        time.sleep(random.uniform(0, 2))
        died = killed(random.choice(find()))
        seconds = hall.well(people, died + 0.5)
        while len(find()) < 2 or not hall.stack.is_ready():
            time.sleep(0.1)
        seconds = max(seconds, round(time.monotonic() - died, 1))
    hall.judged(f"一个{part}进程", "`kill -9`，两个里随便一个", people, died, seconds, unsent=True)


def test_everything_killed_at_once(hall: Hall) -> None:
    """The supervisor is killed, and with it all of its processes; it is started again, as systemd would."""
    with hall.people() as people:
        died = killed(hall.stack.process.pid)
        hall.stack.process.wait()
        time.sleep(1)
        hall.stack.start()
        seconds = hall.well(people, died)
    until_all_are_there(hall.stack)
    hall.judged("全部进程", "`kill -9` 看护程序，一秒后再启动", people, died, seconds, unsent=True)


def test_redis_away(hall: Hall) -> None:
    """Where the limits are counted is away: nobody notices."""
    assert hall.redis is not None
    with hall.people() as people:
        gone = time.monotonic()
        hall.redis.stop()
        time.sleep(10)
        hall.redis.start()
        seconds = hall.well(people, time.monotonic())
    hall.judged("Redis", "`kill -9`，10 秒后再启动", people, gone, seconds)


def test_database_away(hall: Hall) -> None:
    """PostgreSQL is away for half a minute: people are told so in time, and go on where they were."""
    assert hall.postgresql is not None
    with hall.people() as people:
        gone = time.monotonic()
        hall.postgresql.stop()
        time.sleep(AWAY)
        hall.postgresql.start()
        seconds = hall.well(people, time.monotonic())
    hall.judged("PostgreSQL", f"当场断掉，{AWAY:.0f} 秒后再启动", people, gone, seconds)


def test_guide_half_written(hall: Hall) -> None:
    """Somebody's editor has written half of a guide: what was served before goes on, and says what is wrong on the disk."""
    guide = hall.knowledge / "guides" / "shipin-jingying-xuke.yaml"
    whole = guide.read_text("utf-8")
    health = partial(httpx.get, f"{hall.stack.address}/healthz", trust_env=False, timeout=10)
    served = health().json()["knowledge"]
    with hall.people() as people:
        began = time.monotonic()
        guide.write_text(whole[: whole.index("状态", len(whole) // 2)], "utf-8")  # within a line
        while health().json()["knowledge_fault"] is None:
            assert time.monotonic() - began < WELL_WITHIN
            time.sleep(0.2)
        assert health().json()["knowledge"] == served
        guide.write_text(whole, "utf-8")
        mended = time.monotonic()
        while any(health().json()["knowledge_fault"] for _ in range(8)):  # whichever process answers
            assert time.monotonic() - mended < WELL_WITHIN
            time.sleep(0.2)
        seconds = max(round(time.monotonic() - mended, 1), hall.well(people, mended))
    hall.judged("一份指南只写了一半", "知识库里的 YAML 截在一行中间，再放回好的", people, began, seconds)


def test_file_handles_run_out(hall: Hall) -> None:
    """The web processes may open nothing more: whoever has a connection is answered, whoever has none waits or is told."""
    with hall.people() as people:
        began = time.monotonic()
        with few_handles(hall.stack.web_processes()):
            time.sleep(10)
        seconds = hall.well(people, time.monotonic())
    hall.judged("文件句柄用完", "两个网页进程只许再开 2 个，10 秒", people, began, seconds, unsent=True)


@contextmanager
def few_handles(processes: list[int]) -> Iterator[None]:
    """These processes have two handles more than they use, within the block."""
    before = {one: resource.prlimit(one, resource.RLIMIT_NOFILE) for one in processes}
    for one, (_, hard) in before.items():
        highest = max(int(handle.name) for handle in Path(f"/proc/{one}/fd").iterdir())
        resource.prlimit(one, resource.RLIMIT_NOFILE, (highest + 3, hard))
    try:
        yield
    finally:
        for one, limits in before.items():
            resource.prlimit(one, resource.RLIMIT_NOFILE, limits)
