"""What waits until its person asks for it: the rest of an answer (继续), or an answer that came late (查看)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.render.wechat_messages import Message, News, Text
from assistant.wechat.tables import StoredKept


class Kept:
    """The answers in the database; of each person one whose beginning was shown, and any number not seen yet."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = now) -> None:
        self._engine = engine
        self._clock = clock

    def put(self, openid: str, messages: Sequence[Message], *, begun: bool) -> None:
        """Keep an answer, or the rest of one; the rest of an earlier one nobody will miss."""
        if not messages:
            return
        body = {"begun": begun, "messages": [_stored(one) for one in messages]}
        with Session(self._engine) as session, session.begin():
            if begun:
                session.execute(delete(StoredKept).where(StoredKept.id.in_(self._ids(session, openid, begun=True))))
            session.add(StoredKept(openid=openid, body=body, at=self._clock()))

    def take(self, openid: str, *, begun: bool) -> list[Message]:
        """The rest of an answer, or the oldest one not seen; the other where there is none; nothing where nothing waits."""
        with Session(self._engine) as session, session.begin():
            ids = self._ids(session, openid, begun=begun) or self._ids(session, openid, begun=not begun)
            for row in (session.get(StoredKept, one, with_for_update=True) for one in ids):
                if row is not None:  # not taken by another process meanwhile
                    messages = [_message(one) for one in row.body["messages"]]
                    session.delete(row)
                    return messages
        return []

    @staticmethod
    def _ids(session: Session, openid: str, *, begun: bool) -> list[int]:
        rows = session.scalars(select(StoredKept).where(StoredKept.openid == openid).order_by(StoredKept.id))
        return [row.id for row in rows if row.body["begun"] is begun]


def _stored(message: Message) -> dict[str, Any]:
    """What is kept of a message: no menu, which only customer service may send."""
    return {key: value for key, value in asdict(message).items() if key != "menu"}


def _message(stored: dict[str, Any]) -> Message:
    return News(**stored) if "url" in stored else Text(**stored)
