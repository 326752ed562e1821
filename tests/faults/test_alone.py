"""One machine with SQLite: its disk is full or slow, its clock jumps, files that it needs are spoilt."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from tests.faults.alone import Alone, alone
from tests.faults.table import Cells

pytestmark = [pytest.mark.rasa, pytest.mark.faults]
WHILE = 10.0  # seconds


@pytest.fixture(scope="module")
def hall(rows: list[Cells]) -> Iterator[Alone]:
    """The one machine of these tests."""
    with alone(rows) as hall:
        yield hall


def test_disk_full(hall: Alone) -> None:
    """Nothing can be written: people are told so, and go on where they were once there is room."""
    with hall.people() as people:
        began = time.monotonic()
        with hall.full_disk():
            time.sleep(WHILE)
        seconds = hall.well(people, time.monotonic())
    hall.judged("磁盘满了", f"数据目录在一块 96 MB 的内存盘上，写满 {WHILE:.0f} 秒", people, began, seconds)


def test_disk_slow(hall: Alone) -> None:
    """Each write takes 30 ms longer: everybody is answered, a little later."""
    with hall.people() as people:
        began = time.monotonic()
        hall.spoil(slow=30_000)
        time.sleep(WHILE)
        hall.spoil()
        seconds = hall.well(people, time.monotonic())
    hall.judged("磁盘慢", f"每次写盘多等 30 毫秒，{WHILE:.0f} 秒", people, began, seconds)


@pytest.mark.parametrize(("days", "told"), [(3, "往前跳三天"), (-3, "往回跳三天")])
def test_clock_jumps(hall: Alone, days: int, told: str) -> None:
    """The clock of all processes jumps, and jumps back: everybody is answered."""
    with hall.people() as people:
        began = time.monotonic()
        hall.spoil(ahead=days * 24 * 3600)
        time.sleep(WHILE)
        hall.spoil()
        seconds = hall.well(people, time.monotonic())
    hall.judged(f"时钟{told}", f"全部进程的时钟，{WHILE:.0f} 秒以后跳回来", people, began, seconds)


def test_vectors_half_written(hall: Alone) -> None:
    """What was encoded before cannot be read: it is encoded again, and nobody notices but by a slower start."""
    hall.stack.stop()
    files = {file: file.stat().st_size for file in hall.stack.data.glob("vectors-*.npz")}
    for file, size in files.items():
        os.truncate(file, size // 2)
    began = time.monotonic()
    hall.stack.start()
    hall.stack.wait_until_ready()
    seconds = round(time.monotonic() - began, 1)
    assert hall.stack.client.get("/healthz").json()["encoder"]
    assert any(file.stat().st_size > size // 2 for file, size in files.items())
    with hall.people() as people:
        hall.well(people, time.monotonic())
    hall.judged("向量文件坏了", "停着的时候截掉一半，再启动", people, began, seconds)


def test_model_half_written(hall: Alone) -> None:
    """Rasa finds half a model: people are answered without it, and once the model is whole Rasa comes by itself."""
    whole = hall.model.read_bytes()
    hall.stack.stop()
    hall.model.write_bytes(whole[: len(whole) // 2])
    hall.stack.start()
    with hall.people(well=False) as people:
        began = time.monotonic()
        time.sleep(WHILE)
        assert not hall.stack.is_ready()
        hall.model.write_bytes(whole)
        seconds = hall.well(people, time.monotonic())
    hall.judged("对话模型坏了", "停着的时候截掉一半，启动以后再放回好的", people, began, seconds, unsent=True)
