"""The laws that guides rest on, with their validity: who cites one that is repealed, or not yet in force, is flagged.

What is known of a law's validity stands in sources.yaml (施行日期, 废止日期); nothing is concluded from its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge


class Validity(StrEnum):
    """Whether a law holds on a day."""

    REPEALED = "已废止"
    NOT_YET = "还没施行"
    UNREAD = "没读过原文"
    IN_FORCE = "现行"


@dataclass(frozen=True)
class Cited:
    """Where a law is cited, and which of its articles."""

    guide: str
    name: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Law:
    """One source with its validity and who cites it."""

    source: m.Source
    validity: Validity
    cited: tuple[Cited, ...]

    @property
    def flagged(self) -> bool:
        """Whether somebody rests on it who should not."""
        return bool(self.cited) and self.validity in (Validity.REPEALED, Validity.NOT_YET)


def laws(knowledge: Knowledge, on: dt.date) -> tuple[Law, ...]:
    """Every source, those that are flagged first, then those that are cited most."""
    cited = _cited(knowledge)
    found = (Law(one, validity(one, on), cited.get(one.id, ())) for one in knowledge.sources.values())
    order = list(Validity)
    return tuple(
        sorted(found, key=lambda law: (not law.flagged, order.index(law.validity), -len(law.cited), law.source.id))
    )


def validity(source: m.Source, on: dt.date) -> Validity:
    """Whether a law holds on a day: on the day it is repealed it no longer does."""
    if source.repealed_on and source.repealed_on <= on:
        return Validity.REPEALED
    if source.in_force_from and source.in_force_from > on:
        return Validity.NOT_YET
    return Validity.IN_FORCE if source.read else Validity.UNREAD


def _cited(knowledge: Knowledge) -> Mapping[str, tuple[Cited, ...]]:
    """The guides that cite each source."""
    found: dict[str, list[Cited]] = {}
    for guide_id, guide in knowledge.guides.items():
        for source, articles in _in(guide).items():
            found.setdefault(source, []).append(Cited(guide_id, guide.name, tuple(articles)))
    return {source: tuple(cited) for source, cited in found.items()}


def _in(value: BaseModel) -> dict[str, list[str]]:
    """The sources that something cites, each with its articles."""
    found: dict[str, list[str]] = {}
    for cited in _references(value):
        name, _, article = cited.partition(" ")
        articles = found.setdefault(name, [])
        if article and article not in articles:
            articles.append(article)
    return found


def _references(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for one in value:
            yield from _references(one)
    elif isinstance(value, BaseModel):
        yield from getattr(value, "sources", ())
        for name in type(value).model_fields:
            yield from _references(getattr(value, name)) if name != "sources" else ()
