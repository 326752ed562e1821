"""Desk: everything of the staff over one database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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


def desk(engine: Engine, locked_after: dt.timedelta = LOCKED_AFTER) -> Desk:
    """The desk over a database."""
    return Desk(
        Accounts(engine), Sessions(engine, locked_after), Audit(engine), Contacts(engine), Notes(engine), Inbox(engine)
    )
