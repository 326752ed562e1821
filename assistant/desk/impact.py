"""What a change touches: the guides that use it, new collisions, sample questions that lead elsewhere, open checklists and cases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.cases.tables import StoredCase, StoredEntry
from assistant.db import StoredChecklist, now
from assistant.desk.effect import Change as Asked
from assistant.desk.effect import Effect, effect
from assistant.desk.fitness import Fitness
from assistant.desk.samples import Samples, samples
from assistant.desk.uses import Use, differing, uses_of
from assistant.knowledge.finding import Finding
from assistant.retrieval.entries import Entry
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.retrieval.renewing import previewed

RECENT = dt.timedelta(days=90)  # a checklist that is older is hardly still being worked through
AT_MOST = 5000  # checklists that are looked at, the newest
# What finding hears besides the phrases of entries: certificates, names of departments and places, words for acts …
HEARD = ("items", "departments", "regions", "groups", "acts", "industries", "enterprise_types", "procedures")
_ID = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True)
class Impact:
    """What a change touches."""

    uses: tuple[Use, ...]
    new_findings: tuple[Finding, ...]  # collisions and other things the check finds that it did not find before
    asked: Effect | None  # None where finding hears nothing of the change
    samples: Samples  # the sample questions that would no longer be answered
    checklists: int  # issued of late, with one of the guides on them
    cases: tuple[str, ...]  # the numbers of open ones

    @property
    def guides(self) -> tuple[str, ...]:
        """Every guide that is touched."""
        return tuple(dict.fromkeys(guide for use in self.uses for guide in use.guides))

    @property
    def moved(self) -> tuple[Asked, ...]:
        """The sample questions whose answer is another."""
        return (*self.asked.lost, *self.asked.gained) if self.asked else ()


def impact(before: Finder, now_is: Fitness, will_be: Fitness, equipment: Equipment, engine: Engine) -> Impact:
    """The impact of a change that can be read; a finder is built for it, and the sample questions are asked: seconds."""
    known = will_be.must()
    uses = tuple(uses_of(before.knowledge, known))
    guides = {guide for use in uses for guide in use.guides}
    found = {(one.file, one.path, one.message) for one in (*now_is.findings, *now_is.elsewhere)}
    after = previewed(before, known, equipment)
    asked = answers(before, after)
    return Impact(
        uses,
        tuple(one for one in (*will_be.findings, *will_be.elsewhere) if (one.file, one.path, one.message) not in found),
        asked,
        samples(before, after, asked),
        _checklists(engine, guides),
        _cases(engine, guides),
    )


def answers(before: Finder, after: Finder) -> Effect | None:
    """The sample questions that could lead elsewhere, asked before and after; None where finding hears nothing of the change."""
    if after.witness is before.witness:
        return None
    words: set[str] = set()
    touched: set[str] = set()
    was, is_now = ({entry.id: entry for entry in finder.entries} for finder in (before, after))
    for own in differing(was, is_now):
        touched.add(own)
        words |= _phrases(was.get(own)) ^ _phrases(is_now.get(own))
    for shelf in HEARD:
        old, new = getattr(before.knowledge, shelf), getattr(after.knowledge, shelf)
        for own in differing(old, new):
            said, says = set(_words(old.get(own))), set(_words(new.get(own)))
            words |= said ^ says or said | says  # the same words may do otherwise: in another order, for another act
    touched |= words & was.keys()  # a licence that a trade usually has, a member of a group
    phrases = sorted(word for word in words if not _ID.fullmatch(word))
    return effect(before, after, (), phrases, touched & was.keys())


def _phrases(entry: Entry | None) -> set[str]:
    return {phrase.text for phrase in entry.phrases} if entry else set()


def _words(value: object) -> Iterator[str]:
    """Every word that stands somewhere in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from _words(value.model_dump())
    elif isinstance(value, Mapping):
        yield from _words(tuple(value.values()))
    elif isinstance(value, Sequence):
        for one in value:
            yield from _words(one)


def _checklists(engine: Engine, guides: set[str]) -> int:
    """How many checklists of late have one of these guides on them."""
    if not guides:
        return 0
    query = select(StoredChecklist.body).where(StoredChecklist.issued_at >= now() - RECENT)
    with Session(engine) as session:
        bodies = session.scalars(query.order_by(StoredChecklist.issued_at.desc()).limit(AT_MOST))
        return sum(not guides.isdisjoint(_on(body)) for body in bodies)


def _on(body: Mapping[str, object]) -> set[str]:
    phases = body.get("phases")
    if not isinstance(phases, Sequence):
        return set()
    return {entry["item"]["id"] for phase in phases for entry in phase["entries"]}


def _cases(engine: Engine, guides: set[str]) -> tuple[str, ...]:
    """The open cases with one of these guides."""
    if not guides:
        return ()
    query = (
        select(StoredCase.number)
        .join(StoredEntry, StoredEntry.case_id == StoredCase.id)
        .where(StoredCase.closed_at.is_(None), StoredCase.erased_at.is_(None), StoredEntry.item.in_(guides))
    )
    with Session(engine) as session:
        return tuple(sorted(set(session.scalars(query))))
