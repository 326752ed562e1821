"""What a checklist looks like from the street: which doors to go to, and what is done behind each."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.checklist.model import Checklist, Entry, WindowRef


@dataclass(frozen=True)
class Door:
    """One place to go to, with the entries that are handed in there."""

    window: WindowRef
    entries: tuple[Entry, ...]

    @property
    def missing(self) -> str:
        """What nobody has confirmed about it, in words; empty where all is known."""
        known = (("地址", self.window.address), ("电话", self.window.phone), ("办公时间", self.window.hours))
        return "、".join(name for name, value in known if not value)

    @property
    def hotline(self) -> str:
        """Whom to call before going: the common hotline of its entries, else 12345."""
        hotlines = {entry.hotline for entry in self.entries}
        return hotlines.pop() if len(hotlines) == 1 else "12345"


def doors(checklist: Checklist) -> tuple[Door, ...]:
    """The doors in the order in which they are first needed; what is posted on the net has none."""
    behind: dict[WindowRef, list[Entry]] = {}
    for entry in (one for one in checklist.entries if not one.online):
        behind.setdefault(entry.window, []).append(entry)
    return tuple(Door(window, tuple(entries)) for window, entries in behind.items())
