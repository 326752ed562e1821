"""The body of a request, no longer than it may be."""

from __future__ import annotations

from fastapi import Request
from starlette.requests import ClientDisconnect


async def body_of(request: Request, longest: int) -> bytes | None:
    """The bytes; None where there are more than the `longest` message has, or the sender hung up."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > longest:
                return None
    except ClientDisconnect:
        return None
    return body
