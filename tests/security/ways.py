"""Every way into the application: who may take it. A new route fails the tests until it is listed here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route

from assistant.staff.roles import Role
from tests.builders import REGISTRAR

ALL_OPEN = {"webhook_key": "k" * 40, "wechat_app_id": "wx0000000000000001", "wechat_token": "tokenofthetests"}
Way = tuple[str, str]  # method and path, as the route has it

PEOPLE = {  # everybody: pages of the people, without anything that tells of somebody else
    "GET": (
        *("/", "/new", "/told", "/handover", "/on", "/message", "/guides", "/guides/{guide_id}", "/form", "/c/by-code"),
        *("/progress", "/wrong", "/privacy"),
    ),
    "POST": (
        *("/", "/say", "/new", "/handover", "/on", "/message", "/form", "/c/by-code", "/progress", "/progress/rating"),
        "/wrong",
    ),
}
PROGRAMS = {  # everybody: what other programs ask
    "GET": ("/api/search", "/healthz", "/readyz", "/openapi.json"),
    "POST": ("/api/chat", "/api/checklists"),
}
UNGUESSABLE = {  # whoever has the address, which nobody guesses
    "GET": (
        *("/c/{token}", "/c/{token}.pdf", "/c/{token}.docx", "/c/{token}.txt", "/c/{token}.ics"),
        *("/c/{token}/forms", "/c/{token}/forms/{form}.docx"),
        *(
            "/api/checklists/{token}",
            "/api/checklists/{token}.{ending}",
            "/api/conversations/{conversation_id}/profile",
        ),
        *("/staff/result/{key}", "/f/{key}", "/f/{key}/{about}"),
    ),
    "POST": (
        *("/c/{token}/ticks", "/c/{token}/renew", "/c/{token}/way", "/c/{token}/forms"),
        *("/staff/result/{key}", "/f/{key}/{about}"),
    ),
    "DELETE": ("/api/conversations/{conversation_id}",),
}
SEALED = {  # whoever knows a secret and signs with it; figures are for the machine that gathers them
    "GET": ("/wechat", "/metrics"),
    "POST": ("/wechat", "/webhook", "/internal/actions/{secret}"),
}
DOOR = {"GET": ("/staff/sign-in",), "POST": ("/staff/sign-in",)}
OPEN: frozenset[Way] = frozenset(
    (method, path)
    for listed in (PEOPLE, PROGRAMS, UNGUESSABLE, SEALED, DOOR)
    for method, paths in listed.items()
    for path in paths
)
AT_THE_DESK = frozenset({Role.EDITOR, Role.HEAD, Role.ADMINISTRATOR})
EDITORS: Mapping[str, tuple[str, ...]] = {
    "GET": (
        *("", "windows", "windows/{own}", "offices/{own}", "new", "words", "edit/{path:path}", "drafts"),
        *("drafts/{number:int}", "drafts/{number:int}/impact", "publications", "as-of", "annexes", "annexes/{key}"),
        *("annexes/export.{kind}", "unanswered", "unanswered/done", "unanswered/report.{kind}", "unanswered/{key}"),
        *("facts", "coverage", "laws", "facts/{department}"),
    ),
    "POST": (
        *("windows/{own}", "offices/{own}", "check", "card", "print", "edit/{path:path}", "annexes", "annexes/{key}"),
        *(f"drafts/{{number:int}}/{step}" for step in ("propose", "approve", "refuse", "withdraw", "catch-up")),
        *("publications/{number:int}/undo", "publications/{number:int}/back-to"),
        *(f"unanswered/{{key}}/{step}" for step in ("try", "do", "again")),
        *(f"facts/{{department}}/{step}" for step in ("link", "letter", "take-back", "settle")),
    ),
}
AT_DESK: Mapping[Way, frozenset[Role]] = {
    (method, f"/editors/{path}".removesuffix("/")): AT_THE_DESK for method, paths in EDITORS.items() for path in paths
}
STATIC = "/static"
ENDS_THE_SESSION = {"/staff/sign-out", "/staff/lock"}
_PLACES = {"department": REGISTRAR, "show": "guide.shipin", "kind": "pdf", "path": "acts.yaml", "guide_id": "nowhere"}


def routes(router: APIRouter | FastAPI) -> Iterator[BaseRoute]:
    """All routes, also of the routers that it takes in."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from routes(inner)


def ways(app: FastAPI) -> dict[Way, APIRoute | None]:
    """Every method and path with its route; None for what is no route of FastAPI's own kind."""
    found: dict[Way, APIRoute | None] = {}
    for route in routes(app):
        if isinstance(route, Mount):
            assert route.path == STATIC, route.path
        elif isinstance(route, APIRoute):
            found |= dict.fromkeys(((method, route.path) for method in route.methods), route)
        else:
            assert isinstance(route, Route), route
            found |= {(method, route.path): None for method in (route.methods or {"GET"}) - {"HEAD"}}
    return found


def filled(path: str, value: str = "1", /, **places: Any) -> str:
    """An address with something in its places."""
    known = {**_PLACES, **places}
    return re.sub(r"{(\w+)(?::\w+)?}", lambda place: str(known.get(place[1], value)), path)
