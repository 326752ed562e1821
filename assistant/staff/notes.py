"""Notes (备注): what the staff tell one another beside a guide or a department; no citizen ever sees them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.errors import NotFound, Refused
from assistant.staff.accounts import Account
from assistant.staff.roles import Role
from assistant.staff.tables import StoredAccount, StoredNote
from assistant.text import cleaned

LONGEST = 300
MAY_ERASE = (Role.HEAD, Role.ADMINISTRATOR)  # besides whoever wrote it


@dataclass(frozen=True)
class Note:
    """One note."""

    id: int
    about: str  # guide.<id> or department.<id>
    text: str
    who: str
    account_id: int
    at: dt.datetime


class Notes:
    """The notes in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def about(self, about: str) -> list[Note]:
        """What was noted about something, newest first."""
        query = (
            select(StoredNote, StoredAccount.shown)
            .join(StoredAccount, StoredAccount.id == StoredNote.account_id)
            .where(StoredNote.about == about)
            .order_by(StoredNote.id.desc())
        )
        with Session(self._engine) as session:
            return [_note(stored, who) for stored, who in session.execute(query)]

    def add(self, about: str, text: str, account: Account) -> int:
        """Note something; Refused where it says nothing or too much."""
        said = cleaned(text)
        if not said:
            raise Refused("还没写备注。")
        if len(said) > LONGEST:
            raise Refused(f"备注最多 {LONGEST} 个字，请写短些。")
        with Session(self._engine) as session, session.begin():
            new = StoredNote(about=about[:120], text=said, account_id=account.id, at=now())
            session.add(new)
            session.flush()
            return new.id

    def erase(self, number: int, account: Account) -> str:
        """Erase a note; gives what it was about. Refused to who neither wrote it nor looks after them."""
        with Session(self._engine) as session, session.begin():
            stored = session.get(StoredNote, number)
            if stored is None:
                raise NotFound("没有这条备注，可能已经删了。")
            if stored.account_id != account.id and account.role not in MAY_ERASE:
                raise Refused("别人写的备注，请他自己或者窗口负责人删。")
            session.execute(delete(StoredNote).where(StoredNote.id == number))
            return stored.about


def _note(stored: StoredNote, who: str) -> Note:
    return Note(stored.id, stored.about, stored.text, who, stored.account_id, aware(stored.at))
