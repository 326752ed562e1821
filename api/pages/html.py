"""Pages of the people: the whole page, downloads, the address of a page, the large-type switch."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.deps import Service
from api.html import BIG, code, rendered
from assistant.attempts import TooMany


def page(request: Request, name: str, *, status: int = 200, kept: bool = True, **context: Any) -> HTMLResponse:
    """A whole page; `kept` is whether browsers may keep a copy (never of conversations and checklists)."""
    asked = request.query_params.get("big")
    big = asked == "1" if asked is not None else request.cookies.get(BIG) == "1"
    switch = request.url.include_query_params(big="0" if big else "1")
    response = HTMLResponse(
        rendered(
            name,
            big=big,
            big_switch=f"{switch.path}?{switch.query}" if request.method == "GET" else f"/?big={'0' if big else '1'}",
            path=request.url.path,
            **context,
        ),
        status_code=status,
    )
    if asked is not None:
        secure = request.url.scheme == "https"
        response.set_cookie(
            BIG, "1" if big else "0", max_age=365 * 86400, httponly=True, samesite="lax", secure=secure, path="/"
        )
    response.headers["Cache-Control"] = "private, no-cache" if kept else "no-store"
    return response


def too_many(request: Request, many: TooMany, name: str, **context: Any) -> HTMLResponse:
    """A form again, with what is said to one try too many and when to come back."""
    answer = page(request, name, status=429, kept=False, wrong=str(many), **context)
    answer.headers["Retry-After"] = str(many.wait)
    return answer


def short(token: str) -> str:
    """The short code of a checklist as it is shown."""
    return code(token)


def address(request: Request, service: Service) -> str:
    """The address of this page as others reach it, without its query: what a QR code holds."""
    return root(request, service) + request.url.path


def root(request: Request, service: Service) -> str:
    """The address of this site as others reach it."""
    return service.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
