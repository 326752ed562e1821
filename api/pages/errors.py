"""What went wrong, in kind Chinese: a page for people, a sentence in JSON for programs."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from api.headers import headers
from api.html import rendered
from api.limits import Held
from api.pages.html import page
from assistant.errors import NotFound

SENTENCES = {
    403: ("这一页不能看", "没有权限打开。要是从别处的链接点进来的，请回到首页重新走一遍。"),
    404: ("没找到这一页", "网址可能抄错了，或者这一页已经撤下。可以在下面搜一搜，也可以回到首页直接问。"),
    405: ("这样打不开", "这个网址不是这么用的。请回到首页，从那里点进来。"),
    413: ("内容太长了", "一次说的太多，我接不住。请分几次说。"),
    422: ("有一处没填对", "请退回去看看，改好了再提交。填过的内容还在。"),
    429: ("点得太快了", "请歇几秒钟再试。"),
    500: ("我们这边出错了", "不是您的问题。请过一会儿再试，急办的话请打 12345。"),
    503: ("现在正忙", "请过一会儿再试，急办的话请打 12345。"),
}


def register_errors(app: FastAPI) -> None:
    """Answer every error of the application with one of these sentences."""
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(Held, _held)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)


def told(request: Request, status: int, sentence: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """The answer to a request that cannot be served: JSON below /api, a page elsewhere."""
    title, usual = SENTENCES.get(status, SENTENCES[404] if status < 500 else SENTENCES[500])
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": sentence or f"{title}。{usual}"}, status_code=status, headers=headers)
    response = page(
        request, "error.html", status=status, kept=False, title=title, sentence=sentence or usual, code=status
    )
    response.headers.update(headers or {})
    return response


async def _not_found(request: Request, error: Exception) -> Response:
    """An address that leads nowhere, or a name in what was sent that stands for nothing."""
    return told(request, 404 if request.method in ("GET", "HEAD") else 422, str(error) or None)


async def _held(request: Request, error: Exception) -> Response:
    """Not answered now: a card in the conversation, a page or a sentence elsewhere."""
    assert isinstance(error, Held)
    wait = {"Retry-After": str(error.wait), "Cache-Control": "no-store"}
    status = error.status if error.status == 429 else 200  # a channel that is off has given its answer
    if request.url.path == "/api/chat":
        replies = [card.public() for card in error.turn.cards]
        body = {"conversation_id": error.conversation, "status": error.turn.status, "asks": None, "replies": replies}
        return JSONResponse(body, status, headers=wait)
    if request.url.path == "/say":
        said = str((await request.form()).get("text") or "……")
        return HTMLResponse(rendered("turn.html", said=said, turn=error.turn), status, headers=wait)
    return told(request, error.status, error.sentence, wait)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return told(request, error.status_code, headers=dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> Response:
    return told(request, 422)


async def _failed(request: Request, error: Exception) -> Response:
    """The last resort: answered outside all middleware, so the security headers are set here."""
    return told(request, 500, headers=headers(tls=request.app.state.service.settings.tls))
