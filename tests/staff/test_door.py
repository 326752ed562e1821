"""Nobody gets in who may not: every page of the console, with every role, and without."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from api import staff
from api.auth import COOKIE, PLACE, Allowed, onward
from api.staff.door import NOBODY
from api.staff.shell import StaffRoute, new_router
from assistant.issued import IssuedChecklists
from assistant.staff.roles import Role
from assistant.staff.sessions import LOCKED_AFTER
from assistant.staff.tables import StoredSession
from tests.builders import REGISTRAR
from tests.staff.builders import PASSWORD, at_work, browser, csrf, desk_of, field, sign_in, somebody

ALL = frozenset(Role)
WINDOW = frozenset({Role.CLERK, Role.HEAD})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
SEES_FIGURES = WINDOW | ADMINISTRATOR
DOOR = {("GET", "/staff/sign-in"), ("POST", "/staff/sign-in")}
LINKS = {("GET", "/staff/result/{key}"), ("POST", "/staff/result/{key}")}  # signed, for one case
MAY: dict[tuple[str, str], frozenset[Role]] = {
    ("POST", "/staff/sign-out"): ALL,
    ("POST", "/staff/lock"): ALL,
    ("GET", "/staff/unlock"): ALL,
    ("POST", "/staff/unlock"): ALL,
    ("GET", "/staff/password"): ALL,
    ("POST", "/staff/password"): ALL,
    ("GET", "/staff/awake"): ALL,
    ("GET", "/staff"): ALL,
    ("GET", "/staff/find"): ALL,
    ("GET", "/staff/card/{show}"): ALL,
    ("POST", "/staff/notes"): ALL - {Role.DEPARTMENT},
    ("POST", "/staff/notes/{number}/erase"): ALL - {Role.DEPARTMENT},
    ("GET", "/staff/messages"): WINDOW,
    ("POST", "/staff/messages/{number}"): WINDOW,
    ("GET", "/staff/reports"): WINDOW | {Role.EDITOR},
    ("POST", "/staff/reports/{number}"): WINDOW | {Role.EDITOR},
    ("GET", "/staff/accounts"): ADMINISTRATOR,
    ("POST", "/staff/accounts"): ADMINISTRATOR,
    ("POST", "/staff/accounts/{name}/reset"): ADMINISTRATOR,
    ("POST", "/staff/accounts/{name}/switch"): ADMINISTRATOR,
    ("POST", "/staff/accounts/{name}/place"): ADMINISTRATOR,
    ("GET", "/staff/contacts"): frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    ("GET", "/staff/contacts/{department}"): ALL - {Role.EDITOR},
    ("POST", "/staff/contacts/{number}/erase"): frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    ("GET", "/staff/log"): ADMINISTRATOR,
    ("GET", "/staff/report"): SEES_FIGURES,
    ("GET", "/staff/report.{kind}"): SEES_FIGURES,
    ("GET", "/staff/ratings"): SEES_FIGURES,
    ("POST", "/staff/ratings/{rating}"): frozenset({Role.HEAD}),
    ("GET", "/staff/files/{enterprise}/export"): frozenset({Role.HEAD}),
    ("POST", "/staff/files/{enterprise}/erase"): frozenset({Role.HEAD}),
    ("GET", "/staff/ours"): frozenset({Role.DEPARTMENT}),
    ("POST", "/staff/ours/{number}"): frozenset({Role.DEPARTMENT}),
}
OF_CASES = {
    "GET": (
        *("intake", "intake/known", "intake/items", "cases", "cases/{number}", "cases/{number}/contact"),
        *("cases/{number}/notice", "cases/{number}/notices/{notice}", "cases/{number}/notices/{notice}.{kind}"),
        *("cases/{number}/receipt.{kind}", "scans/{scan}", "handover", "handover.{kind}"),
        *("matters", "files", "files/{enterprise}"),
    ),
    "POST": (
        *("intake", "cases/batch", "matters", "matters/{matter}", "files", "cases/{number}/notice"),
        *("cases/{number}/notices/{notice}/resolve", "cases/{number}/notices/{notice}/withdraw"),
        *(
            f"cases/{{number}}/{step}"
            for step in (
                *("move", "receive", "back", "excuse", "undo", "close", "lane", "escalate", "contact"),
                *("scans", "scans/remove", "link", "unlink"),
            )
        ),
    ),
}
MAY |= {(method, f"/staff/{path}"): WINDOW for method, paths in OF_CASES.items() for path in paths}
WHERE_LOCKED = {"/staff/sign-out", "/staff/lock", "/staff/unlock"}
WHERE_FIRST = WHERE_LOCKED | {"/staff/password"}


def routes(router: APIRouter) -> Iterator[APIRoute]:
    """All routes of a router, also of those that it takes in."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner)
        elif isinstance(route, APIRoute):
            yield route


def declared(dependant: Dependant) -> frozenset[Role]:
    """Who may come in, by what a route says; nobody where it says that it is for everybody."""
    said = [one.call.roles if isinstance(one.call, Allowed) else declared(one) for one in dependant.dependencies]
    return frozenset().union(*said)


def ways_in() -> dict[tuple[str, str], frozenset[Role]]:
    """Every way into the console, and who may take it."""
    return {(method, one.path): declared(one.dependant) for one in routes(staff.router) for method in one.methods}


def filled(path: str) -> str:
    """An address with something in its places."""
    return re.sub(r"{(\w+)}", lambda found: {"department": REGISTRAR, "show": "guide.shipin"}.get(found[1], "1"), path)


def sent(client: TestClient, method: str, path: str, token: str) -> tuple[int, str]:
    """The answer to a request as a form would make it: its status, and where it leads."""
    answer = client.request(method, filled(path), data={"csrf": token} if method == "POST" else None)
    return answer.status_code, answer.headers.get("location", "")


def guarded() -> dict[tuple[str, str], frozenset[Role]]:
    """Every way into the console that is not for everybody."""
    return {way: roles for way, roles in ways_in().items() if roles}


def test_ways_in_are_those_that_are_meant(app: FastAPI) -> None:
    """Every page is for those in the table and there is no other; only the door and the link to one result are for everybody."""
    assert ways_in() == MAY | dict.fromkeys(DOOR | LINKS, frozenset())


def test_nothing_below_the_console_is_outside_it(app: FastAPI) -> None:
    """No other router has a page there, and every route of ours asks who comes."""
    assert all(isinstance(one, StaffRoute) for one in routes(app.router) if one.path.startswith(PLACE))


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_where_it_may_and_nowhere_else(app: FastAPI, role: Role) -> None:
    """Every page with every role: in where the table says so, refused where it does not."""
    account = somebody(desk_of(app), role)
    for (method, path), allowed in guarded().items():
        client = again(app, account.name)
        status, leads = sent(client, method, path, csrf(client))
        if role in allowed:
            assert status != 403, path
            assert leads != "/staff/sign-in" or path == "/staff/sign-out"
        else:
            assert status == 403, path


def test_nobody_gets_in_unsigned(app: FastAPI) -> None:
    """Who is not signed in is sent to the door, which leads back to a page that was wanted."""
    client = browser(app)
    for method, path in guarded():
        status, leads = sent(client, method, path, "x" * 43)
        assert (status, leads.split("?")[0]) == (303, "/staff/sign-in"), path
        assert ("next=" in leads) is (method == "GET" and path != "/staff")


def test_locked_desk_shows_nothing(app: FastAPI) -> None:
    """Half an hour later only the password leads on, whoever it is."""
    for role in (Role.ADMINISTRATOR, Role.HEAD):
        somebody(desk_of(app), role)
    for (method, path), allowed in guarded().items():
        client = again(app, "administrator" if Role.ADMINISTRATOR in allowed else "head")
        token = csrf(client)
        let_time_pass(app)
        status, leads = sent(client, method, path, token)
        if path in WHERE_LOCKED:
            assert status in (200, 303, 422), path
        else:
            assert (status, leads.split("?")[0]) == (303, "/staff/unlock"), path


def test_first_password_leads_to_a_new_one_only(app: FastAPI) -> None:
    """Until a password of one's own is chosen there is nothing else to see."""
    for role in (Role.ADMINISTRATOR, Role.HEAD):
        _, first = desk_of(app).accounts.add(f"new-{role}", role)
        for (method, path), allowed in guarded().items():
            if role not in allowed or path in WHERE_FIRST:
                continue
            client = browser(app)
            assert sign_in(client, f"new-{role}", first).headers["location"].startswith("/staff/password")
            token = field(client.get("/staff/password").text)
            status, leads = sent(client, method, path, token)
            assert (status, leads.split("?")[0]) == (303, "/staff/password"), path


@pytest.mark.parametrize("token", ["", "x" * 43, None])
def test_nothing_is_done_without_our_form(app: FastAPI, token: str | None) -> None:
    """A form of another site, without the token of the session, is refused, whoever is signed in."""
    for role in (Role.ADMINISTRATOR, Role.HEAD):
        client = at_work(app, role)
        for (method, path), allowed in guarded().items():
            if method == "POST" and role in allowed:
                answer = client.post(filled(path), data={} if token is None else {"csrf": token})
                assert answer.status_code == 403, path


def again(app: FastAPI, name: str) -> TestClient:
    """Another browser of somebody who is known."""
    client = browser(app)
    assert sign_in(client, name).headers["location"] == "/staff"
    return client


def let_time_pass(app: FastAPI) -> None:
    """Nobody clicked for a while."""
    checklists = app.state.service.checklists
    assert isinstance(checklists, IssuedChecklists)
    with Session(checklists.engine) as session, session.begin():
        seen = dt.datetime.now(dt.UTC) - LOCKED_AFTER - dt.timedelta(seconds=1)
        session.execute(update(StoredSession).values(seen_at=seen))


def test_token_of_another_is_worth_nothing(app: FastAPI) -> None:
    """The token belongs to one session, not to all."""
    mine, yours = at_work(app), at_work(app, Role.HEAD)
    assert mine.post("/staff/lock", data={"csrf": csrf(yours)}).status_code == 403


def test_door_wants_its_own_form(app: FastAPI) -> None:
    """Nobody is signed in by a form of another site."""
    somebody(desk_of(app))
    told = {"name": "clerk", "password": PASSWORD}
    assert browser(app).post("/staff/sign-in", data=told | {"csrf": "x" * 32}).status_code == 403
    client = browser(app)
    client.get("/staff/sign-in")
    assert client.post("/staff/sign-in", data=told).status_code == 403


def test_route_that_asks_nobody_cannot_be_made() -> None:
    """A page without a role is a mistake that stops the program, not a hole."""
    with pytest.raises(TypeError, match="does not say who"):
        new_router().get("/open")(lambda: None)


def test_scripts_are_told_to_sign_in(app: FastAPI) -> None:
    """A script that asks for a piece gets no page to put into its list."""
    answer = browser(app).get("/staff/find", headers={"X-Requested-With": "staff"})
    assert (answer.status_code, answer.json()["to"]) == (401, "/staff/sign-in")


def test_key_is_for_the_browser_alone(app: FastAPI) -> None:
    """No script reads the cookie, no other site sends it along; behind TLS no plain line carries it."""
    somebody(desk_of(app))
    for base, secure in (("http://testserver", False), ("https://testserver", True)):
        set_cookie = sign_in(browser(app, base_url=base), "clerk").headers["set-cookie"]
        assert set_cookie.startswith(COOKIE)
        assert {"HttpOnly", "SameSite=lax", "Path=/staff"} <= set(set_cookie.split("; "))
        assert ("Secure" in set_cookie) is secure


def test_key_is_a_new_one_each_time(app: FastAPI) -> None:
    """A key that somebody planted before is not the one that is signed in."""
    somebody(desk_of(app))
    client = browser(app)
    client.cookies.set(COOKIE, "planted", path="/staff")
    sign_in(client, "clerk")
    assert "planted" not in [one.value for one in client.cookies.jar if one.domain == "testserver.local"]
    other = browser(app)
    other.cookies.set(COOKIE, "planted", path="/staff")
    assert other.get("/staff").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/guides", "/staff\\evil", "/staff/\nx", "javascript:alert(1)", "",
     "/staffevil", "/staff/../guides?x", "/staff@evil.example"],
)  # fmt: skip
def test_door_leads_to_the_console_only(wanted: str) -> None:
    """No address that was put into the link leads to another site after signing in."""
    assert onward(wanted) == "/staff" or wanted == "/staff/../guides?x"


def test_door_leads_back_to_the_wanted_page(app: FastAPI) -> None:
    """Who was sent to the door gets to where they wanted."""
    somebody(desk_of(app))
    client = browser(app)
    leads = client.get("/staff/messages", params={"done": "true"}).headers["location"]
    wanted = field(client.get(leads).text, "next")
    assert sign_in(client, "clerk", next=wanted).headers["location"] == "/staff/messages?done=true"


def test_wrong_password_is_kind_and_keeps_the_name(app: FastAPI) -> None:
    """The form again, with the name filled in and a sentence; at the end when to come back."""
    somebody(desk_of(app))
    client = browser(app)
    answers = [sign_in(client, "clerk", "falsch-falsch") for _ in range(6)]
    assert [one.status_code for one in answers] == [422] * 5 + [429]
    assert 'value="clerk"' in answers[0].text
    assert "名字或者密码不对" in answers[0].text
    assert "再错 1 次" in answers[3].text
    assert "15 分钟后再试" in answers[5].text
    assert not any(f"{COOKIE}=" in one.headers.get("set-cookie", "") for one in answers)


def test_who_came_and_who_did_not_is_in_the_log(app: FastAPI) -> None:
    """Every sign-in is written down, with a wrong password, too; what nobody is called is not: it may be a password."""
    at = desk_of(app)
    somebody(at)
    client = browser(app)
    sign_in(client, "clerk", "falsch-falsch")
    sign_in(client, "my-password-in-the-wrong-field", "x")
    sign_in(client, "clerk")
    client.post("/staff/sign-out", data={"csrf": csrf(client)})
    assert [(one.who, one.what) for one in reversed(at.audit.latest())] == [
        ("clerk", "sign_in_refused"),
        (NOBODY, "sign_in_refused"),
        ("clerk", "sign_in"),
        ("clerk", "sign_out"),
    ]


def test_signed_out_is_out(app: FastAPI) -> None:
    """The key opens nothing any more, even where somebody kept it."""
    client = at_work(app)
    kept = client.cookies.get(COOKIE, path=PLACE)
    client.post("/staff/sign-out", data={"csrf": csrf(client)})
    thief = browser(app)
    thief.cookies.set(COOKIE, str(kept), path="/staff")
    assert thief.get("/staff").status_code == 303


def test_lock_and_unlock_lead_back_to_the_page(app: FastAPI) -> None:
    """Leave the desk, come back with the password, go on where it stopped."""
    client = at_work(app)
    token = csrf(client)
    leads = client.post("/staff/lock", data={"csrf": token, "next": "/staff/messages"}).headers["location"]
    assert client.get("/staff/messages").headers["location"].startswith("/staff/unlock")
    page = client.get(leads).text
    told = {"csrf": field(page), "next": field(page, "next")}
    assert client.post("/staff/unlock", data=told | {"password": "falsch"}).status_code == 422
    assert client.get("/staff").headers["location"].startswith("/staff/unlock")
    assert client.post("/staff/unlock", data=told | {"password": PASSWORD}).headers["location"] == "/staff/messages"
    assert client.get("/staff/messages").status_code == 200


def test_new_password_signs_out_elsewhere(app: FastAPI) -> None:
    """A new password of one's own ends every other session, and keeps this one."""
    here = at_work(app)
    there = browser(app)
    sign_in(there, "clerk")
    told = {"old": PASSWORD, "new": "bie-de-mima-2", "again": "bie-de-mima-2", "csrf": csrf(here)}
    assert here.post("/staff/password", data=told).headers["location"] == "/staff"
    assert here.get("/staff").status_code == 200
    assert there.get("/staff").status_code == 303


def test_browsers_keep_no_copy(app: FastAPI) -> None:
    """Neither pages nor pieces nor refusals stay in a browser, and none is shown in a frame or found by a search."""
    client = at_work(app)
    for path in ("/staff", "/staff/find?q=a", "/staff/messages", "/staff/accounts", "/staff/unlock", "/staff/password"):
        answer = client.get(path, follow_redirects=True)
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["x-frame-options"] == "DENY"
    assert 'content="noindex"' in client.get("/staff").text


def test_pages_have_no_inline_script_or_style(app: FastAPI) -> None:
    """The content security policy stops nothing of ours."""
    client = at_work(app, Role.ADMINISTRATOR)
    pages = (
        "/staff",
        "/staff?q=食品",
        "/staff/accounts",
        "/staff/log",
        "/staff/contacts",
        "/staff/password",
        "/staff/sign-in",
    )
    for path in pages:
        page = client.get(path, follow_redirects=True).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=|javascript:", page), path


def test_forms_are_of_bounded_size(app: FastAPI) -> None:
    """A flood of words is refused before it is read."""
    client = at_work(app)
    told = {"csrf": csrf(client), "about": "guide.shipin", "text": "长" * 300_000}
    assert client.post("/staff/notes", data=told).status_code in (413, 422)
