"""One machine as `daoban up` makes it by itself: SQLite, one web process, one Rasa; its disk, its clock and its code are ours to spoil."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.settings import ROOT
from assistant.supervisor import free_port
from tests import vectors
from tests.dialogue.stack import RASA_PYTHON, Stack
from tests.faults.hall import Hall, with_clerk
from tests.faults.table import Cells

DISK = "96m"
CODE = ("assistant", "api", "nlu", "encoder", "knowledge")
SPOILT = "spoilt"
CACHES = shutil.ignore_patterns("__pycache__", ".rasa", "test*")


@dataclass
class Alone(Hall):
    """The machine; `folder` holds its data, its code and how wrong its clock is."""

    @property
    def folder(self) -> Path:
        """Where everything is."""
        return self.stack.folder

    @property
    def model(self) -> Path:
        """What Rasa has learned."""
        return self.folder / "code" / "nlu" / "models" / "daoban.tar.gz"

    def spoil(self, ahead: int = 0, slow: int = 0) -> None:
        """Set its clock ahead by so many seconds, and make each write slower by so many microseconds."""
        with (self.folder / SPOILT).open("r+b") as file:  # in place: its processes look at these bytes
            file.write(struct.pack("=qq", ahead, slow))

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """There is no room on its disk within the block."""
        filler = self.stack.data / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue
        try:
            yield
        finally:
            filler.unlink()


@contextmanager
def alone(rows: list[Cells]) -> Iterator[Alone]:
    """The machine, well; a test fails where nobody can give it a disk or a clock of its own: what was not tried is not passed."""
    folder = Path(tempfile.mkdtemp(prefix="daoban-alone-"))
    data = folder / "data"
    data.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(data)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.fail(f"要 root 才能挂一个小磁盘：{mounted.stderr}")
    try:
        for part in CODE:
            shutil.copytree(ROOT / part, folder / "code" / part, ignore=CACHES)
        (folder / SPOILT).write_bytes(bytes(16))
        vectors.bring(data)
        settings = {
            "DAOBAN_RASA_PYTHON": str(RASA_PYTHON),
            "LD_PRELOAD": str(_library(folder)),
            "SPOILT": str(folder / SPOILT),
        }
        stack = Stack(free_port(), free_port(), folder, more=settings, root=folder / "code")
        try:
            stack.wait_until_ready()
            hall = Alone(stack, rows)
            with_clerk(hall)
            yield hall
        finally:
            stack.stop()
    finally:
        subprocess.run(["umount", "-l", str(data)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _library(folder: Path) -> Path:
    """What makes the clock wrong and the disk slow, compiled."""
    if not shutil.which("cc"):
        pytest.fail("没有 C 编译器（cc），时钟和磁盘弄不坏；先装：apt-get install gcc libc6-dev")
    library = folder / "spoilt.so"
    source = Path(__file__).with_name("spoilt.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library
