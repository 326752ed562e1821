"""Wrong tries: after five a name rests for a quarter of an hour, whether anybody is called so or not."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import Engine, case, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.errors import Refused
from assistant.staff.tables import StoredFailure

AT_MOST = 5
REST = dt.timedelta(minutes=15)


class Resting(Refused):
    """A name that was tried too often; `wait` is in how many seconds it may be tried again."""

    def __init__(self, wait: dt.timedelta) -> None:
        self.wait = max(int(wait.total_seconds()), 1)
        minutes = -(-self.wait // 60)
        super().__init__(
            f"连着错了 {AT_MOST} 次，先歇一歇，{minutes} 分钟后再试。忘了密码不要紧，请管理员重发一个，马上就能用。"
        )


class Failures:
    """The wrong tries in the database, counted for all web processes together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, name: str) -> int:
        """Count a try before it is judged, so that of several at once none is free; gives how many are left after it.

        Resting where the name has had enough.
        """
        who, moment = _digest(name), now()
        counted = (
            update(StoredFailure)
            .where(StoredFailure.who == who)
            .values(
                times=StoredFailure.times + 1,
                until=case((StoredFailure.times < AT_MOST, moment + REST), else_=StoredFailure.until),
            )
            .returning(StoredFailure.times, StoredFailure.until)
        )
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredFailure).where(StoredFailure.until <= moment))
            found = session.execute(counted).first()
            if found is None:
                try:
                    with session.begin_nested():
                        session.add(StoredFailure(who=who, times=1, until=moment + REST))
                    return AT_MOST - 1
                except IntegrityError:  # the same name in another process at the same moment
                    found = session.execute(counted).one()
            times, until = found
        if times > AT_MOST:
            raise Resting(aware(until) - moment)
        return AT_MOST - int(times)

    def forget(self, name: str) -> None:
        """The right password, or a new one, wipes out the wrong tries."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredFailure).where(StoredFailure.who == _digest(name)))

    def resting(self, name: str) -> bool:
        """Whether a name has to wait at this moment."""
        with Session(self._engine) as session:
            found = session.get(StoredFailure, _digest(name))
            return found is not None and found.times >= AT_MOST and aware(found.until) > now()


def _digest(name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
