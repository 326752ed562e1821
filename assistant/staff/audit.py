"""The log (审计): every sign-in, every look at what is personal, every change; written on only, each line chained to the last
by a key that the database does not hold (seal.py); lines from before there was a key are chained without one."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.errors import DaobanError
from assistant.staff.seal import NONE, Line, Seal, seal_of
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
    "draft_propose": "把草稿交审",
    "draft_approve": "同意了定时发布",
    "samples_despite": "有问法会答得差，说了为什么",
    "draft_refuse": "退回了草稿",
    "draft_withdraw": "撤回了草稿",
    "knowledge_published": "发布了知识库",
    "knowledge_rolled_back": "退回了知识库",
    "fact_link_made": "开了部门核对链接",
    "fact_link_taken_back": "收回了部门核对链接",
    "facts_taken": "收下了部门的核对",
    "facts_refused": "放下了部门的核对",
    "person_exported": "给本人导出了他的信息",
    "person_erased": "照本人的要求删了他的信息",
    "backup_made": "做了备份",
    "backup_restored": "从备份恢复了",
    "note_add": "写了备注",
    "note_erase": "删了备注",
    "channel_off": "停了渠道",
    "channel_on": "开了渠道",
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
    """The log in the database, its key in the data folder."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self._engine = engine
        self._data = data

    def note(self, who: str, what: str, about: str = "") -> Deed:
        """Write a line."""
        seal = self._seal()
        for _ in range(AT_ONCE):
            last = self._last()
            before = last.digest or BEGINNING
            deed = Deed(last.number + 1, now(), who[:40], what, about[:120])
            line = Line(deed.number, seal.digest(_words(deed, before)))
            stored = StoredDeed(
                number=deed.number,
                at=deed.at,
                who=deed.who,
                what=what,
                about=deed.about,
                before=before,
                digest=line.digest,
            )
            try:
                with Session(self._engine) as session, session.begin():
                    session.add(stored)
            except IntegrityError:  # somebody else wrote this line: write the next
                continue
            if self._holds(seal.mark, last):
                seal.reach(line)
            return deed
        raise DaobanError("记录写不进去，请过一会儿再试。")

    def named(self, who: str) -> str:
        """A name for somebody that tells nothing of them; whoever has the key makes the same one again."""
        return self._seal().digest(f"person\x1f{who}".encode("utf-8", "surrogatepass"))[:16]

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
        """The number of the first line that is missing, added or changed; None where the chain holds and is as long as it was."""
        seal = self._seal()
        before, expected = BEGINNING, 1
        with Session(self._engine) as session:
            plain = seal.plain.number if _has(session, seal.plain) else 0
            for stored in session.scalars(
                select(StoredDeed).order_by(StoredDeed.number).execution_options(yield_per=500)
            ):
                words = _words(_deed(stored), before)
                digest = hashlib.sha256(words).hexdigest() if expected <= plain else seal.digest(words)
                if stored.number != expected or stored.before != before or stored.digest != digest:
                    return expected
                before, expected = stored.digest, expected + 1
            mark = seal.mark
            return None if _has(session, mark) else min(mark.number, expected)

    def _seal(self) -> Seal:
        return seal_of(self._data, self._last)

    def _last(self) -> Line:
        """The last line."""
        query = select(StoredDeed.number, StoredDeed.digest).order_by(StoredDeed.number.desc()).limit(1)
        with Session(self._engine) as session:
            found = session.execute(query).first()
            return Line(*found) if found else NONE

    def _holds(self, mark: Line, last: Line) -> bool:
        """Whether the mark is behind and still in the log; one whose line is gone stays and tells of it."""
        if mark.number > last.number:
            return False
        if mark.number == last.number:
            return mark.digest == last.digest
        with Session(self._engine) as session:  # others wrote meanwhile, or nobody marked yet
            return _has(session, mark)


def _has(session: Session, line: Line) -> bool:
    """Whether a line is in the log as it was; no line at all always is."""
    query = select(StoredDeed.number).where(StoredDeed.number == line.number, StoredDeed.digest == line.digest)
    return line == NONE or session.scalar(query) is not None


def _deed(stored: StoredDeed) -> Deed:
    return Deed(stored.number, aware(stored.at), stored.who, stored.what, stored.about)


def _words(deed: Deed, before: str) -> bytes:
    """What the digest of a line is made of."""
    moment = deed.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    line = "\x1f".join((before, str(deed.number), moment, deed.who, deed.what, deed.about))
    return line.encode("utf-8", "surrogatepass")
