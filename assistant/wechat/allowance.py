"""Allowance (下发额度): how many customer-service messages WeChat still lets us send to a person.

WeChat's rule since June 2023: five within 48 hours of a message; three within a minute of a tap on the menu (or on a choice
inside a message), a follow or a scan. A window opens anew each time and ends before its last second does, because the
message is under way for a while. Where both windows are open a message counts in both: WeChat does not say in which it
counts, so we promise ourselves the smaller number.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_

from assistant.db import aware
from assistant.wechat.tables import StoredPerson

Kind = Literal["message", "menu", "follow", "scan"]
AFTER_A_MESSAGE = 5
AFTER_A_TAP = 3
MESSAGE_OPENS = dt.timedelta(hours=48) - dt.timedelta(minutes=1)
TAP_OPENS = dt.timedelta(minutes=1) - dt.timedelta(seconds=5)


def heard(person: StoredPerson, kind: Kind, now: dt.datetime) -> None:
    """Open a window: they wrote, or tapped, followed or scanned."""
    if kind == "message":
        person.heard_at, person.left = now, AFTER_A_MESSAGE
    else:
        person.tapped_at, person.taps_left = now, AFTER_A_TAP


def may_send(person: StoredPerson, now: dt.datetime) -> bool:
    """Whether a message to them would be taken now."""
    return person.subscribed and (
        (person.left > 0 and _open(person.heard_at, MESSAGE_OPENS, now))
        or (person.taps_left > 0 and _open(person.tapped_at, TAP_OPENS, now))
    )


def may_be_sent_to(now: dt.datetime) -> ColumnElement[bool]:
    """The same as a condition on the table of people."""
    message = and_(StoredPerson.left > 0, StoredPerson.heard_at > now - MESSAGE_OPENS)
    tap = and_(StoredPerson.taps_left > 0, StoredPerson.tapped_at > now - TAP_OPENS)
    return and_(StoredPerson.subscribed, or_(message, tap))


def sent(person: StoredPerson) -> None:
    """Count a message that was sent, or may have been."""
    person.left, person.taps_left = max(person.left - 1, 0), max(person.taps_left - 1, 0)


def used_up(person: StoredPerson) -> None:
    """WeChat says that nothing is left, whatever we counted."""
    person.left = person.taps_left = 0


def _open(since: dt.datetime | None, lasts: dt.timedelta, now: dt.datetime) -> bool:
    """Whether a window is open; one that another server's clock dates into the near future is."""
    return since is not None and now - aware(since) < lasts
