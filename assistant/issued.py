"""Issued checklists: made from a profile under today's knowledge, kept as they were issued, found by token or code."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.changes import Change, at_home, changes, same_keys
from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile, Way
from assistant.db import StoredChecklist, Table, lasting, now
from assistant.errors import NotFound
from assistant.knowledge.whole import Knowledge
from assistant.ticks import Ticks

# Without characters that are read wrongly from paper: no 0 o 1 l i.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
TOKEN_LENGTH = 12
CODE_LENGTH = 8  # of 31 characters each, and few tries: nobody guesses one


class StoredRenewal(Table):
    """Which checklist took the place of another."""

    __tablename__ = "renewals"

    old: Mapped[str] = mapped_column(String(32), primary_key=True)
    new: Mapped[str] = mapped_column(String(32), index=True)


@dataclass(frozen=True)
class Since:
    """What has happened since a checklist was issued."""

    changes: tuple[Change, ...] = ()
    newer: str | None = None  # the token of the one that took its place


class IssuedChecklists:
    """The checklists in the database."""

    def __init__(self, knowledge: Knowledge, engine: Engine, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._knowledge = knowledge
        self.engine = engine
        self.today = today

    def use(self, knowledge: Knowledge) -> None:
        """Make new checklists from this knowledge; issued ones stay as they are."""
        self._knowledge = knowledge

    @cached_property
    def ticks(self) -> Ticks:
        """What is done on them."""
        return Ticks(self.engine)

    def issue(self, profile: Profile) -> tuple[str, Checklist]:
        """A new checklist for a profile, with its token."""
        checklist = make_checklist(self._knowledge, profile, self.today())
        with Session(self.engine) as session, session.begin():
            lasting(session)
            token = _fresh(session)
            body = checklist.model_dump(mode="json", by_alias=True)
            session.add(StoredChecklist(token=token, body=body, issued_at=now()))
        return token, checklist

    def get(self, token: str) -> Checklist:
        """The checklist of a token, as it was issued; NotFound where there is none."""
        with Session(self.engine) as session:
            stored = session.get(StoredChecklist, token)
            if stored is None:
                raise NotFound("没有这张清单，可能网址抄错了。回到首页重新列一张，几句话就好。")
            try:
                return Checklist.model_validate(stored.body)
            except ValidationError as error:
                raise NotFound("这张清单是旧版开的，现在打不开了。回到首页重新列一张，几句话就好。") from error

    def by_code(self, code: str) -> str | None:
        """The token of a short code, however it was typed; None where there is none."""
        plain = "".join(character for character in code.lower() if character in ALPHABET)
        if len(plain) != CODE_LENGTH:
            return None
        with Session(self.engine) as session:
            found = session.scalars(select(StoredChecklist.token).where(StoredChecklist.token.startswith(plain))).all()
        return found[0] if len(found) == 1 else None

    def since(self, token: str, checklist: Checklist) -> Since:
        """What today's knowledge says otherwise, and whether a newer checklist took the place of this one."""
        newer = self._newer(token)
        if newer or checklist.knowledge_digest == self._knowledge.digest:
            return Since(newer=newer)
        profile = at_home(self._knowledge, checklist.profile)
        return Since(changes(checklist, make_checklist(self._knowledge, profile, checklist.issued_on)))

    def renew(self, token: str, **told: Any) -> str:
        """The token of what takes the place of a checklist: the newest one, or, where today's knowledge or what is told
        now makes a difference, a fresh one, ticked where nothing changed."""
        newest = self._newer(token) or token
        old = self.get(newest)
        if not told and old.knowledge_digest == self._knowledge.digest:
            return newest
        fresh, checklist = self.issue(at_home(self._knowledge, old.profile).with_(**told))
        self.ticks.carry(newest, fresh, same_keys(old, checklist))
        with Session(self.engine) as session, session.begin():
            session.merge(StoredRenewal(old=newest, new=fresh))
        return fresh

    def choose(self, token: str, guide_id: str, way: Way) -> str:
        """The token of the checklist on which one entry is gone for in this way, by the window or by oneself."""
        ways = self.get(self._newer(token) or token).profile.proxy_by_entry
        return self.renew(token, proxy_by_entry={**ways, guide_id: way})

    def withdraw(self, *tokens: str) -> None:
        """Erase checklists, those that took their place and their ticks; their addresses lead nowhere from then on."""
        doomed = {*tokens}
        while later := {one for token in doomed if (one := self._newer(token, last=False))} - doomed:
            doomed |= later
        with Session(self.engine) as session, session.begin():
            session.execute(delete(StoredChecklist).where(StoredChecklist.token.in_(doomed)))
            session.execute(delete(StoredRenewal).where(StoredRenewal.old.in_(doomed) | StoredRenewal.new.in_(doomed)))
        self.ticks.forget(*doomed)

    def _newer(self, token: str, *, last: bool = True) -> str | None:
        """What took the place of a checklist: the last in the row, or the next."""
        with Session(self.engine) as session:
            found = None
            while (step := session.get(StoredRenewal, found or token)) is not None:
                found = step.new
                if not last:
                    break
            return found


def code_of(token: str) -> str:
    """The short code of a checklist: how its token begins."""
    return token[:CODE_LENGTH]


def _fresh(session: Session) -> str:
    """A token whose code no other checklist has."""
    while True:
        token = "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))
        taken = select(StoredChecklist.token).where(StoredChecklist.token.startswith(code_of(token))).limit(1)
        if session.scalar(taken) is None:
            return token
