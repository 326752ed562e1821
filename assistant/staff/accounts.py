"""Accounts (账号): who may sign in, as what; made by an administrator, with a password that must be changed at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import aware, now
from assistant.errors import NotFound, Refused
from assistant.staff import passwords
from assistant.staff.failures import Failures
from assistant.staff.roles import Role
from assistant.staff.tables import StoredAccount, StoredSession
from assistant.text import cleaned, folded

FIRST_GOOD_FOR = dt.timedelta(days=7)
WRONG = "名字或者密码不对。"
NAME_WRONG = "登录名用 2 到 20 个汉字、字母、数字，中间可以有 . - _，不要空格。"
_NAME = re.compile(r"[\w一-鿿][\w一-鿿.-]{1,19}")


@dataclass(frozen=True)
class Account:
    """Somebody of the staff."""

    id: int
    name: str  # what is typed in
    shown: str  # what others read
    role: Role
    region: str | None  # the county of the window
    department: str | None
    first: bool  # has not chosen a password yet
    active: bool
    made_at: dt.datetime
    last_in: dt.datetime | None


class Accounts:
    """The accounts in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.failures = Failures(engine)

    def add(
        self, name: str, role: Role, *, shown: str = "", region: str | None = None, department: str | None = None
    ) -> tuple[Account, str]:
        """A new account and its first password, which is told only now; Refused where the name will not do."""
        known = one_spelling(name)
        if not _NAME.fullmatch(known):
            raise Refused(NAME_WRONG)
        if role is Role.DEPARTMENT and not department:
            raise Refused("部门经办要写明是哪个部门。")
        first = passwords.first_password()
        new = StoredAccount(
            name=known,
            shown=cleaned(shown)[:40] or cleaned(name),
            role=role.value,
            region=region or None,
            department=department or None,
            password=passwords.hashed(first),
            password_at=now(),
            first=True,
            active=True,
            made_at=now(),
        )
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                session.add(new)
        except IntegrityError as error:
            raise Refused(f"已经有叫“{known}”的账号了，换个登录名。") from error
        return _account(new), first

    def all(self) -> list[Account]:
        """Everyone, in the order of the roles, then of the names."""
        with Session(self._engine) as session:
            found = [_account(one) for one in session.scalars(select(StoredAccount))]
        return sorted(found, key=lambda one: (not one.active, list(Role).index(one.role), one.name))

    def named(self, name: str) -> Account:
        """The account of a name; NotFound where there is none."""
        with Session(self._engine) as session:
            return _account(_named(session, name))

    def reset(self, name: str) -> tuple[Account, str]:
        """A new first password; who is signed in with the old one is signed out."""
        first = passwords.first_password()
        with Session(self._engine) as session, session.begin():
            stored = _named(session, name)
            stored.password, stored.password_at, stored.first = passwords.hashed(first), now(), True
            session.execute(delete(StoredSession).where(StoredSession.account_id == stored.id))
            changed = _account(stored)
        self.failures.forget(changed.name)
        return changed, first

    def switch(self, name: str, *, on: bool) -> Account:
        """Let somebody sign in, or no longer; Refused for the last administrator."""
        with Session(self._engine) as session, session.begin():
            stored = _named(session, name)
            was_administrator = _administers(stored)
            stored.active = on
            session.flush()
            if was_administrator:
                _keep_an_administrator(session)
            if not on:
                session.execute(delete(StoredSession).where(StoredSession.account_id == stored.id))
            return _account(stored)

    def place(self, name: str, role: Role, *, region: str | None = None, department: str | None = None) -> Account:
        """Another role, county or department; it holds from the next click on. Refused for the last administrator."""
        if role is Role.DEPARTMENT and not department:
            raise Refused("部门经办要写明是哪个部门。")
        with Session(self._engine) as session, session.begin():
            stored = _named(session, name)
            was_administrator = _administers(stored)
            stored.role, stored.region, stored.department = role.value, region or None, department or None
            session.flush()
            if was_administrator:
                _keep_an_administrator(session)
            return _account(stored)

    def sign_in(self, name: str, password: str) -> Account:
        """Whose name and password these are; Refused, and counted, where they are nobody's."""
        known = one_spelling(name)
        left = self.failures.count(known)
        with Session(self._engine) as session:
            stored = session.scalar(select(StoredAccount).where(StoredAccount.name == known))
            right = passwords.matches(stored.password if stored else _nobody(), password)
        if stored is None or not right or not stored.active:
            raise Refused(f"{WRONG}{_tries(left)}")
        self.failures.forget(known)
        if stored.first and aware(stored.password_at) + FIRST_GOOD_FOR < now():
            raise Refused(f"这个首次密码发了 {FIRST_GOOD_FOR.days} 天没用，已经作废。请管理员再发一个。")
        values: dict[str, object] = {"last_in": now()}
        if passwords.outdated(stored.password):
            values["password"] = passwords.hashed(password)
        with Session(self._engine) as session, session.begin():
            session.execute(update(StoredAccount).where(StoredAccount.id == stored.id).values(values))
        return _account(stored)

    def check(self, account: Account, password: str) -> None:
        """Refused, and counted, where this is not the password of an account."""
        left = self.failures.count(account.name)
        with Session(self._engine) as session:
            stored = _named(session, account.name)
            if not passwords.matches(stored.password, password):
                raise Refused(f"密码不对。{_tries(left)}")
        self.failures.forget(account.name)

    def choose(self, account: Account, old: str, new: str, again: str) -> None:
        """A password that somebody chose; Refused with the sentence that says what is wrong with it."""
        self.check(account, old)
        if new != again:
            raise Refused("两遍新密码不一样，请再打一遍。")
        if new == old:
            raise Refused("新密码和原来的一样，请换一个。")
        if fault := passwords.fault(new, account.name):
            raise Refused(fault)
        with Session(self._engine) as session, session.begin():
            values = {"password": passwords.hashed(new), "password_at": now(), "first": False}
            session.execute(update(StoredAccount).where(StoredAccount.id == account.id).values(values))


def one_spelling(name: str) -> str:
    """A name as it is kept: width, case and traditional characters make no difference."""
    return folded(cleaned(name)).strip()[:40]


def account_of(stored: StoredAccount) -> Account:
    """A row as what it stands for."""
    return _account(stored)


def _account(stored: StoredAccount) -> Account:
    return Account(
        stored.id,
        stored.name,
        stored.shown,
        Role(stored.role),
        stored.region,
        stored.department,
        stored.first,
        stored.active,
        aware(stored.made_at),
        aware(stored.last_in) if stored.last_in else None,
    )


def _named(session: Session, name: str) -> StoredAccount:
    found = session.scalar(select(StoredAccount).where(StoredAccount.name == one_spelling(name)))
    if found is None:
        raise NotFound(f"没有叫“{cleaned(name)[:40]}”的账号")
    return found


def _administers(stored: StoredAccount) -> bool:
    return stored.active and stored.role == Role.ADMINISTRATOR.value


def _keep_an_administrator(session: Session) -> None:
    administrators = select(func.count()).where(
        StoredAccount.role == Role.ADMINISTRATOR.value, StoredAccount.active.is_(True)
    )
    if not session.scalar(administrators):
        raise Refused("这是最后一个能用的管理员，不能停，也不能改成别的角色。先加一个管理员。")


def _tries(left: int) -> str:
    return f"再错 {left} 次，要等一刻钟。" if 0 < left <= 2 else ("再试就要等一刻钟了。" if left == 0 else "")


@cache
def _nobody() -> str:
    """A hash to compare with where there is no such name: both answers take the same time."""
    return passwords.hashed(passwords.first_password())
