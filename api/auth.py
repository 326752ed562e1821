"""Who is signed in, and whether they may: every page of the staff asks here; what does not ask cannot be made.

`Signed` is the session of a request. `role(…)` in the dependencies of a route says who may come in; `anybody()` says
that it is for those, too, who are not signed in.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response

from api.deps import Parts
from assistant.attempts import Limit
from assistant.issued import IssuedChecklists
from assistant.staff.desk import Desk, desk
from assistant.staff.roles import Role
from assistant.staff.sessions import Session

COOKIE = "daoban_staff"
DOOR_COOKIE = "daoban_staff_door"  # what a form sends along that nobody is signed in for yet
FIELD = "csrf"
HEADER = "X-CSRF-Token"
PLACE = "/staff"
EDITORS = "/editors"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_ONWARD = re.compile(r"/(?:staff|editors)(?:[/?][^\\\s\x00-\x1f]*)?")


class Turned(Exception):
    """A request that has to go somewhere else first."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


async def _desk(parts: Parts) -> Desk:  # async, as it waits for nothing: a thread would cost more than it does
    assert isinstance(parts.checklists, IssuedChecklists)
    settings = parts.settings
    return desk(parts.checklists.engine, settings.data, dt.timedelta(minutes=settings.staff_lock_minutes))


Staff = Annotated[Desk, Depends(_desk)]


def _session(request: Request, staff: Staff) -> Session:
    """The session of the cookie; else the way to the door."""
    found = staff.sessions.find(request.cookies.get(COOKIE))
    if found is None:
        raise Turned("/staff/sign-in")
    return found


async def _meant(request: Request, found: Annotated[Session, Depends(_session)]) -> Session:
    """The session, where what is changed was sent from one of our own forms."""
    if request.method not in SAFE_METHODS:
        await _same(request, found.csrf)
    return found


async def door(request: Request) -> None:
    """Let a form through that was shown to this browser, though nobody is signed in."""
    if request.method not in SAFE_METHODS:
        await _same(request, request.cookies.get(DOOR_COOKIE, ""))


async def _same(request: Request, expected: str) -> None:
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    if not expected or not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(403, "这一页开得太久了，请退回去刷新一下，再交一次。填过的不用急，还在原来那一页上。")


Signed = Annotated[Session, Depends(_meant)]


class Allowed:
    """Who may come in; `locked` and `first` are whether a locked session, a first password, are let in, too."""

    def __init__(self, roles: tuple[Role, ...], *, locked: bool = False, first: bool = False) -> None:
        self.roles, self._locked, self._first = frozenset(roles), locked, first

    async def __call__(self, found: Signed) -> Session:
        """The session, where it may."""
        if found.locked and not self._locked:
            raise Turned("/staff/unlock")
        if found.account.first and not self._first:
            raise Turned("/staff/password")
        if found.account.role not in self.roles:
            raise HTTPException(403, f"这一页{found.account.role.label}用不着，所以没有开。确实要用，请找管理员。")
        return found


class Anybody:
    """A page for those who are not signed in."""

    async def __call__(self, request: Request) -> None:
        """Everybody may come in; what they send has to come from our form."""
        await door(request)


def role(*roles: Role, locked: bool = False, first: bool = False) -> Any:
    """A dependency that lets these roles in, and nobody else."""
    return Depends(Allowed(roles, locked=locked, first=first))


def anybody() -> Any:
    """A dependency that lets everybody in."""
    return Depends(Anybody())


EVERYONE = tuple(Role)
AT_THE_WINDOW = (Role.CLERK, Role.HEAD)
AT_THE_DESK = (Role.EDITOR, Role.HEAD, Role.ADMINISTRATOR)  # who change what people are told
# From one address: a hall behind one router makes mistakes together, a machine that guesses makes them all alone.
SIGN_INS = Limit("sign-in", 100, dt.timedelta(minutes=15), "这里登录得太多了，请过一刻钟再试。")


def onward(wanted: str) -> str:
    """Where to go after the door: a page of the staff, never another site."""
    return wanted if _ONWARD.fullmatch(wanted) else PLACE


def remember(response: Response, request: Request, token: str) -> Response:
    """Give the browser its key: no script reads it, no other site sends it, no plain line carries it where we have TLS."""
    secure = request.url.scheme == "https"
    for path in (PLACE, EDITORS):  # the pages of the people never see it
        response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path=path)
    return response


def forget(response: Response) -> Response:
    """Take the key away."""
    for path in (PLACE, EDITORS):
        response.delete_cookie(COOKIE, path=path)
    return response


def door_key(request: Request) -> str:
    """What the form at the door sends along: the browser's own, or a new one."""
    known = request.cookies.get(DOOR_COOKIE, "")
    return known if re.fullmatch(r"[\w-]{20,64}", known) else secrets.token_urlsafe(24)
