"""Sessions: which browser is signed in as whom; kept here, so that signing out, switching off and locking hold at once."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session as Connection

from assistant.db import aware, now
from assistant.keys import digest_of, new_key
from assistant.staff.accounts import Account, account_of
from assistant.staff.tables import StoredAccount, StoredSession

KEPT_FOR = dt.timedelta(hours=12)  # since it was last used
LONGEST = dt.timedelta(hours=24)  # since it was begun: nobody stays signed in for ever by coming back
LOCKED_AFTER = dt.timedelta(minutes=30)  # without a click; then the password is asked for again, and work goes on
NOTED_EVERY = dt.timedelta(minutes=1)  # a click is written down no oftener


@dataclass(frozen=True)
class Session:
    """A browser that is signed in."""

    key: str
    account: Account
    csrf: str  # what each form has to send along
    locked: bool  # nobody clicked for a while: only the password leads on


class Sessions:
    """The sessions in the database."""

    def __init__(self, engine: Engine, locked_after: dt.timedelta = LOCKED_AFTER) -> None:
        self._engine = engine
        self.locked_after = locked_after

    def begin(self, account: Account) -> str:
        """Sign a browser in; the token for its cookie is told only now."""
        token, moment = new_key(), now()
        new = StoredSession(
            key=digest_of(token),
            account_id=account.id,
            csrf=new_key(),
            begun_at=moment,
            seen_at=moment,
            locked=False,
        )
        ended = (StoredSession.seen_at < moment - KEPT_FOR) | (StoredSession.begun_at < moment - LONGEST)
        with Connection(self._engine) as connection, connection.begin():
            connection.execute(delete(StoredSession).where(ended))
            connection.add(new)
        return token

    def find(self, token: str | None) -> Session | None:
        """Whose token this is; None where it is nobody's, or no longer."""
        if not token:
            return None
        moment = now()
        query = (
            select(StoredSession, StoredAccount)
            .join(StoredAccount, StoredAccount.id == StoredSession.account_id)
            .where(StoredSession.key == digest_of(token), StoredAccount.active.is_(True))
        )
        with Connection(self._engine, expire_on_commit=False) as connection:
            found = connection.execute(query).first()
        if found is None:
            return None
        stored, account = found
        seen, begun = aware(stored.seen_at), aware(stored.begun_at)
        if seen + KEPT_FOR < moment or begun + LONGEST < moment:
            return None
        locked = stored.locked or seen + self.locked_after < moment
        if not locked and seen + NOTED_EVERY < moment:
            with contextlib.suppress(SQLAlchemyError):  # a full disk must not take away the page
                self._set(stored.key, seen_at=moment)
        return Session(stored.key, account_of(account), stored.csrf, locked)

    def lock(self, key: str) -> None:
        """Ask for the password before anything else is shown."""
        self._set(key, locked=True)

    def unlock(self, key: str) -> None:
        """The password was right: work goes on where it stopped."""
        self._set(key, locked=False, seen_at=now())

    def end(self, key: str) -> None:
        """Sign a browser out."""
        with Connection(self._engine) as connection, connection.begin():
            connection.execute(delete(StoredSession).where(StoredSession.key == key))

    def end_others(self, session: Session) -> None:
        """Sign the same person out everywhere else."""
        others = (StoredSession.account_id == session.account.id) & (StoredSession.key != session.key)
        with Connection(self._engine) as connection, connection.begin():
            connection.execute(delete(StoredSession).where(others))

    def _set(self, key: str, **values: object) -> None:
        with Connection(self._engine) as connection, connection.begin():
            connection.execute(update(StoredSession).where(StoredSession.key == key).values(values))
