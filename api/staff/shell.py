"""The shell of the console: routes that ask who comes, the screen that pages are drawn on, the tabs above them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException as Unreadable

from api.auth import (
    AT_THE_DESK,
    AT_THE_WINDOW,
    EDITORS,
    EVERYONE,
    PLACE,
    SAFE_METHODS,
    Allowed,
    Anybody,
    Signed,
    Staff,
    Turned,
)
from api.deps import Parts, Service
from api.html import BIG, rendered
from assistant.errors import NotFound
from assistant.staff.desk import Desk
from assistant.staff.roles import Role
from assistant.staff.sessions import Session

LONGEST_FORM = 256 * 1024  # bytes


@dataclass(frozen=True)
class Tab:
    """One of the pages that are always a key away."""

    label: str
    href: str
    key: str  # Alt and this letter
    roles: tuple[Role, ...]
    count: str = ""  # which figure stands beside it


TABS = (
    Tab("查一查", "/staff", "s", EVERYONE),
    Tab("留言", "/staff/messages", "m", AT_THE_WINDOW, "messages"),
    Tab("纠错", "/staff/reports", "r", (*AT_THE_WINDOW, Role.EDITOR), "reports"),
    Tab("收件", "/staff/intake", "x", AT_THE_WINDOW),
    Tab("办件", "/staff/cases", "b", AT_THE_WINDOW),
    Tab("等结果", "/staff/ours", "b", (Role.DEPARTMENT,)),
    Tab("会商", "/staff/report", "h", (*AT_THE_WINDOW, Role.ADMINISTRATOR)),
    Tab("编辑", EDITORS, "w", AT_THE_DESK),
    Tab("联系人", "/staff/contacts", "l", (Role.HEAD, Role.ADMINISTRATOR)),
    Tab("账号", "/staff/accounts", "a", (Role.ADMINISTRATOR,)),
    Tab("记录", "/staff/log", "j", (Role.ADMINISTRATOR,)),
)


class StaffRoute(APIRoute):
    """A route that says who may come in (it cannot be made without), and answers refusals in the console's own look."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if not asks_who(self.dependant):
            raise TypeError(f"{path} does not say who may come in: give it role(…) or anybody()")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with every refusal as a page or, for scripts, as JSON."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Turned as turned:
                return _turned(request, turned.to)
            except NotFound as missing:
                return refused(request, 404, str(missing))
            except HTTPException as error:
                return refused(request, error.status_code, str(error.detail))
            except RequestValidationError:
                return refused(request, 422, "有一处没填对，请退回去看看，改好了再交。填过的还在。")
            except Unreadable:  # a form that is no form, or holds more than any of ours
                return refused(request, 422, "交上来的东西太长，或者不完整，没有收下。请退回去，改短了再交。")

        return handled


def asks_who(dependant: Dependant) -> bool:
    """Whether somebody is asked who they are before a route is walked, or it is said to be for everybody."""
    return any(isinstance(one.call, Allowed | Anybody) or asks_who(one) for one in dependant.dependencies)


def new_router(place: str = PLACE, longest: int = LONGEST_FORM) -> APIRouter:
    """A router for pages of the console."""
    return APIRouter(prefix=place, route_class=StaffRoute, include_in_schema=False, max_body_size=longest)


@dataclass(frozen=True)
class Screen:
    """What a page is drawn with: the request, the running parts, the desk, and who sits at it."""

    request: Request
    parts: Service
    staff: Desk
    who: Session

    @property
    def role(self) -> Role:
        """The role of whoever sits here."""
        return self.who.account.role

    @property
    def root(self) -> str:
        """The address of this site as people reach it."""
        return self.parts.settings.public_url.rstrip("/") or str(self.request.base_url).rstrip("/")

    def note(self, what: str, about: object = "") -> None:
        """Write a line of the log."""
        self.staff.audit.note(self.who.account.name, what, str(about))

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page; no browser keeps a copy."""
        messages, reports = self.staff.inbox.waiting()
        tabs = [tab for tab in TABS if self.role in tab.roles]
        context = {"tabs": tabs, "waiting": {"messages": messages, "reports": reports}, **context}
        return _html(self.request, template, status, screen=self, who=self.who.account, csrf=self.who.csrf, **context)

    def fragment(self, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A piece of a page for a script."""
        return _html(self.request, template, status, screen=self, who=self.who.account, csrf=self.who.csrf, **context)


async def _screen(request: Request, parts: Parts, staff: Staff, who: Signed) -> Screen:
    return Screen(request, parts, staff, who)


At = Annotated[Screen, Depends(_screen)]


def door_page(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for whoever is not signed in."""
    return _html(request, template, status, **context)


def to(path: str, **query: str) -> RedirectResponse:
    """On to another page, after something was done."""
    told = urlencode({key: value for key, value in query.items() if value})
    return RedirectResponse(f"{path}?{told}" if told else path, status_code=303)


def wants_piece(request: Request) -> bool:
    """Whether a script asks, not a person who opens a page."""
    return request.headers.get("X-Requested-With") == "staff" or "text/html" not in request.headers.get("accept", "")


def refused(request: Request, status: int, sentence: str) -> Response:
    """A refusal: a page, or JSON for scripts."""
    if wants_piece(request):
        return JSONResponse({"error": sentence}, status, headers={"Cache-Control": "no-store"})
    return _html(request, "staff/refused.html", status, sentence=sentence, status=status)


def _turned(request: Request, first: str) -> Response:
    """The way to the door, and back to the page that was wanted (what was sent is not sent again)."""
    if wants_piece(request):
        return JSONResponse({"error": "请先登录。", "to": first}, 401, headers={"Cache-Control": "no-store"})
    url = request.url
    wanted = f"{url.path}?{url.query}" if url.query else url.path
    return to(first, next=wanted if request.method in SAFE_METHODS and wanted != PLACE else "")


def _html(request: Request, template: str, code: int, /, **context: Any) -> HTMLResponse:
    big = request.cookies.get(BIG) == "1"
    body = rendered(template, big=big, path=request.url.path, **context)
    return HTMLResponse(body, status_code=code, headers={"Cache-Control": "no-store"})
