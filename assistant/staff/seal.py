"""Seal (印): the key by which the log is chained, in the data folder and never in the database.

Whoever has the database alone can neither forge a line nor take the last ones away: he has no key, and the mark beside it
says how far the log was. Both files are to be backed up with the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import SettingsError

KEY = "log.key"
MARK = "log.mark"
OURS_ALONE = 0o600
_WIDTH = 12  # of a number in the mark, so that a new one always covers the old


@dataclass(frozen=True)
class Line:
    """A line of the log by its number and its digest."""

    number: int
    digest: str


NONE = Line(0, "")


@dataclass(frozen=True)
class Seal:
    """The key, and the last line that was written before there was one."""

    folder: Path
    key: bytes
    plain: Line  # up to here the lines are chained without a key

    def digest(self, words: bytes) -> str:
        """What nobody can make who has not the key."""
        return hmac.new(self.key, words, hashlib.sha256).hexdigest()

    @property
    def mark(self) -> Line:
        """The farthest line that was written from here."""
        try:
            number, _, digest = (self.folder / MARK).read_text(encoding="ascii").strip().partition(" ")
        except FileNotFoundError:
            return NONE
        return Line(int(number), digest)

    def reach(self, line: Line) -> None:
        """The log is as far as this line."""
        place = os.open(self.folder / MARK, os.O_WRONLY | os.O_CREAT, OURS_ALONE)
        try:
            os.pwrite(place, f"{line.number:0{_WIDTH}d} {line.digest}\n".encode("ascii"), 0)
        finally:
            os.close(place)


def seal_of(folder: Path, last: Callable[[], Line]) -> Seal:
    """The seal of a data folder; a new one where there is none yet, behind the last line that the log has then."""
    path = folder / KEY
    if not path.exists():
        plain = last()
        _make(path, {"key": secrets.token_hex(32), "plain": plain.number, "digest": plain.digest})
        _read.cache_clear()
    return _read(path)


def _make(path: Path, told: dict[str, str | int]) -> None:
    """Write it whole or not at all; of several processes that start together one makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{KEY}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE), "w") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass  # another process was quicker: its key is the one
    finally:
        unfinished.unlink()


@lru_cache(maxsize=64)
def _read(path: Path) -> Seal:
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        return Seal(path.parent, bytes.fromhex(told["key"]), Line(int(told["plain"]), str(told["digest"])))
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(
            f"操作记录的密钥 {path} 读不出来：请看是不是同一个用户在运行，或者从备份里找回。"
        ) from error
