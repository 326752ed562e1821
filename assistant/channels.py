"""Channels (渠道) that somebody has switched off for a while, each with a reason.

A channel is off while its file is in the data folder: every process sees that at its next message, with no database. What
other hosts switch is a line in the log, which they share (staff/audit.py): each host brings its files up to those lines.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.errors import Refused

FOLDER = "off"  # in the data folder
SEEN = "seen"  # there, too: the number of the last line of the log that was followed
LONGEST = 60  # characters of a reason, so that it has room in a line of the log


class Channel(StrEnum):
    """A way in for people."""

    WEB = "web"
    WECHAT = "wechat"
    WEBHOOK = "webhook"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"web": "网页上的问答", "wechat": "公众号", "webhook": "通用接口"}[self.value]


@dataclass(frozen=True)
class Off:
    """Why a channel is off, and since when."""

    reason: str
    since: dt.datetime


@dataclass(frozen=True)
class Switch:
    """A line of the log that switched a channel: off for a reason, or on without one."""

    number: int
    channel: Channel
    reason: str
    at: dt.datetime

    @classmethod
    def of(cls, number: int, about: str, at: dt.datetime) -> Switch:
        """The switch of a line as the command wrote it."""
        channel, _, reason = about.partition(" ")
        return cls(number, Channel(channel), reason, at)


class Switches:
    """The switches of all channels."""

    def __init__(self, data: Path) -> None:
        self._seen = data / FOLDER / SEEN
        self._places = {channel: str(data / FOLDER / channel.value) for channel in Channel}

    def is_off(self, channel: Channel) -> bool:
        """Whether nobody is answered there now."""
        return os.path.exists(self._places[channel])  # noqa: PTH110  asked at every message: a third of Path.exists

    def off(self, channel: Channel) -> Off | None:
        """Why it is off; None where it is on."""
        path = Path(self._places[channel])
        try:
            return Off(path.read_text(encoding="utf-8"), dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC))
        except FileNotFoundError:
            return None

    def turn_off(self, channel: Channel, reason: str) -> None:
        """Switch it off; Refused without a reason that fits into the log."""
        told = " ".join(reason.split())
        if not told or len(told) > LONGEST:
            raise Refused(f"请写一句为什么停，最多 {LONGEST} 个字。")
        self._put(channel, told, dt.datetime.now(dt.UTC))

    def turn_on(self, channel: Channel) -> bool:
        """Switch it on again; False where it was on."""
        try:
            Path(self._places[channel]).unlink()
        except FileNotFoundError:
            return False
        return True

    @property
    def seen(self) -> int:
        """The number of the last line of the log that was followed."""
        try:
            return int(self._seen.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def follow(self, switched: Iterable[Switch]) -> None:
        """Do what the lines of the log say that are new here, the oldest first; what was switched here alone stays."""
        for one in sorted(switched, key=lambda switch: switch.number):
            if one.number <= self.seen:
                continue
            if one.reason:
                self._put(one.channel, one.reason, one.at)
            else:
                self.turn_on(one.channel)
            _write(self._seen, str(one.number))

    def _put(self, channel: Channel, reason: str, since: dt.datetime) -> None:
        path = Path(self._places[channel])
        _write(path, reason)
        os.utime(path, (since.timestamp(), since.timestamp()))


def _write(path: Path, text: str) -> None:
    """The whole file or none: somebody may be reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
