"""Trips (跑动): how often one has to go, phase by phase, as it can be counted on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.checklist.model import Entry, Phase, Trip

Place = Callable[[Entry], str]


def trips(phases: Sequence[Phase]) -> tuple[tuple[Trip, ...], int]:
    """One way to each place in each phase, and another where something there waits for something else of its phase;
    through the proxy window, unless that makes more ways than going to the departments oneself; and how many those are."""
    alone = _ways(phases, own_place)
    chosen = any(by_proxy(entry) for phase in phases for entry in phase.entries)
    through = _ways(phases, place) if chosen else alone
    return through if len(through) <= len(alone) else alone, len(alone)


def own_place(entry: Entry) -> str:
    """Where one goes oneself."""
    return (entry.own_window or entry.window).name


def place(entry: Entry) -> str:
    """Where one goes by what was chosen; while nobody chose, oneself."""
    return entry.window.name if by_proxy(entry) else own_place(entry)


def by_proxy(entry: Entry) -> bool:
    """Whether the proxy window goes with this one."""
    return entry.way == "proxy" and entry.can_proxy


def _ways(phases: Sequence[Phase], to: Place) -> tuple[Trip, ...]:
    ways: dict[tuple[int, int, str], list[Entry]] = {}
    for number, phase in enumerate(phases):
        turn: dict[str, int] = {}  # the entries stand after what they wait for
        for entry in phase.entries:
            turn[entry.item.id] = max((turn[need.id] + 1 for need in entry.after if need.id in turn), default=0)
            if not entry.online:
                ways.setdefault((number, turn[entry.item.id], to(entry)), []).append(entry)
    return tuple(
        Trip(to=name, proxy=to is place and all(map(by_proxy, there)), for_=tuple(one.item.id for one in there))
        for (_, _, name), there in sorted(ways.items(), key=lambda way: way[0][:2])
    )
