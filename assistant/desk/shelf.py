"""The guides as editors look for them: how much of each is known, what is old, what is missing, what people ask and blame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from assistant.desk import counted
from assistant.desk.drafts import Draft
from assistant.knowledge import model as m
from assistant.knowledge.coverage import OTHERS, coverage
from assistant.knowledge.facts import MAX_AGE, guide_id
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.finder import Finder

STATES = {"open": "有待核的", "sourced": "没有待核", "confirmed": "全部已核", "unpublished": "没发布"}
ORDERS = {"asked": "最常问的在前", "blamed": "差评、纠错多的在前"}
NOWHERE = "（目录里没有）"


@dataclass(frozen=True)
class Row:
    """One guide."""

    id: str
    name: str
    department: str
    elements: Mapping[str, m.State | None]  # None: not a word
    reviewed_on: dt.date | None
    review_by: dt.date | None
    published: bool
    draft: Draft | None
    asked: int = 0
    blamed: int = 0

    @property
    def open(self) -> list[str]:
        """The elements that are 待核."""
        return [name for name, state in self.elements.items() if state is m.State.OPEN]

    @property
    def missing(self) -> list[str]:
        """The elements of which not a word is written."""
        return [name for name, state in self.elements.items() if state is None]

    @property
    def state(self) -> str:
        """How far it can be relied on, by its weakest element that is written."""
        if not self.published:
            return "unpublished"
        if self.open or self.missing:
            return "open"
        return "confirmed" if set(self.elements.values()) == {m.State.CONFIRMED} else "sourced"

    def stale(self, today: dt.date) -> bool:
        """Whether it should have been looked at again."""
        old = self.reviewed_on is None or today - self.reviewed_on > MAX_AGE
        return old or self.review_by is None or self.review_by < today


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see of the shelf."""

    q: str = ""
    department: str = ""
    state: str = ""
    missing: str = ""
    stale: str = ""
    order: str = ""


@lru_cache(maxsize=1)
def served(finder: Finder) -> tuple[Row, ...]:
    """The guides that are served; counted again when other knowledge is."""
    knowledge = finder.knowledge
    states = coverage(knowledge).by_guide
    order = {own: number for number, own in enumerate((*knowledge.items, *knowledge.topics))}
    return tuple(
        Row(own, one.name, _department(knowledge, own), states[own], one.reviewed_on, one.review_by, True, None)
        for own, one in sorted(knowledge.guides.items(), key=lambda pair: order.get(pair[0], len(order)))
    )


def shelf(finder: Finder, folder: Path, drafts: Iterable[Draft]) -> list[Row]:
    """All guides, those that nobody can read yet among them, in the order of the catalogue."""
    written = {one.path: one for one in drafts if one.path.startswith("guides/")}
    known = [replace(row, draft=written.get(path_of(row.id))) for row in served(finder)]
    files = {f"guides/{path.name}" for path in (folder / "guides").glob("*.yaml")} | set(written)
    others = sorted(files - {path_of(row.id) for row in known})
    return [*known, *(_unpublished(finder.knowledge, path, written.get(path)) for path in others)]


def path_of(guide_id: str) -> str:
    """The file of a guide."""
    return f"guides/{guide_id}.yaml"


def _unpublished(knowledge: Knowledge, path: str, draft: Draft | None) -> Row:
    own = guide_id(path)
    return Row(own, _name(knowledge, own), _department(knowledge, own), {}, None, None, False, draft)


def _name(knowledge: Knowledge, own: str) -> str:
    entry = knowledge.items.get(own) or knowledge.topics.get(own)
    return entry.name if entry else own


def _department(knowledge: Knowledge, own: str) -> str:
    found = knowledge.department_of(own)
    if found:
        return found.name
    return OTHERS if own in knowledge.topics or own in knowledge.items else NOWHERE


def chosen(rows: Iterable[Row], wish: Wish, today: dt.date, named: list[str] | None) -> list[Row]:
    """The rows that a wish means; `named` are the ids that its words lead to, best first."""
    rows = [row for row in rows if fits(row, wish, today)]
    if named is not None:
        order = {own: number for number, own in enumerate(named)}
        words = wish.q.casefold()
        rows = [row for row in rows if row.id in order or words in row.name.casefold() or words in row.id]
        rows.sort(key=lambda row: order.get(row.id, len(order)))
    if wish.order in ORDERS:
        rows.sort(key=lambda row: -(row.asked if wish.order == "asked" else row.blamed))
    return rows


def fits(row: Row, wish: Wish, today: dt.date) -> bool:
    """Whether a row is what a wish means, words apart."""
    return all(
        (
            not wish.department or row.department == wish.department,
            not wish.state or row.state == wish.state,
            not wish.missing or wish.missing in row.missing,
            not wish.stale or (row.published and row.stale(today)),
        )
    )


def with_figures(rows: list[Row], order: str, engine: Engine) -> list[Row]:
    """The rows with the figures that an order wants; whoever does not ask for it waits for no counting."""
    if order == "asked":
        times = counted.asked(engine)
        return [replace(row, asked=times[row.id]) for row in rows]
    if order == "blamed":
        times = counted.complaints(engine)
        return [replace(row, blamed=times[row.id]) for row in rows]
    return rows
