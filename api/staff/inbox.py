"""Both queues as pages: what people left word of, what they say is wrong; waiting and done."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.staff.cards import card
from api.staff.shell import At, Screen, new_router, to
from assistant.errors import NotFound
from assistant.staff.roles import Role

router = new_router()
CHECKS_FACTS = (*AT_THE_WINDOW, Role.EDITOR)
Done = Annotated[bool, Form()]


@router.get("/messages", dependencies=[role(*AT_THE_WINDOW)])
def messages(screen: At, done: bool = False, show: str = "") -> HTMLResponse:
    """The messages that wait, or those that are done; one of them beside."""
    return _queue(screen, "message", screen.staff.inbox.messages(done=done), done, show)


@router.post("/messages/{number}", dependencies=[role(*AT_THE_WINDOW)])
def settle_message(screen: At, number: int, done: Done = True) -> Response:
    """Dealt with, or back into the queue; then the next one."""
    screen.staff.inbox.settle_message(number, screen.who.account.name, done=done)
    return to("/staff/messages")


@router.get("/reports", dependencies=[role(*CHECKS_FACTS)])
def reports(screen: At, done: bool = False, show: str = "") -> HTMLResponse:
    """The facts that people say are wrong, or those that are checked; one of them beside."""
    return _queue(screen, "report", screen.staff.inbox.reports(done=done), done, show)


@router.post("/reports/{number}", dependencies=[role(*CHECKS_FACTS)])
def settle_report(screen: At, number: int, done: Done = True) -> Response:
    """Checked, or back into the queue; then the next one."""
    screen.staff.inbox.settle_report(number, screen.who.account.name, done=done)
    return to("/staff/reports")


def _queue(screen: Screen, kind: str, found: list[Any], done: bool, show: str) -> HTMLResponse:
    """A queue with a card beside it; only what was chosen is opened, because opening is noted."""
    shown = ""
    if show:
        if not show.startswith(f"{kind}."):
            raise NotFound("没有这一条。")
        shown = card(screen, show)
    return screen.page("staff/queue.html", kind=kind, found=found, done=done, chosen=show, card=shown)
