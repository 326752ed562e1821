"""Events written down: who did what when, append-only, never with personal data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.model import Actor, Change


def happened(
    session: Session,
    case: t.StoredCase | None,
    by: Actor,
    kind: str,
    what: str,
    at: dt.datetime,
    *,
    changes: Sequence[Change] = (),
    undoes: int | None = None,
) -> None:
    """Append an event, of a case in its present version or of none."""
    session.add(
        t.StoredEvent(
            case_id=case.id if case else None,
            version=case.version if case else 0,
            at=at,
            account=by.account,
            name=by.name,
            role=by.role.value,
            kind=kind,
            what=what,
            changes=[asdict(one) for one in changes],
            undoes=undoes,
        )
    )
    session.flush()  # events keep the order in which they happened
