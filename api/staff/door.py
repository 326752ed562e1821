"""The door: signing in and out, locking and unlocking the screen, choosing a password."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from api.auth import (
    COOKIE,
    DOOR_COOKIE,
    EVERYONE,
    PLACE,
    SIGN_INS,
    Signed,
    Staff,
    anybody,
    door_key,
    forget,
    onward,
    remember,
    role,
)
from api.deps import Parts
from api.staff.shell import At, door_page, new_router, to
from assistant.attempts import Attempts, TooMany
from assistant.errors import NotFound, Refused
from assistant.issued import IssuedChecklists
from assistant.staff.desk import Desk
from assistant.staff.failures import Resting
from assistant.staff.passwords import SHORTEST

router = new_router()
NOBODY = "没有这个账号"
Words = Annotated[str, Form(max_length=400)]


@router.get("/sign-in", dependencies=[anybody()])
def ask(request: Request, staff: Staff, next: str = PLACE) -> Response:
    """Name and password; whoever is signed in goes on at once."""
    if staff.sessions.find(request.cookies.get(COOKIE)):
        return to(onward(next))
    return _door(request, next)


@router.post("/sign-in", dependencies=[anybody()])
def sign_in(
    request: Request, parts: Parts, staff: Staff, name: Words = "", password: Words = "", next: Words = PLACE
) -> Response:
    """In, to the page that was wanted; the form again, with a kind sentence, where it is not them."""
    assert isinstance(parts.checklists, IssuedChecklists)
    tries = Attempts(parts.checklists.engine, counting=not parts.settings.demo)
    try:
        tried = tries.count(SIGN_INS, f"address:{request.client.host if request.client else ''}")
        account = staff.accounts.sign_in(name, password)
    except TooMany as many:
        return _door(request, next, name, str(many), 429)
    except Refused as error:
        staff.audit.note(_known(staff, name), "sign_in_refused")
        return _door(request, next, name, str(error), 429 if isinstance(error, Resting) else 422)
    tries.take_back(tried)
    staff.audit.note(account.name, "sign_in")
    response = to("/staff/password" if account.first else onward(next), next=onward(next) if account.first else "")
    return remember(response, request, staff.sessions.begin(account))


@router.post("/sign-out", dependencies=[role(*EVERYONE, locked=True, first=True)])
def sign_out(staff: Staff, who: Signed) -> Response:
    """Out; the key is worth nothing any more."""
    staff.sessions.end(who.key)
    staff.audit.note(who.account.name, "sign_out")
    return forget(to("/staff/sign-in"))


@router.post("/lock", dependencies=[role(*EVERYONE, locked=True, first=True)])
def lock(staff: Staff, who: Signed, next: Words = PLACE) -> Response:
    """Leave the desk: nothing is shown until the password is told."""
    staff.sessions.lock(who.key)
    return to("/staff/unlock", next=onward(next))


@router.get("/unlock", dependencies=[role(*EVERYONE, locked=True, first=True)])
def ask_again(screen: At, next: str = PLACE) -> Response:
    """The password, and work goes on where it stopped."""
    return screen.fragment("staff/unlock.html", next=onward(next), wrong="") if screen.who.locked else to(onward(next))


@router.post("/unlock", dependencies=[role(*EVERYONE, locked=True, first=True)])
def unlock(screen: At, password: Words = "", next: Words = PLACE) -> Response:
    """Back at the desk."""
    try:
        screen.staff.accounts.check(screen.who.account, password)
    except Refused as error:
        screen.note("unlock_refused")
        status = 429 if isinstance(error, Resting) else 422
        return screen.fragment("staff/unlock.html", status=status, next=onward(next), wrong=str(error))
    screen.staff.sessions.unlock(screen.who.key)
    screen.note("unlock")
    return to(onward(next))


@router.get("/password", dependencies=[role(*EVERYONE, first=True)])
def ask_for_new(screen: At, next: str = PLACE) -> Response:
    """A password of one's own."""
    return screen.page("staff/password.html", next=onward(next), wrong="", shortest=SHORTEST)


@router.post("/password", dependencies=[role(*EVERYONE, first=True)])
def choose(screen: At, old: Words = "", new: Words = "", again: Words = "", next: Words = PLACE) -> Response:
    """The new one from now on, and signed out everywhere else."""
    try:
        screen.staff.accounts.choose(screen.who.account, old, new, again)
    except Refused as error:
        told = {"next": onward(next), "wrong": str(error), "shortest": SHORTEST}
        return screen.page("staff/password.html", status=429 if isinstance(error, Resting) else 422, **told)
    screen.staff.sessions.end_others(screen.who)
    screen.note("password")
    return to(onward(next))


@router.get("/awake", dependencies=[role(*EVERYONE)])
def awake() -> Response:
    """Somebody is writing: the screen stays open."""
    return Response(status_code=204)


def _known(staff: Desk, name: str) -> str:
    """The name for the log; what nobody is called is not written down, as it may be a password."""
    try:
        return staff.accounts.named(name).name
    except NotFound:
        return NOBODY


def _door(request: Request, next: str, name: str = "", wrong: str = "", status: int = 200) -> Response:
    key = door_key(request)
    told = {"csrf": key, "next": onward(next), "name": name[:40], "wrong": wrong}
    response = door_page(request, "staff/sign_in.html", status=status, **told)
    secure = request.url.scheme == "https"
    response.set_cookie(DOOR_COOKIE, key, httponly=True, samesite="strict", secure=secure, path=PLACE)
    return response
