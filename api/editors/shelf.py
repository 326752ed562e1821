"""The filters of the shelf as links, each with how many guides are behind it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from api.auth import EDITORS
from assistant.desk import shelf
from assistant.desk.shelf import ORDERS, STATES, Row, fits
from assistant.knowledge.coverage import ELEMENTS


@dataclass(frozen=True)
class Wish(shelf.Wish):
    """What somebody wants to see of the shelf, as an address says it."""

    def href(self, **changes: str) -> str:
        """The address of the shelf with some of the wishes changed; a wish that is told twice is let go."""
        new = replace(self, **{key: "" if getattr(self, key) == value else value for key, value in changes.items()})
        told = {key: value for key, value in vars(new).items() if value}
        return f"{EDITORS}?{urlencode(told)}" if told else EDITORS


@dataclass(frozen=True)
class Link:
    """One filter: a link that sets it, or lets go of it."""

    label: str
    href: str
    on: bool
    count: int


def filters(rows: list[Row], wish: Wish, today: dt.date) -> dict[str, list[Link]]:
    """The filters as links, each with how many guides there are behind it when the other wishes stay."""

    def links(key: str, values: Mapping[str, str], of: Callable[[Row], Iterable[str]]) -> list[Link]:
        rest = replace(wish, **{key: ""})
        counts = Counter(value for row in rows if fits(row, rest, today) for value in of(row))
        return [
            Link(label, wish.href(**{key: value}), getattr(wish, key) == value, counts[value])
            for value, label in values.items()
            if counts[value] or getattr(wish, key) == value
        ]

    departments = dict.fromkeys(row.department for row in rows)
    return {
        "state": links("state", STATES, lambda row: [row.state]),
        "stale": links("stale", {"1": "该再核了"}, lambda row: ["1"] if row.published and row.stale(today) else []),
        "missing": links("missing", {name: name for name in ELEMENTS}, lambda row: row.missing),
        "department": links("department", {name: name for name in departments}, lambda row: [row.department]),
        "order": [Link(label, wish.href(order=key), wish.order == key, 0) for key, label in ORDERS.items()],
    }
