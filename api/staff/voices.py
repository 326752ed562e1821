"""What needs somebody above the window (疑难, 办不成事, 12345), and what applicants think of it (好差评)."""

from __future__ import annotations

from typing import cast

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.counter import AtCounter, Counter
from api.staff.filled import Form as Fields
from api.staff.shell import new_router, to
from assistant.cases.model import LEVELS, MATTERS, MatterKind
from assistant.errors import NotFound, Refused
from assistant.staff.roles import Role

router = new_router()
AT = [role(*AT_THE_WINDOW)]
SEES_RATINGS = [role(*AT_THE_WINDOW, Role.ADMINISTRATOR)]


@router.get("/matters", dependencies=AT)
def matters(at: AtCounter, done: bool = False) -> HTMLResponse:
    """The matters that wait, or those that have a result."""
    return _matters(at, done=done)


@router.post("/matters", dependencies=AT)
def escalate(at: AtCounter, filled: Fields) -> Response:
    """A new one, of a case or of none."""
    kind, number = cast(MatterKind, filled.text("kind")), filled.text("case", 20)
    try:
        at.cases.escalate(kind, filled.text("words"), by=at.by, number=number or None)
    except (Refused, NotFound) as refused:
        return _matters(at, wrong=str(refused), words=filled.text("words"), number=number, kind=kind)
    return to("/staff/matters")


@router.post("/matters/{matter}", dependencies=AT)
def settle(at: AtCounter, matter: int, filled: Fields) -> Response:
    """Closed, with its result."""
    try:
        at.cases.settle(matter, filled.text("result"), by=at.by)
    except Refused as refused:
        return _matters(at, wrong=str(refused))
    return to("/staff/matters")


@router.get("/ratings", dependencies=SEES_RATINGS)
def ratings(at: AtCounter) -> HTMLResponse:
    """The ratings; who rated is shown to the head of the window, and not to a clerk."""
    return _ratings(at)


@router.post("/ratings/{rating}", dependencies=[role(Role.HEAD)])
def follow_up(at: AtCounter, rating: int, filled: Fields) -> Response:
    """What came of asking after a low one."""
    try:
        at.cases.follow_up(rating, filled.text("result", 300), by=at.by)
    except Refused as refused:
        return _ratings(at, wrong=str(refused))
    return to("/staff/ratings")


def _matters(
    at: Counter, *, done: bool = False, wrong: str = "", words: str = "", number: str = "", kind: str = "hard"
) -> HTMLResponse:
    found = [one for one in at.cases.matters(waiting=not done) if not done or one.closed_at]
    told = {"kinds": MATTERS, "done": done, "words": words, "number": number, "kind": kind}
    return at.page("staff/case_matters.html", status=422 if wrong else 200, found=found, wrong=wrong, **told)


def _ratings(at: Counter, wrong: str = "") -> HTMLResponse:
    status = 422 if wrong else 200
    return at.page(
        "staff/case_ratings.html", status=status, found=at.cases.ratings(by=at.by), levels=LEVELS, wrong=wrong
    )
