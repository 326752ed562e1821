"""Contacts (部门联系人, annex 一): whom the window calls in a department; read from a CSV, shown by role, erasable."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.errors import NotFound, Refused
from assistant.knowledge.whole import Knowledge
from assistant.staff.tables import StoredContact
from assistant.text import cleaned, compact

COLUMNS = {
    "部门": "department",
    "地区": "region",
    "科室": "office",
    "姓名": "name",
    "职务": "post",
    "电话": "phone",
    "手机": "mobile",
    "备注": "note",
}
NEEDED = ("部门", "姓名")
_LONGEST = {"office": 60, "name": 40, "post": 40, "phone": 40, "mobile": 40, "note": 200}


@dataclass(frozen=True)
class Contact:
    """A person to call."""

    department: str  # its id
    name: str
    office: str = ""
    post: str = ""
    phone: str = ""
    mobile: str = ""
    note: str = ""
    region: str | None = None  # its id; none: the whole prefecture
    id: int = 0


class Contacts:
    """The contacts in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, department: str) -> list[Contact]:
        """Whom to call in a department, in the order of the list."""
        return self._found(StoredContact.department == department)

    def count(self) -> dict[str, int]:
        """How many there are in each department."""
        query = select(StoredContact.department, func.count()).group_by(StoredContact.department)
        with Session(self._engine) as session:
            return {str(department): int(count) for department, count in session.execute(query)}

    def all(self) -> list[Contact]:
        """Everybody."""
        return self._found(StoredContact.id > 0)

    def get(self, number: int) -> Contact:
        """One of them; NotFound where there is none of that number."""
        with Session(self._engine) as session:
            stored = session.get(StoredContact, number)
            if stored is None:
                raise NotFound("没有这位联系人，可能已经删了。")
            return _contact(stored)

    def replace(self, contacts: list[Contact]) -> tuple[int, int]:
        """Let a list stand for the departments that it names; gives how many were written and how many taken away."""
        departments = {one.department for one in contacts}
        with Session(self._engine) as session, session.begin():
            held = StoredContact.department.in_(departments)
            gone = session.scalar(select(func.count()).select_from(StoredContact).where(held)) or 0
            session.execute(delete(StoredContact).where(held))
            moment = now()
            for one in contacts:
                facts = {name: getattr(one, name) for name in COLUMNS.values()}
                session.add(StoredContact(**facts, at=moment))
        return len(contacts), gone

    def erase(self, number: int) -> None:
        """Erase one person, without a trace but that somebody was erased."""
        self.get(number)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredContact).where(StoredContact.id == number))

    def erase_named(self, name: str) -> int:
        """Erase everybody of a name; gives how many they were."""
        with Session(self._engine) as session, session.begin():
            wanted = StoredContact.name == cleaned(name)
            count = session.scalar(select(func.count()).select_from(StoredContact).where(wanted)) or 0
            session.execute(delete(StoredContact).where(wanted))
            return int(count)

    def _found(self, *conditions: object) -> list[Contact]:
        query = select(StoredContact).where(*conditions).order_by(StoredContact.id)  # type: ignore[arg-type]
        with Session(self._engine) as session:
            return [_contact(one) for one in session.scalars(query)]


def read_csv(path: Path, knowledge: Knowledge) -> list[Contact]:
    """The contacts of a file; Refused, naming each line that cannot be placed, so that nothing is taken in half."""
    rows = csv.DictReader(io.StringIO(_text(path.read_bytes()), newline=""))
    heads = [cleaned(head) for head in rows.fieldnames or ()]
    if missing := [head for head in NEEDED if head not in heads]:
        raise Refused(f"第一行要写栏名，还缺：{'、'.join(missing)}。可以有：{'、'.join(COLUMNS)}。")
    rows.fieldnames = heads
    found, faults = [], []
    for row in rows:
        told = {COLUMNS[head]: cleaned(row.get(head)) for head in COLUMNS}
        if not any(told.values()):
            continue
        faults += [f"第 {rows.line_num} 行：{fault}" for fault in _faults(told, knowledge)]
        found.append(_placed(told, knowledge))
    if faults:
        raise Refused("一条也没有写进去，请先改好：\n" + "\n".join(faults))
    if not found:
        raise Refused("表里一个人也没有。")
    return found


def _text(content: bytes) -> str:
    """What Excel saved, in either of its spellings."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("这个文件读不出字来。请在 Excel 里另存为“CSV UTF-8”再试。")


def _faults(told: dict[str, str], knowledge: Knowledge) -> Iterator[str]:
    if not told["name"]:
        yield "没写姓名"
    if not told["department"]:
        yield "没写部门"
    elif _department(told["department"], knowledge) is None:
        yield f"没认出是哪个部门“{told['department']}”"
    if told["region"] and _region(told["region"], knowledge) is None:
        yield f"没认出是哪个地区“{told['region']}”"
    for name, longest in _LONGEST.items():
        if len(told[name]) > longest:
            yield f"有一栏超过 {longest} 个字"


def _placed(told: dict[str, str], knowledge: Knowledge) -> Contact:
    department = _department(told["department"], knowledge) or ""
    return Contact(**{**told, "department": department, "region": _region(told["region"], knowledge)})  # type: ignore[arg-type]


def _department(named: str, knowledge: Knowledge) -> str | None:
    wanted = compact(named)
    for one in knowledge.departments.values():
        if wanted in {compact(name) for name in (one.id, one.name, one.full_name or one.name, *one.aliases)}:
            return str(one.id)
    return None


def _region(named: str, knowledge: Knowledge) -> str | None:
    wanted = compact(named)
    for one in knowledge.regions.values():
        if wanted and wanted in {compact(name) for name in (one.id, one.name, *one.aliases)}:
            return str(one.id)
    return None


def _contact(stored: StoredContact) -> Contact:
    facts = {name: getattr(stored, name) for name in COLUMNS.values()}
    return Contact(**facts, id=stored.id)
