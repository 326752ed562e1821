"""WeChat's API, played by a little HTTP server on loopback: it checks tokens, windows and contents, and fails when told to.

Written from WeChat's documents, and from nothing of ours: what it takes, WeChat should take.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

APP_ID, SECRET = "wx0123456789abcdef", "the-secret-that-must-stay-secret"
TEMPLATE_ID, FIELDS = "template-of-progress", ("character_string1", "thing2", "time3")
TOKEN_LASTS, HANDED_OVER = 7200, 300  # seconds; the next token comes so long before the end of this one
FORCE_APART, FORCES_A_DAY = 30, 20
BYTES = 2048
WINDOWS = {"message": (48 * 3600, 5), "menu": (60, 3), "follow": (60, 3), "scan": (60, 3)}
SAME_NOTICE = 600  # seconds in which a client_msg_id is known again
VALUES = {  # what a kind of field takes
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "thing": re.compile(r".{1,20}"),
    "phrase": re.compile("[\u4e00-\u9fff]{1,5}"),
    "time": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"),
}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call, before (`done` is False) or after WeChat did what was asked."""

    code: int = 0
    status: int = 200
    garbage: str | None = None  # in place of the answer
    hang_up: bool = False
    sleep: float = 0.0  # seconds before the answer
    done: bool = False


@dataclass(frozen=True)
class Call:
    """What arrived and was taken."""

    path: str
    openid: str
    body: dict[str, Any]


@dataclass
class Follower:
    """Somebody who follows the account, and the windows they opened: kind → [until, left]."""

    follows: bool = True
    windows: dict[str, list[float]] = field(default_factory=dict)


class Moment:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: float = 1_770_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.at


class FakeWeChat:
    """The server; everything it saw can be read from its fields."""

    def __init__(self, clock: Callable[[], float] = time.time, port: int = 0) -> None:
        self.clock = clock
        self.lasts = TOKEN_LASTS
        self.followers: dict[str, Follower] = {}
        self.taken: list[Call] = []  # messages that reached their person, menus
        self.calls: Counter[str] = Counter()  # by path, whatever became of them
        self.refused: Counter[int] = Counter()  # by return code
        self.fetches: list[bool] = []  # of tokens; by force or not
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.tokens: dict[str, float] = {}  # token → its end
        self.newest = ""
        self._forced: list[float] = []
        self._notices: dict[tuple[str, str], float] = {}
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # --- what tests do and read

    def does(self, openid: str, kind: str = "message") -> None:
        """Somebody writes, taps, follows or scans."""
        lasts, count = WINDOWS[kind]
        with self._lock:
            follower = self.followers.setdefault(openid, Follower())
            follower.follows = True
            follower.windows["message" if kind == "message" else "tap"] = [self.clock() + lasts, count]

    def leaves(self, openid: str) -> None:
        """Somebody does not follow the account any more."""
        self.followers.setdefault(openid, Follower()).follows = False

    def fails(self, path: str, *faults: Fault) -> None:
        """The next calls whose address ends so fail, each in its way."""
        self._faults[path].extend(faults)

    def recovers(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def forget_tokens(self) -> None:
        """No token is good any more, though none has ended: somebody else replaced it."""
        with self._lock:
            self.tokens.clear()
            self.newest = ""

    def replace_token(self) -> str:
        """Another program of the city replaces the token by force."""
        with self._lock:
            self.tokens.clear()
            return self._new_token()

    def texts(self, openid: str) -> list[str]:
        """The texts that reached somebody, in order."""
        return [one.body["text"]["content"] for one in self.taken if one.openid == openid and "text" in one.body]

    def notices(self, openid: str) -> list[dict[str, Any]]:
        """The template messages that reached somebody, in order."""
        return [one.body for one in self.taken if one.openid == openid and "template_id" in one.body]

    # --- what WeChat does

    def fault(self, path: str) -> Fault:
        """What goes wrong with this call, if anything."""
        with self._lock:
            self.calls[path] += 1
            waiting = next((queue for end, queue in self._faults.items() if queue and path.endswith(end)), None)
            return waiting.popleft() if waiting else Fault()

    def answer(self, path: str, token: str | None, raw: bytes) -> dict[str, Any]:
        """The answer to one call."""
        with self._lock:
            answer = self._answer(path, token, raw)
            self.refused[int(answer.get("errcode", 0))] += 1
        return answer

    def _answer(self, path: str, token: str | None, raw: bytes) -> dict[str, Any]:
        try:
            body = json.loads(raw.decode("utf-8"))
        except ValueError:
            return _no(47001)
        if not isinstance(body, dict) or b"\\u" in raw:  # escapes would be shown as they stand
            return _no(47001)
        if path == "/cgi-bin/stable_token":
            return self._token(body)
        if not token:
            return _no(41001)
        if token not in self.tokens:
            return _no(40001)
        if self.tokens[token] <= self.clock():
            return _no(42001)
        known = {
            "/cgi-bin/message/custom/send": self._customer_service,
            "/cgi-bin/message/template/send": self._template,
            "/cgi-bin/menu/create": self._menu,
        }
        return known[path](body) if path in known else _no(40066)

    def _token(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("grant_type") != "client_credential":
            return _no(40002)
        if body.get("appid") != APP_ID:
            return _no(40013)
        if body.get("secret") != SECRET:
            return _no(40125)
        force, at = body.get("force_refresh", False) is True, self.clock()
        self.fetches.append(force)
        left = self.tokens.get(self.newest, 0.0) - at
        if force and not any(at - then < FORCE_APART for then in self._forced):
            if len(self._forced) >= FORCES_A_DAY:
                return _no(45009)
            self._forced.append(at)
            self.tokens.clear()
            self._new_token()
        elif left <= HANDED_OVER:
            self._new_token()
        return {"access_token": self.newest, "expires_in": int(self.tokens[self.newest] - at)}

    def _new_token(self) -> str:
        self.newest = f"{secrets.token_urlsafe(90)}+/="  # characters that an address must escape
        self.tokens[self.newest] = self.clock() + self.lasts
        return self.newest

    def _customer_service(self, body: dict[str, Any]) -> dict[str, Any]:
        openid = body.pop("touser", None)
        kind = body.get("msgtype")
        if kind not in ("text", "news", "msgmenu") or set(body) != {"msgtype", kind}:
            return _no(40008)
        wrong = {"text": _text, "news": _news, "msgmenu": _msgmenu}[kind](body[kind])
        if wrong:
            return _no(wrong)
        follower = self.followers.get(openid)
        if follower is None:
            return _no(40003)
        if not follower.follows:
            return _no(43004)
        open_now = [window for window in follower.windows.values() if window[0] > self.clock()]
        if not open_now:
            return _no(45015)
        if not any(left > 0 for _, left in open_now):
            return _no(45047)
        for window in open_now:
            window[1] -= 1
        self.taken.append(Call("custom/send", openid, body))
        return _yes()

    def _template(self, body: dict[str, Any]) -> dict[str, Any]:
        openid = body.pop("touser", None)
        if set(body) - {"template_id", "data", "url", "client_msg_id"}:
            return _no(47001)
        if body.get("template_id") != TEMPLATE_ID:
            return _no(40037)
        data = body.get("data", {})
        if set(data) != set(FIELDS) or not all(_fits(name, value) for name, value in data.items()):
            return _no(47003)
        if "url" in body and not body["url"].startswith("http"):
            return _no(40039)
        follower = self.followers.get(openid)
        if follower is None:
            return _no(40003)
        if not follower.follows:
            return _no(43004)
        key = (openid, body.pop("client_msg_id", ""))
        again = key[1] and self.clock() - self._notices.get(key, 0.0) < SAME_NOTICE
        self._notices[key] = self.clock()
        if not again:
            self.taken.append(Call("template/send", openid, body))
        return _yes(msgid=len(self.taken))

    def _menu(self, body: dict[str, Any]) -> dict[str, Any]:
        buttons = body.get("button", [])
        if not 1 <= len(buttons) <= 3:
            return _no(40016)
        for button in buttons:
            below = button.get("sub_button")
            if below is not None and not 1 <= len(below) <= 5:
                return _no(40023)
            if len(button["name"]) > 4 or any(len(one["name"]) > 8 for one in below or ()):
                return _no(40018)  # WeChat shows dots; nobody wants that
            wrong = next(filter(None, map(_button, below or [button])), 0)
            if wrong:
                return _no(wrong)
        self.taken.append(Call("menu/create", "", body))
        return _yes()


def _yes(**more: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **more}


def _no(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": f"no rid: 65a0-{code} secret={SECRET}"}  # what WeChat says is not ours to repeat


def _text(text: dict[str, Any]) -> int:
    content = text.get("content", "")
    return 44004 if not content.strip() else 45002 if len(content.encode()) > BYTES else 0


def _news(news: dict[str, Any]) -> int:
    articles = news.get("articles", [])
    if len(articles) != 1:
        return 45008
    return 0 if articles[0].get("title") and articles[0].get("url", "").startswith("http") else 47001


def _msgmenu(menu: dict[str, Any]) -> int:
    if set(menu) != {"head_content", "list", "tail_content"} or not menu["list"]:
        return 47001
    whole = menu["head_content"] + menu["tail_content"] + "".join(one["content"] for one in menu["list"])
    ids = {one["id"] for one in menu["list"]}
    return 45002 if len(whole.encode()) > BYTES else 0 if len(ids) == len(menu["list"]) else 47001


def _fits(name: str, told: dict[str, str]) -> bool:
    return set(told) == {"value"} and VALUES[name.rstrip("0123456789")].fullmatch(told["value"]) is not None


def _button(button: dict[str, Any]) -> int:
    if button.get("type") == "click":
        return 0 if 0 < len(button["key"].encode()) <= 128 else 40019
    if button.get("type") == "view":
        return 0 if re.fullmatch(r"https?://.{1,1000}", button["url"]) else 40020
    return 40017


def _handler(fake: FakeWeChat) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = fake.fault(parts.path)
            clean = fault == Fault()
            answer = {}
            if clean or fault.done:
                answer = fake.answer(parts.path, parse_qs(parts.query).get("access_token", [None])[0], raw)
            time.sleep(fault.sleep)
            if fault.hang_up:
                self.close_connection = True
                return
            if fault.code:
                answer = _no(fault.code)
                fake.refused[fault.code] += 1
            content = json.dumps(answer).encode() if fault.garbage is None else fault.garbage.encode()
            with contextlib.suppress(ConnectionError):  # who asked did not wait
                self.send_response(fault.status)
                self.send_header("Content-Type", "text/plain")  # as WeChat sends it
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
