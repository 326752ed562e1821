"""Which conversation a browser has: a number in a cookie that no script can read."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import Cookie, Request, Response

from api.deps import Service

COOKIE = "daoban_talk"
_ID = re.compile(r"^[A-Za-z0-9_-]{16,64}$")

Talk = Annotated[str | None, Cookie(alias=COOKIE)]


def known(talk: str | None) -> str | None:
    """The conversation of this browser; None where it has none, or a number that we never gave out in that shape."""
    return talk if talk and _ID.match(talk) else None


def whose(visitor: str, talk: str | None) -> tuple[str, ...]:
    """By whom an attempt is counted: the address, which a hall of people shares, and the conversation, where there is one."""
    conversation = known(talk)
    return (visitor, f"talk:{conversation}") if conversation else (visitor,)


def new_talk() -> str:
    """The number of a new conversation."""
    return secrets.token_urlsafe(18)


def remember(response: Response, request: Request, parts: Service, conversation: str) -> Response:
    """Give the browser the number of its conversation, for as long as we keep it."""
    response.set_cookie(
        COOKIE,
        conversation,
        max_age=parts.settings.kept_days * 86400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


def forget(response: Response) -> Response:
    """Take the number away from the browser."""
    response.delete_cookie(COOKIE, path="/")
    return response
