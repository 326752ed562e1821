"""What a change touches: the guides that use it, new collisions, sample questions that lead elsewhere, open checklists and cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.cases.tables import StoredCase, StoredEntry
from assistant.db import StoredChecklist, now
from assistant.desk.effect import Change as Asked
from assistant.desk.effect import Effect, effect
from assistant.desk.fitness import Fitness
from assistant.knowledge.finding import Finding
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.entries import Entry, entries_of
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder

RECENT = dt.timedelta(days=90)  # a checklist that is older is hardly still being worked through
Key = TypeVar("Key")
AT_MOST = 5000  # checklists that are looked at, the newest


@dataclass(frozen=True)
class Use:
    """Something that is otherwise, and the guides that say it."""

    what: str  # 窗口“…”, 共用材料“…”, 部门“…”, 指南“…”
    guides: tuple[str, ...]  # ids


@dataclass(frozen=True)
class Impact:
    """What a change touches."""

    uses: tuple[Use, ...]
    new_findings: tuple[Finding, ...]  # collisions and other things the check finds that it did not find before
    asked: Effect | None  # None where finding hears nothing of the change
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


def impact(
    before: Finder, now_is: Fitness, will_be: Fitness, equipment: Equipment, engine: Engine, *, ask: bool = True
) -> Impact:
    """The impact of a change that can be read; asking the sample questions takes seconds and can be left for later."""
    after = will_be.must()
    known = before.knowledge
    uses = tuple(uses_of(known, after))
    guides = {guide for use in uses for guide in use.guides}
    found = {(one.file, one.path, one.message) for one in (*now_is.findings, *now_is.elsewhere)}
    return Impact(
        uses,
        tuple(one for one in (*will_be.findings, *will_be.elsewhere) if (one.file, one.path, one.message) not in found),
        answers(before, after, equipment) if ask else None,
        _checklists(engine, guides),
        _cases(engine, guides),
    )


def answers(before: Finder, after: Knowledge, equipment: Equipment) -> Effect | None:
    """The sample questions that could lead elsewhere, asked before and after; None where nothing that is heard is otherwise."""
    heard = {entry.id: entry for entry in before.entries}
    told = {entry.id: entry for entry in entries_of(after)}
    phrases: list[str] = []
    touched: list[str] = []
    for own in {**heard, **told}:
        was, is_now = _phrases(heard.get(own)), _phrases(told.get(own))
        if was != is_now:
            touched.append(own)
            phrases += sorted(was ^ is_now)
    if not touched:
        return None
    about = next((own for own in touched if own in heard), touched[0])
    return effect(before, after, equipment, (), phrases, about)


def uses_of(before: Knowledge, after: Knowledge) -> list[Use]:
    """What is otherwise between two knowledges, and the guides that use it."""
    found: list[Use] = []
    for own in _differing(before.guides, after.guides):
        guide = after.guides.get(own) or before.guides[own]
        found.append(Use(f"指南“{guide.name}”", (own,)))
    for own in _differing(before.windows, after.windows):
        window = after.windows.get(own) or before.windows[own]
        rules = {**before.local_rules, **after.local_rules}.values()
        items = tuple(dict.fromkeys(rule.item for rule in rules if rule.window == own))
        if window.proxy:
            items = tuple(after.items)
        found.append(Use(f"窗口“{window.name}”", items))
    for own in _differing(before.departments, after.departments):
        department = after.departments.get(own) or before.departments[own]
        answered_for = tuple(
            guide for guide in after.guides if after.department_of(guide) == after.departments.get(own)
        )
        found.append(Use(f"部门“{department.name}”", answered_for))
    for own in _differing(before.materials, after.materials):
        material = after.materials.get(own) or before.materials[own]
        users = (guide_id for guide_id, guide in after.guides.items() if any(m.shared == own for m in guide.materials))
        found.append(Use(f"共用材料“{material.name}”", tuple(users)))
    for key in _differing(before.local_rules, after.local_rules):
        region = after.regions.get(key[0]) or before.regions.get(key[0])
        found.append(Use(f"{region.name if region else key[0]}的规定", (key[1],)))
    listed = [*_differing(before.items, after.items), *_differing(before.topics, after.topics)]
    found += [Use(f"目录里的“{own}”", (own,)) for own in listed]
    for own in _differing(before.sources, after.sources):
        users = (guide_id for guide_id, guide in after.guides.items() if _cites(guide.model_dump_json(), own))
        found.append(Use(f"依据“{own}”", tuple(users)))
    if before.general != after.general:
        found.append(Use("每份指南都有的话", tuple(after.guides)))
    return found


def _cites(guide: str, source: str) -> bool:
    return f'"{source}"' in guide or f'"{source} ' in guide


def _differing(before: Mapping[Key, object], after: Mapping[Key, object]) -> list[Key]:
    return [own for own in {**before, **after} if before.get(own) != after.get(own)]


def _phrases(entry: Entry | None) -> set[str]:
    return {phrase.text for phrase in entry.phrases} if entry else set()


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
