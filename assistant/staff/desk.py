"""Desk: everything of the staff over one database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from assistant.staff.accounts import Accounts
from assistant.staff.audit import Audit
from assistant.staff.contacts import Contacts
from assistant.staff.inbox import Inbox
from assistant.staff.notes import Notes
from assistant.staff.sessions import LOCKED_AFTER, Sessions


@dataclass(frozen=True)
class Desk:
    """Accounts, sessions, the log, contacts, notes and the inbox."""

    accounts: Accounts
    sessions: Sessions
    audit: Audit
    contacts: Contacts
    notes: Notes
    inbox: Inbox


def desk(engine: Engine, data: Path, locked_after: dt.timedelta = LOCKED_AFTER) -> Desk:
    """The desk over a database; the key of the log is in the data folder."""
    audit = Audit(engine, data)
    return Desk(
        Accounts(engine), Sessions(engine, locked_after), audit, Contacts(engine), Notes(engine), Inbox(engine, audit)
    )
