"""Channels (渠道) that somebody has switched off for a while, each with a reason.

A channel is off while its file is in the data folder: every process sees that at its next message, with no database.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.errors import Refused

FOLDER = "off"  # in the data folder
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


class Switches:
    """The switches of all channels."""

    def __init__(self, data: Path) -> None:
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
        path = Path(self._places[channel])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told, encoding="utf-8")

    def turn_on(self, channel: Channel) -> bool:
        """Switch it on again; False where it was on."""
        try:
            Path(self._places[channel]).unlink()
        except FileNotFoundError:
            return False
        return True
