"""Savings (省了多少): materials, trips, steps and days against doing each entry alone; all countable on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.checklist import date_words, savings_words
from assistant.checklist.dates import Length
from assistant.checklist.model import MaterialLine, Phase, Saving, Trip
from assistant.checklist.trips import by_proxy

STEPS_PER_TRIP = 2  # handing in and fetching


def savings(
    phases: Sequence[Phase], lines: Sequence[MaterialLine], ways: Sequence[Trip], ways_alone: int, length: Length | None
) -> tuple[Saving, ...]:
    """What doing it together spares; empty where there is nothing to do."""
    entries = [entry for phase in phases for entry in phase.entries]
    if not entries:
        return ()
    bring = [line for line in lines if not line.exempt]
    alone = sum(len(line.for_) - len(line.waived_for) for line in bring)
    together = sum(len(line.for_) - len(line.waived_for) if line.each else 1 for line in bring)
    handed_in = sum(not entry.online for entry in entries)
    posted = handed_in < len(entries)
    chosen = any(map(by_proxy, entries))
    return (
        Saving(
            what="材料", alone=alone, together=together, how_counted=savings_words.materials_counted(alone, together)
        ),
        Saving(
            what="跑动",
            alone=ways_alone,
            together=len(ways),
            how_counted=savings_words.trips_counted(ways_alone, len(ways), by_proxy=chosen, posted=posted),
        ),
        Saving(
            what="环节",
            alone=STEPS_PER_TRIP * handed_in,
            together=STEPS_PER_TRIP * len(ways),
            how_counted=savings_words.steps_counted(handed_in, len(ways)),
        ),
        *_days(length),
    )


def _days(length: Length | None) -> Iterator[Saving]:
    """The days spared by what runs side by side; nothing where no office and no period has a length that is known."""
    if length is None or not length.counted or not length.alone:
        return
    yield Saving(
        what="天数",
        alone=length.alone,
        together=length.together,
        how_counted=date_words.days_counted(length.alone, length.together, uncounted=length.uncounted),
    )
