"""Keeping (归档保管): files of an enterprise exported, kept for their time, then without the person, statistics stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, update

from assistant.cases import tables as t
from assistant.cases.changing import changing, day_of
from assistant.cases.durable import snapshot
from assistant.cases.model import SYSTEM, Actor, IllegalMove
from assistant.cases.scans import Scans
from assistant.cases.states import Role
from assistant.cases.store import Cases
from assistant.errors import Refused

KEPT_YEARS = 10  # from the day a case was closed; the city may set another
MAY_ERASE = frozenset({Role.HEAD, Role.ADMINISTRATOR, Role.SYSTEM})


class Keeping:
    """How long cases keep what tells of persons."""

    def __init__(self, cases: Cases, scans: Scans, years: int = KEPT_YEARS) -> None:
        self._cases = cases
        self._scans = scans
        self._years = years

    def due(self) -> tuple[str, ...]:
        """The numbers of the cases whose time is over, oldest first."""
        today = self._cases.today
        first_kept = day_before_years(today, self._years)
        query = select(t.StoredCase.number, t.StoredCase.closed_at).where(
            t.StoredCase.closed_at.is_not(None), t.StoredCase.erased_at.is_(None)
        )
        with snapshot(self._cases.engine) as session:
            rows = session.execute(query.order_by(t.StoredCase.id)).all()
        return tuple(number for number, closed_at in rows if closed_at and day_of(closed_at) < first_kept)

    def purge(self) -> int:
        """Erase the persons in all cases whose time is over; gives how many cases."""
        numbers = self.due()
        for number in numbers:
            self.erase(number, by=SYSTEM)
        self._scans.sweep()
        return len(numbers)

    def erase(self, number: str, *, by: Actor) -> None:
        """Erase the person in a closed case: contact, scans, free words, parcel number, the way to its checklist; and the
        name and code of the enterprise where no other case keeps them. What the figures count stays."""
        if by.role not in MAY_ERASE:
            raise IllegalMove("删除个人信息由窗口负责人或管理员来办。")
        case = self._cases.find(number)
        if case.erased_at is not None:
            return
        if case.closed_at is None:
            raise Refused("还没归档的档案不能删。要是本人不愿再留电话，可以先删联系方式。")
        cases = self._cases
        with changing(cases.engine, number, case.version, by, cases.clock(), cases.calendar) as change:
            session, row = change.session, change.row
            if (contact := session.get(t.StoredContact, row.id)) is not None:
                session.delete(contact)
            session.execute(update(t.StoredEntry).where(t.StoredEntry.case_id == row.id).values(parcel=None))
            session.execute(update(t.StoredMatter).where(t.StoredMatter.case_id == row.id).values(words="", result=""))
            session.execute(
                update(t.StoredRating).where(t.StoredRating.case_id == row.id).values(words="", result=None)
            )
            for notice in session.scalars(select(t.StoredNotice).where(t.StoredNotice.case_id == row.id)):
                notice.lines = [_without_words(line) for line in notice.lines]
            row.checklist = None
            row.erased_at = change.at
            others = select(t.StoredCase.id).where(
                t.StoredCase.enterprise_id == row.enterprise_id,
                t.StoredCase.id != row.id,
                t.StoredCase.erased_at.is_(None),
            )
            if session.scalars(others).first() is None:
                enterprise = session.get_one(t.StoredEnterprise, row.enterprise_id)
                enterprise.name = enterprise.code = enterprise.spelled = None
            change.note("erased", "保管期满，个人信息已删除" if by is SYSTEM else "删除了个人信息")
        self._scans.forget(scan for material in case.materials for scan in material.scans)

    def exported(self, enterprise: int) -> dict[str, Any]:
        """The whole file of an enterprise as JSON has it: personal data, whoever asks writes the read down."""
        cases = self._cases.of_enterprise(enterprise)
        return {
            "企业": _plain(asdict(cases[0].enterprise)) if cases else None,
            "档案": [
                {
                    "办理": _plain(asdict(case)),
                    "联系人": _plain(asdict(contact)) if (contact := self._cases.contact(case.number)) else None,
                    "经过": [_plain(asdict(event)) for event in self._cases.events(case.number)],
                }
                for case in cases
            ],
        }


def day_before_years(today: dt.date, years: int) -> dt.date:
    """The same day so many years ago; of a leap day the one after."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return dt.date(today.year - years, 3, 1)


def _without_words(line: dict[str, Any]) -> dict[str, Any]:
    """A line of a notice without what somebody typed."""
    return line | {"words": "", "name": line["name"] if line["material"] is not None else ""}


def _plain(value: Any) -> Any:
    """Values as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
