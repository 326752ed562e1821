"""Issued checklists: made from a profile under today's knowledge, kept as they were issued, found by their token."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.db import StoredChecklist, now
from assistant.errors import NotFound
from assistant.knowledge.whole import Knowledge

# Without characters that are read wrongly from paper: no 0 o 1 l i.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
TOKEN_LENGTH = 12


class IssuedChecklists:
    """The checklists in the database."""

    def __init__(self, knowledge: Knowledge, engine: Engine, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._knowledge = knowledge
        self._engine = engine
        self._today = today

    def use(self, knowledge: Knowledge) -> None:
        """Make new checklists from this knowledge; issued ones stay as they are."""
        self._knowledge = knowledge

    def issue(self, profile: Profile) -> tuple[str, Checklist]:
        """A new checklist for a profile, with its token."""
        checklist = make_checklist(self._knowledge, profile, self._today())
        token = "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))
        with Session(self._engine) as session, session.begin():
            body = checklist.model_dump(mode="json", by_alias=True)
            session.add(StoredChecklist(token=token, body=body, issued_at=now()))
        return token, checklist

    def get(self, token: str) -> Checklist:
        """The checklist of a token, as it was issued; NotFound where there is none."""
        with Session(self._engine) as session:
            stored = session.get(StoredChecklist, token)
            if stored is None:
                raise NotFound("没有这张清单，可能网址抄错了。回到首页重新列一张，几句话就好。")
            return Checklist.model_validate(stored.body)

    def withdraw(self, *tokens: str) -> None:
        """Erase checklists; their addresses lead nowhere from then on."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredChecklist).where(StoredChecklist.token.in_(tokens)))
