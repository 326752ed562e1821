"""What is longer than a route takes: the framework's one English line becomes the console's own refusal."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.staff.shell import refused

SENTENCE = "交上来的太长了，没有收下。请退回去，改短些，或者分几次交。"


class TooLong:
    """Says in words what the framework refuses before a route hears of it, which no route can do."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; where it is too long, answer instead of the framework."""
        said = False

        async def in_words(message: Message) -> None:
            nonlocal said
            if message["type"] == "http.response.start" and _bare(message):
                said = True
                await refused(Request(scope), 413, SENTENCE)(scope, receive, send)
            elif not said:
                await send(message)

        await self.app(scope, receive, in_words)


def _bare(start: Message) -> bool:
    """Whether the framework itself says that this is too long."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 413 and kind.startswith("text/plain")
