"""Every page, paper, piece and error: the headers, nothing inline, nothing of what was typed taken for tags; cookies by TLS."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api.auth import COOKIE, DOOR_COOKIE
from api.deps import cases_of
from api.headers import CONTENT_SECURITY, STRICT_TRANSPORT
from api.html import BIG
from api.pages.talk import COOKIE as TALK
from assistant.errors import SettingsError
from assistant.settings import from_environment
from assistant.staff.roles import Role
from tests.desk.pages import editors_app
from tests.security.inline import inline
from tests.security.ways import AT_DESK, OPEN, SEALED, filled, ways
from tests.security.world import FACTS, World
from tests.staff.builders import PASSWORD, browser, desk_of, sign_in, somebody
from tests.staff.test_door import MAY

ALERT = "<script>alert"
STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
QUERIES = {  # what a page needs to show something
    "/wrong": "?guide=geting",
    "/staff": "?q=歌厅",
    "/staff/find": "?q=歌厅",
    "/staff/intake/known": "?code=91350100M000100Y43",
    "/editors/words": "?path=guides/geting.yaml",
    "/editors": "?q=歌厅",
    "/guides": "?q=歌厅",
    "/api/search": "?q=歌厅",
}
NOTHING_THERE = {"/readyz", "/editors/annexes/{key}"}  # no Rasa here, no file of a department
ERRORS = (
    "/nowhere",
    "/guides/nowhere",
    "/c/nowhere",
    "/staff/nowhere",
    "/editors/nowhere",
    "/static/nowhere.js",
    "/f/x",
)


def shown(app: FastAPI, world: World, clients: dict[Role, TestClient]) -> Iterator[tuple[str, str, TestClient]]:
    """Every route with an address that a browser can open, with something behind it, and a browser of somebody who may."""
    person = browser(app, raise_server_exceptions=False)
    person.post("/", data={"text": f"歌厅证怎么退 {ALERT}(2)</script>"})
    asked = re.search(r"/editors/unanswered/([0-9a-f]{8,})", clients[Role.EDITOR].get("/editors/unanswered").text)
    today = cases_of(app.state.service).today
    queries = {**QUERIES, "/staff/handover.{kind}": f"?day={today}&department=文旅局"}
    for method, path in ways(app):
        if method != "GET" or path in SEALED["GET"] or path == "/staff/unlock":
            continue
        client = person
        if (method, path) not in OPEN:
            roles = (MAY | dict(AT_DESK))[method, path]
            client = clients[next(role for role in (Role.HEAD, *Role) if role in roles)]
        key = world.result_key if "/result/" in path else world.fact_key
        for kind in ("pdf", "docx", "xlsx") if "{kind}" in path else ("pdf", "docx") if "{ending}" in path else ("",):
            places = {**world.places, "key": key, "kind": kind, "ending": kind, "form": "zhuxiao-shenqingshu"}
            if path.startswith("/editors"):
                places |= {"number": "1", "key": asked[1] if asked else ""}
            if path == "/editors/windows/{own}":
                places["own"] = "shili"
            yield path, filled(path, **places) + queries.get(path, ""), client


def safe(answer: object, path: str) -> None:
    """What holds for every answer."""
    headers = answer.headers  # type: ignore[attr-defined]
    assert {name: headers.get(name) for name in STRICT} == STRICT, path
    policy = headers["content-security-policy"]
    assert policy == CONTENT_SECURITY or path.startswith("/editors"), path
    assert "script-src" not in policy, path
    assert "unsafe-eval" not in policy, path
    if headers.get("content-type", "").startswith("text/html"):
        page = answer.text  # type: ignore[attr-defined]
        assert inline(page) == [], path
        assert ALERT not in page, path


def test_every_page_is_safe_and_has_no_fault(app: FastAPI, world: World, signed_in: dict[Role, TestClient]) -> None:
    """Headers on every page and paper, nothing inline, names with tags in them shown as words; none fails."""
    seen, empty = set(), set()
    for route, path, client in shown(app, world, signed_in):
        answer = client.get(path)
        assert answer.status_code < 500 or path == "/readyz", (
            path,
            answer.text[:300],
        )  # which says that no Rasa is here
        safe(answer, path)
        (seen if answer.status_code < 400 else empty).add(route)
    assert sorted(empty - seen) == sorted(NOTHING_THERE)


def test_every_error_is_safe(app: FastAPI, person: TestClient, signed_in: dict[Role, TestClient]) -> None:
    """Headers and no detail on pages that do not exist, on refusals, on what cannot be read, and on a fault of ours."""
    client = signed_in[Role.CLERK]
    answers = [(path, client.get(path)) for path in ERRORS]
    answers += [("/editors", client.get("/editors")), ("PUT /", person.put("/"))]
    answers += [("/api/chat", person.post("/api/chat", content=b"\xff{"))]
    answers += [
        ("/staff/notes", client.post("/staff/notes", content=b"\xff", headers={"content-type": "multipart/form-data"}))
    ]
    for path, answer in answers:
        assert 400 <= answer.status_code < 500, path
        safe(answer, path)
        assert "Traceback" not in answer.text


def test_fault_of_ours_is_safe_and_tells_nothing(own: FastAPI) -> None:
    """A page with a fault in it shows a kind sentence under the same headers, and no word of the fault."""

    @own.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    answer = browser(own, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    safe(answer, "/broken")
    assert "secret detail" not in answer.text


def through_proxy(app: FastAPI, *, tls: bool) -> TestClient:
    """A browser that comes by a proxy, which speaks plain HTTP to us however people come to it."""

    async def proxied(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "scheme": "http"}, receive, send)

    base = "https://testserver" if tls else "http://testserver"
    return TestClient(proxied, base_url=base, follow_redirects=False, headers={"accept": "text/html"})


def cookies_of(app: FastAPI, client: TestClient) -> dict[str, str]:
    """Every cookie that the application gives, with what stands behind it."""
    somebody(desk_of(app))
    client.get("/staff/sign-in")
    answers = [client.get("/staff/sign-in"), sign_in(client, "clerk", PASSWORD)]
    answers += [client.get("/?big=1"), client.post("/", data={"text": "歌厅证怎么退"})]
    return {line.partition("=")[0]: line for answer in answers for line in answer.headers.get_list("set-cookie")}


@pytest.mark.parametrize("tls", [False, True])
def test_cookies_follow_the_tls_mode(tmp_path: Path, tls: bool) -> None:
    """With TLS in front every cookie is Secure and browsers are told to come by https only; without neither, as they would be lost."""
    app = editors_app(tmp_path, tls=tls)
    cookies = cookies_of(app, through_proxy(app, tls=tls))
    assert set(cookies) == {COOKIE, DOOR_COOKIE, TALK, BIG}
    for name, line in cookies.items():
        attributes = {one.strip().lower() for one in line.split(";")[1:]}
        assert ("secure" in attributes) is tls, name
        assert "httponly" in attributes, name
        assert attributes & {"samesite=lax", "samesite=strict"}, name
    strict = {name.lower(): value for name, value in STRICT_TRANSPORT.items()}
    for path in ("/", "/nowhere", "/static/staff.css", "/healthz"):
        headers = browser(app).get(path).headers
        assert {name: headers.get(name) for name in strict} == (strict if tls else dict.fromkeys(strict)), path


def test_addresses_that_are_shown_begin_as_people_come(tmp_path: Path) -> None:
    """Behind TLS the address in a QR code begins with https, though the proxy speaks plain HTTP to us."""
    client = through_proxy(editors_app(tmp_path, tls=True), tls=True)
    token = client.post("/api/checklists", json=FACTS).json()["token"]
    text = client.get(f"/c/{token}.txt").text
    assert f"https://testserver/c/{token}" in text
    assert "http://testserver" not in text


def test_tls_mode_is_a_word_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`on` and `off` are understood, and any other word is told."""
    for word, tls in (("on", True), ("off", False), ("", False)):
        monkeypatch.setenv("DAOBAN_TLS", word)
        assert from_environment().tls is tls
    monkeypatch.setenv("DAOBAN_TLS", "maybe")
    with pytest.raises(SettingsError, match="DAOBAN_TLS"):
        from_environment()


def test_page_of_the_editors_may_hold_styles_of_its_editor_only(signed_in: dict[Role, TestClient]) -> None:
    """Where the policy is wider than elsewhere, it is so for styles alone, and no script but ours runs."""
    policy = signed_in[Role.EDITOR].get("/editors/edit/guides/geting.yaml").headers["content-security-policy"]
    wider = set(policy.split("; ")) - set(CONTENT_SECURITY.split("; "))
    assert all(one.startswith("style-src ") for one in wider), wider


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        '<script src="//evil.example/x.js"></script>',
        "<p style='color:red'>",
        "<style>p{}</style>",
        "<img src=x onerror=alert(1)>",
        "<a href=' JavaScript:alert(1)'>",
        "<iframe src=/>",
    ],
)
def test_what_a_browser_would_run_is_seen(page: str) -> None:
    """The reader that the tests of this folder trust finds each of these, and nothing in words that are escaped."""
    assert inline(page)
    assert inline(html.escape(page)) == []
