"""The log (审计): every sign-in, every look at what is personal, every change; written on only, each line chained to the last."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.errors import DaobanError
from assistant.staff.tables import StoredDeed

BEGINNING = "0" * 64
AT_ONCE = 50  # how many may want to write the next line at the same moment
DEEDS = {
    "sign_in": "登录",
    "sign_in_refused": "登录没成",
    "sign_out": "退出",
    "unlock": "解锁",
    "unlock_refused": "解锁没成",
    "password": "改了自己的密码",
    "account_add": "加了账号",
    "account_reset": "重发了首次密码",
    "account_off": "停了账号",
    "account_on": "恢复了账号",
    "account_place": "改了角色、地区",
    "contacts_read": "看了部门联系人",
    "contacts_import": "导入了部门联系人",
    "contact_erase": "删了部门联系人",
    "message_read": "看了留言",
    "message_done": "办完了留言",
    "message_again": "把留言放回待办",
    "report_done": "核完了纠错",
    "report_again": "把纠错放回待核",
    "checklist_read": "看了清单",
    "case_contact_read": "看了办件的联系人",
    "case_searched": "按人找了办件",
    "case_scan_read": "看了办件的扫描件",
    "case_file_exported": "导出了档案",
    "case_erased": "删了办件里的个人信息",
    "note_add": "写了备注",
    "note_erase": "删了备注",
}


@dataclass(frozen=True)
class Deed:
    """One line of the log."""

    number: int
    at: dt.datetime
    who: str  # the name of the account
    what: str
    about: str  # a number or an id, never the words or the telephone themselves

    @property
    def sentence(self) -> str:
        """What was done, in Chinese."""
        return DEEDS.get(self.what, self.what)


class Audit:
    """The log in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, who: str, what: str, about: str = "") -> Deed:
        """Write a line."""
        for _ in range(AT_ONCE):
            with Session(self._engine) as session:
                last = session.scalars(select(StoredDeed).order_by(StoredDeed.number.desc()).limit(1)).first()
                number, before = (last.number + 1, last.digest) if last else (1, BEGINNING)
            deed = Deed(number, now(), who[:40], what, about[:120])
            stored = StoredDeed(
                number=number, at=deed.at, who=deed.who, what=what, about=deed.about, before=before, digest=""
            )
            stored.digest = _digest(deed, before)
            try:
                with Session(self._engine) as session, session.begin():
                    session.add(stored)
            except IntegrityError:  # somebody else wrote this line: write the next
                continue
            return deed
        raise DaobanError("记录写不进去，请过一会儿再试。")

    def latest(self, limit: int = 200, *, before: int | None = None, who: str = "", what: str = "") -> list[Deed]:
        """The last lines, newest first, of one person or one kind where that is wanted."""
        query = select(StoredDeed).order_by(StoredDeed.number.desc()).limit(limit)
        if before:
            query = query.where(StoredDeed.number < before)
        if who:
            query = query.where(StoredDeed.who == who)
        if what:
            query = query.where(StoredDeed.what == what)
        with Session(self._engine) as session:
            return [_deed(one) for one in session.scalars(query)]

    def last(self, what: str, about: str) -> Deed | None:
        """Who did this to that last."""
        query = select(StoredDeed).where(StoredDeed.what == what, StoredDeed.about == about)
        with Session(self._engine) as session:
            found = session.scalars(query.order_by(StoredDeed.number.desc()).limit(1)).first()
            return _deed(found) if found else None

    def broken(self) -> int | None:
        """The number of the first line that is missing, added or changed; None where the chain holds."""
        before, expected = BEGINNING, 1
        with Session(self._engine) as session:
            for stored in session.scalars(
                select(StoredDeed).order_by(StoredDeed.number).execution_options(yield_per=500)
            ):
                deed = _deed(stored)
                if stored.number != expected or stored.before != before or stored.digest != _digest(deed, before):
                    return expected
                before, expected = stored.digest, expected + 1
        return None


def _deed(stored: StoredDeed) -> Deed:
    return Deed(stored.number, aware(stored.at), stored.who, stored.what, stored.about)


def _digest(deed: Deed, before: str) -> str:
    moment = deed.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    line = "\x1f".join((before, str(deed.number), moment, deed.who, deed.what, deed.about))
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
