"""Savings (省了多少): materials, trips and steps against doing each entry alone; all countable on the page."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.checklist.model import Entry, MaterialLine, Saving

STEPS_PER_TRIP = 2  # handing in and fetching


def savings(
    entries: Sequence[Entry], lines: Sequence[MaterialLine], *, proxied: Sequence[str], by_proxy: bool
) -> tuple[Saving, ...]:
    """What doing it together spares; `proxied` are the entries that the proxy window takes in."""
    if not entries:
        return ()
    bring = [line for line in lines if not line.exempt]
    alone = sum(len(line.for_) for line in bring)
    together = sum(len(line.for_) if line.each else 1 for line in bring)
    doors = {_door(entry) for entry in entries}
    trips = _trips(entries, set(proxied)) if by_proxy else len(doors)
    counted = f"专窗代办算1趟，专窗不收的一个部门算1趟，一共{trips}趟" if by_proxy else "没选代办，按自己跑算，不少跑"
    return (
        Saving(
            what="材料",
            alone=alone,
            together=together,
            how_counted=f"一件件单独办，各件的材料加起来{alone}样；合在一起，同一样只带一次，是{together}样。免带的都没算。",
        ),
        Saving(
            what="跑动",
            alone=len(doors),
            together=trips,
            how_counted=f"单独办，一个部门算1趟，{len(doors)}个部门{len(doors)}趟；{counted}。",
        ),
        Saving(
            what="环节",
            alone=STEPS_PER_TRIP * len(entries),
            together=STEPS_PER_TRIP * trips,
            how_counted=f"单独办，每件都要交一次、取一次，{len(entries)}件；合在一起，跑一趟交一次、取一次，{trips}趟。",
        ),
    )


def _door(entry: Entry) -> str:
    return entry.department or entry.window.name


def _trips(entries: Sequence[Entry], proxied: set[str]) -> int:
    """One trip to each department that the proxy window does not stand in for, and one to the proxy window,
    unless all it would take in lies on those ways anyway."""
    outside = {_door(entry) for entry in entries if entry.item.id not in proxied}
    through = {_door(entry) for entry in entries if entry.item.id in proxied} - outside
    return len(outside) + bool(through)
