"""Security headers on every response, and whether people come by https, by one pure ASGI middleware."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}


def headers(*, tls: bool) -> dict[str, str]:
    """The headers of every response; where all come by https, browsers are told never to come otherwise."""
    return HEADERS | STRICT_TRANSPORT if tls else HEADERS


class SecurityHeaders:
    """Adds the headers that a response does not set itself; with `tls` every request counts as one by https.

    TLS ends before us, at a proxy that speaks plain HTTP to us: from here on cookies are Secure and addresses begin with https.
    """

    def __init__(self, app: ASGIApp, *, tls: bool = False) -> None:
        self.app = app
        self.tls = tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the headers of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.tls:
            scope["scheme"] = "https"

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in headers(tls=self.tls).items():
                    given.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, completed)
