"""Cases in the look-up: found by number, enterprise, code or the end of the telephone; the card leads to the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.auth import AT_THE_WINDOW
from api.deps import cases_of
from api.staff.shell import Screen
from assistant.cases.clocks import most_pressing
from assistant.cases.search import Glance
from assistant.cases.store import Cases
from assistant.staff.lookup import Found

TEMPLATE = "staff/card_case.html"
LEAST = 2  # characters
SHOWN = 5


def find(screen: Screen, query: str) -> Iterator[Found]:
    """The newest cases in which every word of the query occurs."""
    if screen.role not in AT_THE_WINDOW or len(query) < LEAST:
        return
    for case in _cases(screen).glance(query, limit=SHOWN):
        yield Found("case", case.number, case.enterprise or "（已删）", _line(case), state=case.label)


def told(screen: Screen, number: str, _: str) -> dict[str, Any]:
    """What the card of a case shows: no more than its page does, and not the contact."""
    cases = _cases(screen)
    case = cases.find(number)
    return {"case": case, "clock": most_pressing(case, cases.calendar(), cases.today)}


def _line(case: Glance) -> str:
    names = "、".join(case.entries[:2])
    return f"{case.number} · {names}{f' 等 {len(case.entries)} 项' if len(case.entries) > 2 else ''}"


def _cases(screen: Screen) -> Cases:
    return cases_of(screen.parts)
