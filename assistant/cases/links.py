"""Links (部门链接): a department without an account enters its result for one case, for a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from assistant.cases import tables as t
from assistant.cases.changing import changing, for_the_window
from assistant.cases.durable import snapshot
from assistant.cases.model import Actor, Case, CaseEntry
from assistant.cases.states import WITH_DEPARTMENT, Role
from assistant.cases.store import Cases
from assistant.db import aware
from assistant.errors import NotFound, Refused
from assistant.keys import digest_of, new_key

GOOD_FOR = dt.timedelta(days=14)
GONE = "这个链接不对或者过期了，请向代办窗口再要一个。"


@dataclass(frozen=True)
class Linked:
    """What a link shows: the case with this department's entries and nothing of the others, no contact."""

    case: Case
    department: str

    @property
    def waiting(self) -> tuple[CaseEntry, ...]:
        """The entries for which a result can be entered."""
        return tuple(one for one in self.case.entries if one.state in WITH_DEPARTMENT)


class DepartmentLinks:
    """The links in the database; a key of 256 random bits, of which only the digest is kept, stands for a signature."""

    def __init__(self, cases: Cases, good_for: dt.timedelta = GOOD_FOR) -> None:
        self._cases = cases
        self._good_for = good_for

    def make(self, number: str, version: int, department: str, *, by: Actor) -> str:
        """A key for what a department has of a case; an earlier one no longer works."""
        key = new_key()
        cases = self._cases
        with changing(cases.engine, number, version, by, cases.clock(), cases.calendar) as change:
            for_the_window(by)
            if all(one.department != department for one in change.entries()):
                raise Refused(f"这份档案没有{department}办的事项。")
            change.session.execute(delete(t.StoredLink).filter_by(case_id=change.row.id, department=department))
            change.session.add(
                t.StoredLink(
                    digest=digest_of(key),
                    case_id=change.row.id,
                    department=department,
                    made_by=by.name,
                    expires_at=change.at + self._good_for,
                )
            )
            change.note("linked", f"给{department}开了填结果的链接")
        return key

    def open(self, key: str) -> Linked:
        """What a key shows; NotFound where it is wrong, too old or taken back."""
        with snapshot(self._cases.engine) as session:
            link = session.get(t.StoredLink, digest_of(key))
            if link is None or aware(link.expires_at) <= self._cases.clock():
                raise NotFound(GONE)
            department = link.department
            number = session.scalars(select(t.StoredCase.number).where(t.StoredCase.id == link.case_id)).one()
        return Linked(_only(self._cases.find(number), department), department)

    def decide(self, key: str, version: int, entries: Sequence[int], *, granted: bool) -> Linked:
        """The department's result for these of its entries."""
        linked = self.open(key)
        if not entries or set(entries) - {one.id for one in linked.waiting}:
            raise Refused("这一项现在不等您的结果，请刷新再看。")
        by = Actor(linked.department, Role.DEPARTMENT)
        case = self._cases.decide(linked.case.number, version, entries, granted=granted, by=by)
        return replace(linked, case=_only(case, linked.department))

    def take_back(self, number: str, *, by: Actor) -> None:
        """No key of a case works any more."""
        case = self._cases.find(number)
        cases = self._cases
        with changing(cases.engine, number, case.version, by, cases.clock(), cases.calendar) as change:
            for_the_window(by)
            change.session.execute(delete(t.StoredLink).filter_by(case_id=change.row.id))
            change.note("linked", "收回了部门的链接")


def _only(case: Case, department: str) -> Case:
    """A case with nothing in it but what one department has to do with."""
    entries = tuple(one for one in case.entries if one.department == department)
    mine = {one.id for one in entries}
    return replace(
        case,
        entries=entries,
        materials=tuple(replace(one, scans=()) for one in case.materials if mine & set(one.entries)),
        notices=tuple(one for one in case.notices if set(one.entries) <= mine),
        matters=(),
        checklist=None,
    )
