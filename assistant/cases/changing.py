"""One change of one case: what it touches is written down as it goes, before and after, and becomes an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Date, DateTime, Engine, inspect, select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.durable import durable
from assistant.cases.happenings import happened
from assistant.cases.model import Actor, Change, Conflict, IllegalMove
from assistant.cases.reading import events_of, stored_case
from assistant.cases.search import index
from assistant.cases.states import Role
from assistant.checklist.calendar import WorkCalendar
from assistant.db import aware
from assistant.errors import Refused
from assistant.timezone import CHINA

WINDOW = frozenset({Role.CLERK, Role.HEAD})
ROWS: dict[str, type[Any]] = {
    "case": t.StoredCase,
    "entry": t.StoredEntry,
    "material": t.StoredMaterial,
    "notice": t.StoredNotice,
}
Owned = TypeVar("Owned", t.StoredMaterial, t.StoredNotice)
_KINDS = {row: name for name, row in ROWS.items()}


def day_of(moment: dt.datetime) -> dt.date:
    """The day of a moment, in China."""
    return aware(moment).astimezone(CHINA).date()


class Changing:
    """A case on its way from one version to the next."""

    def __init__(
        self, session: Session, row: t.StoredCase, by: Actor, at: dt.datetime, calendar: Callable[[], WorkCalendar]
    ) -> None:
        self.session = session
        self.row = row
        self.by = by
        self.at = at
        self.today = day_of(at)
        self.calendar = calendar
        self._changes: list[Change] = []
        self._noted = False

    def entries(self, ids: Iterable[int] | None = None) -> list[t.StoredEntry]:
        """The entries of these ids in the order of the case, or all; Refused where one is not of this case."""
        mine = self.session.scalars(
            select(t.StoredEntry).where(t.StoredEntry.case_id == self.row.id).order_by(t.StoredEntry.id)
        ).all()
        if ids is None:
            return list(mine)
        wanted = set(ids)
        if not wanted or wanted - {one.id for one in mine}:
            raise Refused("没有选中这份档案里的事项。")
        return [one for one in mine if one.id in wanted]

    def material(self, material_id: int) -> t.StoredMaterial:
        """One material; Refused where it is not of this case."""
        return self._mine(t.StoredMaterial, material_id, "样材料")

    def notice(self, notice_id: int) -> t.StoredNotice:
        """One notice; Refused where it is not of this case."""
        return self._mine(t.StoredNotice, notice_id, "份告知书")

    def _mine(self, table: type[Owned], row_id: int, called: str) -> Owned:
        found = self.session.get(table, row_id)
        if found is None or found.case_id != self.row.id:
            raise Refused(f"这份档案里没有这{called}。")
        return found

    def put(self, row: Any, **values: Any) -> None:
        """Change fields of a row, and remember them as they were."""
        kind, row_id = _KINDS[type(row)], row.id
        for name, value in values.items():
            before = getattr(row, name)
            if before != value:
                self._changes.append(Change(kind, row_id, name, plain(before), plain(value)))
                setattr(row, name, value)

    def note(self, kind: str, what: str, *, undoes: int | None = None) -> None:
        """Make an event of what was changed since the last one."""
        if not self._noted:
            self.row.version += 1
            self._noted = True
        happened(self.session, self.row, self.by, kind, what, self.at, changes=self._changes, undoes=undoes)
        self._changes = []


@contextmanager
def changing(
    engine: Engine, number: str, version: int, by: Actor, at: dt.datetime, calendar: Callable[[], WorkCalendar]
) -> Iterator[Changing]:
    """A change of a case that was seen in this version: Conflict where it is not that any more."""
    with durable(engine) as session:
        row = stored_case(session, number, locked=True)
        if row.version != version:
            raise conflict(session, row, version)
        if row.erased_at is not None:
            raise Refused("这份档案的个人信息已按期删除，不能再改。")
        yield Changing(session, row, by, at, calendar)
        session.flush()
        index(session, row)


def conflict(session: Session, row: t.StoredCase, version: int) -> Conflict:
    """What happened since a version, in words."""
    since = events_of(session, row, after=version)
    told = "；".join(f"{one.by.name} {one.at.astimezone(CHINA):%H:%M} {one.what}" for one in since[-3:])
    return Conflict(
        f"您打开以后，这份档案有人改过：{told or '请重新打开'}。您的这一步没有保存，请看过现在的样子再办。", since
    )


def for_the_window(by: Actor) -> None:
    """IllegalMove unless a clerk or the head of the window does it."""
    if by.role not in WINDOW:
        raise IllegalMove("这一步由窗口人员来办。")


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def restored(row: Any, name: str, value: Any) -> Any:
    """A value from JSON as the field of a row has it."""
    if value is None:
        return None
    kind = inspect(type(row)).columns[name].type
    if isinstance(kind, DateTime):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if isinstance(kind, Date) else value
